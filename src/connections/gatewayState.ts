import { type AnyFailure, asFailure, type FailureCode } from "../failures/failure.ts";
import type { Challenge } from "../oauth/discovery/challenge.ts";
import type { TokenSet } from "../oauth/tokens/tokenSet.ts";
import type { KeptAttention } from "./attention/keptAttention.ts";
import type { KeptRefusal } from "./attention/keptRefusal.ts";
import type { AwsSignIns } from "./aws/awsSignIns.ts";
import type { Connection } from "./connection.ts";
import type { SignIns } from "./signIn/signIns.ts";

/** Where a gateway stands with its person. */
export type GatewayState =
  | { readonly kind: "open" }
  | { readonly kind: "signedOut" }
  | { readonly kind: "signingIn" }
  | { readonly kind: "signedIn"; readonly tokens: TokenSet }
  /** Requests are signed with AWS credentials; undefined for those of the environment, or of the default profile. */
  | {
      readonly kind: "signedInToAws";
      readonly profile: string | undefined;
      readonly identity: { readonly name: string; readonly account: string } | undefined;
    }
  | Attention;

/** A gateway that needs its person. */
interface Attention {
  readonly kind: "attention";
  readonly failure: AnyFailure;
  /** What Explain Access found to mend first, a sentence; absent where it has not looked since. */
  readonly finding?: string;
}

/** What Explain Access found. */
export interface NotedFinding {
  /** What to mend first, a sentence. */
  readonly finding: string;
  /** What of it outlasts the window. */
  readonly lasting: Pick<KeptRefusal, "finding" | "report">;
}

/** What fails for no other reason than that the gateway is away. */
const awayCodes: ReadonlySet<FailureCode | undefined> = new Set<FailureCode>([
  "gateway_unreachable",
  "tls_failed",
  "gateway_error",
  "gateway_connection_lost",
]);

/** What only this window knows of its gateways' states: sign-ins that are under way, and what went wrong last. */
export class GatewayStates {
  readonly #signIns: Pick<SignIns, "stored">;
  readonly #aws: Pick<AwsSignIns, "isSigned" | "profileOf">;
  readonly #onChanged: () => void;
  readonly #signingIn = new Set<string>();
  readonly #failures = new Map<string, Attention>();
  /** What gateways said when they asked for a sign-in; undefined for one that gave no reason. */
  readonly #challenges = new Map<string, Challenge | undefined>();
  readonly #kept: KeptAttention | undefined;

  /** @param world `kept` is what was refused in other windows and before this one; absent where nothing is kept */
  constructor(
    signIns: Pick<SignIns, "stored">,
    aws: Pick<AwsSignIns, "isSigned" | "profileOf">,
    { onChanged, kept }: { readonly onChanged: () => void; readonly kept?: KeptAttention | undefined },
  ) {
    this.#signIns = signIns;
    this.#aws = aws;
    this.#onChanged = onChanged;
    this.#kept = kept;
  }

  async of(connection: Connection): Promise<GatewayState> {
    if (this.#signingIn.has(connection.id)) return { kind: "signingIn" };
    const attention = this.#attention(connection.id);
    if (attention) return attention;
    if (this.#aws.isSigned(connection)) return this.#ofAws(connection);
    if (connection.authorization.kind === "none") {
      return { kind: this.asksForSignIn(connection) ? "signedOut" : "open" };
    }
    try {
      const tokens = await this.#signIns.stored(connection);
      return tokens ? { kind: "signedIn", tokens } : { kind: "signedOut" };
    } catch (error) {
      return { kind: "attention", failure: asFailure(error) };
    }
  }

  /** What AWS said of other credentials than those that sign now is not told of them. */
  #ofAws(connection: Connection): GatewayState {
    const { authorization, sessionId } = connection;
    if (authorization.kind !== "aws" || sessionId === undefined) return { kind: "signedOut" };
    const profile = this.#aws.profileOf(connection);
    const identity = profile === authorization.profile ? authorization.identity : undefined;
    return { kind: "signedInToAws", profile, identity };
  }

  /** Whether a gateway asks for a sign-in, be it only by now. */
  asksForSignIn({ id, authorization }: Pick<Connection, "id" | "authorization">): boolean {
    return authorization.kind !== "none" || this.wasChallenged(id);
  }

  /** Whether a gateway asked for a sign-in, or for another one, since this program started. */
  wasChallenged(id: string): boolean {
    return this.#challenges.has(id);
  }

  /** What a gateway said last when it asked for a sign-in. */
  challengeOf(id: string): Challenge | undefined {
    return this.#challenges.get(id);
  }

  onChallenge(id: string, challenge: Challenge | undefined): void {
    const isFirst = !this.#challenges.has(id);
    this.#challenges.set(id, challenge);
    if (isFirst) this.#onChanged();
  }

  isSigningIn(id: string): boolean {
    return this.#signingIn.has(id);
  }

  beginSignIn(id: string): void {
    this.#signingIn.add(id);
    // What was refused is kept until a sign-in works.
    this.#failures.delete(id);
    this.#onChanged();
  }

  endSignIn(id: string): void {
    this.#signingIn.delete(id);
  }

  fail(id: string, failure: AnyFailure): void {
    this.#failures.set(id, { kind: "attention", failure });
  }

  forgetFailure(id: string): void {
    this.#failures.delete(id);
    void this.#kept?.drop(id);
  }

  /** What this window met, or was kept. */
  #attention(id: string): Attention | undefined {
    const kept = this.#kept?.find(id);
    return this.#failures.get(id) ?? (kept && { kind: "attention", ...kept });
  }

  /** Keeps what was found out about a gateway that needs attention, as long as it does. */
  noteFinding(id: string, { finding, lasting }: NotedFinding): void {
    const attention = this.#attention(id);
    if (!attention) return;
    void this.#kept?.keep({ id, failure: attention.failure, ...lasting });
    if (attention.finding === finding) return;
    this.#failures.set(id, { ...attention, finding });
    this.#onChanged();
  }

  /** A sign-in that failed because the gateway was down may be tried again, and nothing is wrong with it. */
  isBack(id: string): void {
    if (awayCodes.has(this.#failures.get(id)?.failure.code)) this.forgetFailure(id);
  }

  /** A gateway that refuses what it is sent needs attention until it takes it. */
  onAccessOutcome(id: string, refusal: AnyFailure | undefined): void {
    if (this.#attention(id)?.failure.code === refusal?.code) return;
    this.forgetFailure(id);
    if (refusal) {
      this.fail(id, refusal);
      void this.#kept?.keep({ id, failure: refusal });
    }
    this.#onChanged();
  }
}
