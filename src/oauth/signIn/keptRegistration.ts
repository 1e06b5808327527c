import { sha256Hex } from "../../lib/sha256Hex.ts";
import type { ClientIdentity } from "../tokens/clientIdentity.ts";
import { deleteSecret, keepSecret, readSecret } from "../tokens/keptSecrets.ts";
import type { SecretStore } from "../tokens/secretStore.ts";

/** A client as an issuer registered it for us (RFC 7591). It is never used at another issuer. */
export interface Registration {
  readonly issuer: string;
  readonly redirectUris: readonly string[];
  readonly identity: ClientIdentity;
}

const registrationKey = async (issuer: string): Promise<string> => `client:${(await sha256Hex(issuer)).slice(0, 24)}`;

/** What is kept of a registration at an issuer; undefined where there is none, or none that can be read. */
export async function readRegistration(issuer: string, secrets: SecretStore): Promise<Registration | undefined> {
  const kept = parsed(await readSecret(secrets, await registrationKey(issuer)));
  return kept?.issuer === issuer ? kept : undefined;
}

/** Keeps a registration in the place of the one before. */
export async function keepRegistration(registration: Registration, secrets: SecretStore): Promise<void> {
  await keepSecret(secrets, await registrationKey(registration.issuer), JSON.stringify(registration));
}

/**
 * Forgets a registration that the issuer no longer knows, so that the next sign-in makes a new one.
 *
 * @param clientId the client that was refused; a registration that another window made meanwhile stays
 * @throws GatewayFailure `secret_not_deleted`
 */
export async function forgetRegistration(issuer: string, clientId: string, secrets: SecretStore): Promise<void> {
  const key = await registrationKey(issuer);
  const kept = parsed(await readSecret(secrets, key));
  if (kept === undefined || kept.identity.clientId === clientId) await deleteSecret(secrets, key);
}

function parsed(text: string | undefined): Registration | undefined {
  if (text === undefined) return undefined;
  try {
    const stored = JSON.parse(text) as Partial<Registration> | null;
    const usable =
      typeof stored?.identity?.clientId === "string" &&
      typeof stored.identity.authMethod === "string" &&
      Array.isArray(stored.redirectUris);
    return usable ? (stored as Registration) : undefined;
  } catch {
    return undefined;
  }
}
