import { type AnyFailure, asFailure } from "../../failures/failure.ts";
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
 * @throws GatewayFailure `secret_not_deleted` where there is nothing to revoke either
 */
export function takeTokens(store: TokenStore, sessionId: string, log: Log): Promise<TakenTokens | undefined> {
  return store.exclusively(async () => {
    const tokens = await readableTokens(store, sessionId, log);
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
