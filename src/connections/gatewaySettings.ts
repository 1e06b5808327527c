import { GatewayFailure } from "../failures/failure.ts";
import { identityProviderIds } from "../oauth/identityProviders/identityProvider.ts";
import type { ClientSettings } from "../oauth/signIn/clientSettings.ts";
import { type SignInFlow, signInFlows } from "../oauth/signIn/signInFlow.ts";
import type { CredentialSource } from "../oauth/tokens/clientCredential.ts";
import type { BearerToken } from "../oauth/tokens/tokenSet.ts";

/** The redirect URI as the settings have it. Identity providers compare it exactly, so it is configurable to the letter. */
export interface RedirectSettings {
  readonly ports: readonly number[];
  readonly path: string;
  readonly host: string;
}

/** What AWS's guide registers, so that who followed it need change nothing at the identity provider. */
export const defaultRedirect: RedirectSettings = {
  ports: [3334, 3335, 3336],
  path: "/oauth/callback",
  host: "localhost",
};

/**
 * What a person or their platform team may set for one gateway, in `gatewayConnect.gateways` under its address.
 * Whatever is absent is found by discovery or asked for.
 */
export interface GatewaySettings extends ClientSettings {
  readonly redirect: RedirectSettings;
  readonly issuer?: string;
  readonly scopes?: readonly string[];
  /** A resource indicator to use instead of the metadata's, or `false` to send none. */
  readonly resource?: string | false;
  /** The audience a token must have to be kept. */
  readonly audience?: string;
  /** Which of the tokens the gateway takes. */
  readonly token?: BearerToken;
  /** How tokens are obtained: by a person in the browser or with a code, or by the client itself. */
  readonly signIn?: SignInFlow;
  /** The gateway's `authorizerConfiguration` as AWS prints it, to explain its decisions. */
  readonly authorizer?: unknown;
}

const authMethods = ["none", "client_secret_basic", "client_secret_post", "private_key_jwt"] as const;

/**
 * Reads the settings of one gateway.
 *
 * @param gateways the value of `gatewayConnect.gateways`
 * @param shared the values of `gatewayConnect.redirectPorts`, `redirectPath` and `redirectHost`
 * @param url the gateway's address, compared without trailing slash
 * @throws GatewayFailure `setting_invalid`, naming the one that cannot be used
 */
export function readGatewaySettings(
  gateways: unknown,
  shared: { readonly ports?: unknown; readonly path?: unknown; readonly host?: unknown },
  url: string,
): GatewaySettings {
  const entry = entryFor(gateways, url);
  const redirect: RedirectSettings = {
    ports: ports(entry.redirectPorts ?? shared.ports) ?? defaultRedirect.ports,
    path: path(entry.redirectPath ?? shared.path) ?? defaultRedirect.path,
    host: host(entry.redirectHost ?? shared.host) ?? defaultRedirect.host,
  };
  const clientId = text(entry, "clientId");
  const issuer = text(entry, "issuer");
  const audience = text(entry, "audience");
  const clientMetadataUrl = text(entry, "clientMetadataUrl");
  const resource = entry.resource === false ? false : text(entry, "resource");
  const scopes = entry.scopes;
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every((scope) => typeof scope === "string"))) {
    throw invalid("gateways › scopes", scopes);
  }
  const identityProvider = oneOf(entry, "identityProvider", identityProviderIds);
  const token = oneOf(entry, "token", ["access", "id"] as const);
  const signIn = oneOf(entry, "signIn", signInFlows);
  const clientAuthentication = oneOf(entry, "clientAuthentication", authMethods);
  const clientSecret = credential(entry, "clientSecret");
  const privateKey = credential(entry, "privateKey");
  const keyId = text(entry, "keyId");
  return {
    ...(identityProvider !== undefined && { identityProvider }),
    ...(token !== undefined && { token }),
    ...(signIn !== undefined && { signIn }),
    ...(clientAuthentication !== undefined && { clientAuthentication }),
    ...(clientSecret !== undefined && { clientSecret }),
    ...(privateKey !== undefined && { privateKey }),
    ...(keyId !== undefined && { keyId }),
    ...(entry.authorizer !== undefined && { authorizer: entry.authorizer }),
    redirect,
    ...(clientId !== undefined && { clientId }),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
    ...(resource !== undefined && { resource }),
    ...(scopes !== undefined && { scopes: scopes as string[] }),
  };
}

function entryFor(gateways: unknown, url: string): Record<string, unknown> {
  if (typeof gateways !== "object" || gateways === null) return {};
  const wanted = url.replace(/\/$/, "");
  const found = Object.entries(gateways).find(([key]) => key.replace(/\/$/, "") === wanted)?.[1];
  if (found === undefined) return {};
  if (typeof found !== "object" || found === null) throw invalid("gateways", found);
  return found as Record<string, unknown>;
}

function text(entry: Record<string, unknown>, name: string): string | undefined {
  const value = entry[name];
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw invalid(`gateways › ${name}`, value);
  return value;
}

function oneOf<T extends string>(entry: Record<string, unknown>, name: string, values: readonly T[]): T | undefined {
  const value = entry[name];
  if (value === undefined || value === "") return undefined;
  if (!(values as readonly unknown[]).includes(value)) throw invalid(`gateways › ${name}`, value);
  return value as T;
}

/** Only where it is, never the secret itself: settings are synchronised and shown. What stands there is not repeated. */
function credential(entry: Record<string, unknown>, name: string): CredentialSource | undefined {
  const value = entry[name];
  if (value === undefined) return undefined;
  if (typeof value === "object" && value !== null && Object.keys(value).length === 1) {
    const { environment, file, command } = value as Readonly<Record<string, unknown>>;
    if (typeof environment === "string" && environment !== "") return { kind: "environment", name: environment };
    if (typeof file === "string" && file !== "") return { kind: "file", path: file };
    const words = Array.isArray(command) && command.every((word) => typeof word === "string");
    if (words && (command[0] ?? "") !== "") return { kind: "command", command };
  }
  throw new GatewayFailure("setting_invalid", {
    setting: `gatewayConnect.gateways › ${name}`,
    found:
      'something else than { "environment": "NAME" }, { "file": "/path" } or { "command": ["program", "argument"] }',
  });
}

function ports(value: unknown): number[] | undefined {
  if (value === undefined) return undefined;
  const valid = (port: unknown): boolean => Number.isInteger(port) && (port as number) > 0 && (port as number) < 65536;
  if (!Array.isArray(value) || value.length === 0 || !value.every(valid)) throw invalid("redirectPorts", value);
  return value as number[];
}

function path(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !/^\/[A-Za-z0-9._~/-]*$/.test(value)) throw invalid("redirectPath", value);
  return value;
}

/** Only names of this machine: anything else would carry the code over the network. */
function host(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value !== "localhost" && value !== "127.0.0.1" && value !== "[::1]") throw invalid("redirectHost", value);
  return value;
}

const invalid = (setting: string, found: unknown): GatewayFailure =>
  new GatewayFailure("setting_invalid", { setting: `gatewayConnect.${setting}`, found: JSON.stringify(found) });
