import { type AnyFailure, asFailure, isFailure } from "../../failures/failure.ts";
import type { Log } from "../../lib/log.ts";
import type { TokenSet } from "./tokenSet.ts";
import type { TokenStore } from "./tokenStore.ts";

/** The tokens of a sign-in, or undefined where they cannot be read, which the log is told. */
export async function readableTokens(store: TokenStore, sessionId: string, log: Log): Promise<TokenSet | undefined> {
  try {
    return await store.read(sessionId);
  } catch (error) {
    log.warn("a stored sign-in cannot be read", { code: asFailure(error).code });
    return undefined;
  }
}

/** The tokens of every stored sign-in. One that cannot be read hides no other. */
export async function allReadable(store: TokenStore, log: Log): Promise<readonly TokenSet[]> {
  const ids = await store.list();
  const found = await Promise.all(ids.map((id) => readableTokens(store, id, log)));
  return found.filter((tokens) => tokens !== undefined);
}

/** Tokens that were taken out of the store. */
export interface TakenTokens {
  readonly tokens: TokenSet;
  /** Set where the store has them still. */
  readonly left?: AnyFailure;
}

/**
 * Takes tokens out of the store. What cannot be read is gone with them, and cannot be revoked. A store that does not delete
 * them keeps nobody from revoking them.
 *
 * @throws GatewayFailure `secret_not_deleted` where there is nothing to revoke either, `secret_storage_failed` where the store
 *   does not say what it has: it is left as it is
 */
export function takeTokens(store: TokenStore, sessionId: string, log: Log): Promise<TakenTokens | undefined> {
  return store.exclusively(sessionId, async () => {
    const tokens = await store.read(sessionId).catch((error: unknown) => {
      // What cannot be read now may be in a moment; deleted, it could never be revoked.
      if (isFailure(error, "secret_storage_failed")) throw error;
      return readableTokens(store, sessionId, log);
    });
    try {
      await store.delete(sessionId);
      return tokens && { tokens };
    } catch (error) {
      if (!tokens) throw error;
      log.warn("a sign-in was not deleted from where it is kept");
      return { tokens, left: asFailure(error) };
    }
  });
}
