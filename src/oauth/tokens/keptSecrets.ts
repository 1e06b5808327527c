import { GatewayFailure } from "../../failures/failure.ts";
import { messageOf } from "../../lib/causes.ts";
import type { SecretStore } from "./secretStore.ts";

/** Reads an entry of a secret store. @throws GatewayFailure `secret_storage_failed` */
export async function readSecret(secrets: SecretStore, key: string): Promise<string | undefined> {
  try {
    return await secrets.get(key);
  } catch (cause) {
    throw new GatewayFailure("secret_storage_failed", { key, act: "read", reason: messageOf(cause) }, { cause });
  }
}

/** Puts an entry into a secret store. @throws GatewayFailure `secret_storage_failed` */
export async function keepSecret(secrets: SecretStore, key: string, value: string): Promise<void> {
  try {
    await secrets.store(key, value);
  } catch (cause) {
    throw new GatewayFailure("secret_storage_failed", { key, act: "keep", reason: messageOf(cause) }, { cause });
  }
}

/**
 * Deletes an entry of a secret store.
 *
 * @throws GatewayFailure `secret_not_deleted`: what somebody believes to be gone is still there
 */
export async function deleteSecret(secrets: SecretStore, key: string): Promise<void> {
  try {
    await secrets.delete(key);
  } catch (cause) {
    throw new GatewayFailure("secret_not_deleted", { key, reason: messageOf(cause) }, { cause });
  }
}
