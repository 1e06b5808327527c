import type { TokenSet } from "./tokenSet.ts";

/**
 * Where sign-ins are kept, the same for every window and process of a person. A refresh token is in one store only: where it
 * were in two, each would present what the other has spent (RFC 9700, 4.14.2).
 */
export interface TokenStore {
  /** The version of the format that is written. An entry of a newer one is neither read nor written over. */
  readonly version: number;
  /** @throws GatewayFailure `stored_secret_unreadable`, `stored_by_newer_version`, `secret_storage_failed` */
  read(sessionId: string): Promise<TokenSet | undefined>;
  /** @throws GatewayFailure `stored_by_newer_version`, `secret_storage_failed` */
  write(tokens: TokenSet): Promise<void>;
  /**
   * Writes what a renewal brought, in place of tokens that are spent. Where they cannot be stored they are held in this process
   * instead, as if they were, and stored as soon as that works: nobody else has them, and they could not be revoked otherwise.
   *
   * @returns whether they are stored
   * @throws GatewayFailure `stored_by_newer_version`
   */
  writeRenewed(tokens: TokenSet): Promise<boolean>;
  delete(sessionId: string): Promise<void>;
  /** The ids of all stored sign-ins. */
  list(): Promise<readonly string[]>;
  /** The store that keeps a sign-in in the place of this one; absent where none could. */
  keeping?(sessionId: string): Promise<TokenStore | undefined>;
  /** Runs what reads and then writes a sign-in while no other window or process does. It must not wait for the network. */
  exclusively<T>(sessionId: string, act: () => Promise<T>): Promise<T>;
  /** Runs a renewal of a sign-in while no other window or process renews it. It waits for the network. */
  renewing<T>(sessionId: string, act: () => Promise<T>): Promise<T>;
}
