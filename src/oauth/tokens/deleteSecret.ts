import { GatewayFailure } from "../../failures/failure.ts";
import type { SecretStore } from "./secretStore.ts";

/**
 * Deletes an entry of a secret store.
 *
 * @throws GatewayFailure `secret_not_deleted`: what somebody believes to be gone is still there
 */
export async function deleteSecret(secrets: SecretStore, key: string): Promise<void> {
  try {
    await secrets.delete(key);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new GatewayFailure("secret_not_deleted", { key, reason }, { cause: error });
  }
}
