import { asFailure } from "../../failures/failure.ts";
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

/** Takes tokens out of the store. What cannot be read is gone with them, and cannot be revoked. */
export function takeTokens(store: TokenStore, sessionId: string, log: Log): Promise<TokenSet | undefined> {
  return store.exclusively(async () => {
    const tokens = await readableTokens(store, sessionId, log);
    await store.delete(sessionId);
    return tokens;
  });
}
