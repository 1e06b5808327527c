import type { TokenSet } from "./tokenSet.ts";

/**
 * Where sign-ins are kept, the same for every window and process of a person. A refresh token is in one store only: where it
 * were in two, each would present what the other has spent (RFC 9700, 4.14.2).
 */
export interface TokenStore {
  /** The version of the format that is written. An entry of a newer one is neither read nor written over. */
  readonly version: number;
  /** @throws GatewayFailure `stored_secret_unreadable`, `stored_by_newer_version` */
  read(sessionId: string): Promise<TokenSet | undefined>;
  /** @throws GatewayFailure `stored_by_newer_version` */
  write(tokens: TokenSet): Promise<void>;
  delete(sessionId: string): Promise<void>;
  /** The ids of all stored sign-ins. */
  list(): Promise<readonly string[]>;
  /** Runs what reads and then writes while no other window or process does. It must not wait for the network. */
  exclusively<T>(act: () => Promise<T>): Promise<T>;
}
