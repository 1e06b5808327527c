import type { KeyObject } from "node:crypto";
import type { ClientMetadata, JWK } from "oidc-provider";
import type { SandboxProfile } from "../profiles/sandboxProfile.ts";
import type { MachineClients } from "./machineClients.ts";

/** The port in AWS's guide for AgentCore, and two to fall back to. */
const ports = [3334, 3335, 3336];

const DEVICE_CODE_GRANT = "urn:ietf:params:oauth:grant-type:device_code";

export interface ClientSecrets {
  readonly machine: MachineClients;
  /** The public key of the machine client that signs assertions. */
  readonly machineKey: KeyObject;
  /** The secret of the editor's client, where the provider requires one. */
  readonly appSecret: string | undefined;
}

/** The clients that are registered in advance. */
export function registeredClients(
  { clients, redirect, routes, resource }: SandboxProfile,
  { machine, machineKey, appSecret }: ClientSecrets,
): ClientMetadata[] {
  const hosts = resource === "gatewayOnly" ? ["localhost", "127.0.0.1"] : ["localhost"];
  const forMachines = { redirect_uris: [], grant_types: ["client_credentials"], response_types: [] };
  const app: ClientMetadata = {
    client_id: clients.app,
    client_name: "Gateway Connect",
    // oidc-provider accepts any loopback port for a native client (RFC 8252, 7.3), and only registered ones for others.
    application_type: redirect === "anyPort" ? "native" : "web",
    redirect_uris: hosts.flatMap((host) => ports.map((port) => `http://${host}:${port}/oauth/callback`)),
    grant_types: ["authorization_code", "refresh_token", ...(routes.device_authorization ? [DEVICE_CODE_GRANT] : [])],
    response_types: ["code"],
    ...(appSecret === undefined
      ? { token_endpoint_auth_method: "none" }
      : { token_endpoint_auth_method: "client_secret_post", client_secret: appSecret }),
  };
  const withSecret: ClientMetadata = {
    ...forMachines,
    client_id: machine.clientId,
    client_name: "A machine",
    client_secret: machine.clientSecret,
    token_endpoint_auth_method: "client_secret_basic",
  };
  const withKey: ClientMetadata = {
    ...forMachines,
    client_id: machine.keyClientId,
    client_name: "A machine with a key",
    // The key names no algorithm, since an RSA key serves RS256 and PS256.
    jwks: { keys: [{ ...machineKey.export({ format: "jwk" }), use: "sig" } as JWK] },
    token_endpoint_auth_method: "private_key_jwt",
  };
  return [app, ...(clients.machine ? [withSecret] : []), ...(clients.keyMachine ? [withKey] : [])];
}
