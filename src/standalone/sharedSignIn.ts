import type { Gateways } from "../connections/gateways.ts";
import { withoutSignIn } from "../connections/knownConnections.ts";
import { isFailure } from "../failures/failure.ts";
import type { CrossProcessLock } from "../lib/crossProcessLock.ts";
import type { SignInEnding } from "../relay/gatewayAccess.ts";

export interface SharedSignInWorld {
  readonly gateways: Gateways;
  readonly lock: CrossProcessLock;
  /** Ends a sign-in under way. */
  readonly signal: AbortSignal;
}

/** The sign-in to this program's one gateway. All processes with the same keychain share it. */
export class SharedSignIn {
  readonly #find: () => string;
  readonly #world: SharedSignInWorld;

  /** @param find the connection's id, as it is known by now */
  constructor(find: () => string, world: SharedSignInWorld) {
    this.#find = find;
    this.#world = world;
  }

  get #id(): string {
    return this.#find();
  }

  /**
   * Signs in, unless another process has done so meanwhile.
   *
   * @throws GatewayFailure of `Gateways.signIn`, and that for which this program ends
   */
  ask(scopes: readonly string[]): Promise<SignInEnding> {
    const { gateways, lock, signal } = this.#world;
    return lock.run(`sign-in-${this.#id}`, async () => {
      if (signal.aborted) return endedWith(signal);
      const before = gateways.find(this.#id);
      await gateways.book.load();
      // A sign-out elsewhere has forgotten the gateway too; whoever calls a tool here wants it again.
      if (before && !gateways.find(this.#id)) await gateways.book.add(withoutSignIn(before));
      const known = gateways.find(this.#id);
      const isElsewhere = known !== undefined && (await gateways.signsInElsewhere(known));
      if (!isElsewhere && (await this.isUsable(scopes))) return { kind: "signedIn" };
      // Nobody is here to ask but the page itself: a gateway that signs in elsewhere by now shows that provider's.
      return gateways.signIn(this.#id, { scopes, chooseAccount: false }, { signal, issuer: "whichever" });
    });
  }

  /** Whether there are tokens with these scopes, or they can be renewed without asking anybody. */
  async isUsable(scopes: readonly string[]): Promise<boolean> {
    const { gateways } = this.#world;
    const connection = gateways.find(this.#id);
    if (!connection) return false;
    if (!gateways.asksForSignIn(connection)) return true;
    if (gateways.aws.isSigned(connection)) return await gateways.aws.isReady(connection);
    const tokens = await gateways.currentTokens(connection);
    return tokens !== undefined && scopes.every((scope) => tokens.scopes.includes(scope));
  }

  /** Whether the connection and its tokens are stored. No request is sent to find out whether they still work. */
  async isRecorded(): Promise<boolean> {
    const { gateways } = this.#world;
    const connection = gateways.find(this.#id);
    if (connection?.authorization.kind === "none") return true;
    if (!connection) return false;
    if (gateways.aws.isSigned(connection)) return connection.authorization.kind === "aws";
    return (await gateways.storedTokens(connection).catch(() => undefined)) !== undefined;
  }
}

/** A sign-in that nobody waits for any more: cancelled, unless this program ends for a failure, which is its ending too. */
function endedWith({ reason }: AbortSignal): SignInEnding {
  if (isFailure(reason)) throw reason;
  return { kind: "cancelled" };
}
