import { type AnyFailure, type FailureCode, GatewayFailure, isFailure } from "../failures/failure.ts";
import type { HttpFetch } from "../lib/httpPort.ts";
import type { Log } from "../lib/log.ts";
import { untilAborted } from "../lib/waiting.ts";
import type { Challenge } from "../oauth/discovery/challenge.ts";
import type { BearerToken, TokenSet } from "../oauth/tokens/tokenSet.ts";
import { authorizedFetch } from "../relay/authorizedFetch.ts";
import { declinesAt } from "../relay/declines.ts";
import type { GatewayAccess, SignInEnding } from "../relay/gatewayAccess.ts";
import type { AwsSignIns } from "./aws/awsSignIns.ts";
import type { Connection } from "./connection.ts";
import { type ChangedSignIn, mayFollow } from "./signIn/agreedIssuer.ts";
import type { SignIns } from "./signIn/signIns.ts";

/** What a sign-in prompt says and asks for. */
export interface SignInPrompt {
  readonly connection: Connection;
  readonly because: "sign_in_needed" | "insufficient_scope";
  /** Scopes the next token has to have besides those it always gets. */
  readonly scopes: readonly string[];
  /** The person asked for it themselves, and not their agent. */
  readonly isAskedFor?: boolean;
  /** Those of them that the token in use does not have: what the person is asked for. */
  readonly lacking?: readonly string[];
}

export interface AccessWorld {
  readonly fetch: HttpFetch;
  readonly signIns: Pick<SignIns, "current" | "replace">;
  readonly log: Log;
  readonly now: () => number;
  /** Signs requests for the gateways that take signatures in place of tokens. */
  readonly aws: Pick<AwsSignIns, "isSigned" | "fetch" | "isReady">;
  /** Which token a gateway takes. */
  readonly sent: (connection: Connection) => BearerToken;
  /**
   * Looks whether the administrator of this machine allows the gateway, and the sign-in that is used for it.
   *
   * @throws GatewayFailure of `GatewayRules.mayCall`
   */
  readonly mayUse?: (connection: Connection, tokens?: TokenSet) => void;
  /** Told how each request ended, as far as it says whether the gateway takes the person's tokens. */
  readonly onAccessOutcome?: (connection: Connection, refusal: AnyFailure | undefined) => void;
  /** Told what the gateway said when it asked for a sign-in. */
  readonly onChallenge: (connection: Connection, challenge: Challenge | undefined) => void;
  /** Looks whether the gateway signs in elsewhere than it is recorded. */
  readonly changed: (connection: Connection) => Promise<ChangedSignIn | undefined>;
  /** Whether somebody can be asked which client it is at another issuer. */
  readonly canAskClient?: boolean;
  /** Asks the person, in the editor's own dialog, and signs them in. */
  readonly prompt: (prompt: SignInPrompt) => Promise<SignInEnding>;
}

/** Calls of one burst that arrive just after a "Cancel" are answered with it, instead of one dialog each. */
const declinedForMs = 3_000;

/** Failures of the provider that pass: a call is told, and the person only when one comes again after this long. */
const passingFailures: ReadonlySet<FailureCode> = new Set(["token_endpoint_unreachable", "token_response_invalid"]);
const lastsMs = 30_000;

/** What the person should know of although only their agent was told, until the gateway takes a request again. */
const refusals: ReadonlySet<FailureCode> = new Set([
  "insufficient_scope",
  "gateway_refused_token",
  "issuer_changed",
  "token_audience_mismatch",
  "token_refused",
  "enterprise_policy_refused",
  "identity_assertion_refused",
  "identity_assertion_invalid",
  "given_id_token_unusable",
  "id_token_missing",
  "proof_refused",
  "bound_token_needed",
  "credential_unreadable",
  "managed_gateway_refused",
  "managed_issuer_refused",
  "managed_sign_in_refused",
  "managed_account_refused",
  "managed_credential_refused",
  "managed_policy_broken",
  "headers_invalid",
  "header_unreadable",
  "aws_login_needed",
  "aws_profile_missing",
  "aws_credentials_missing",
  "aws_credentials_unreadable",
  "aws_credentials_expired",
  "aws_credentials_refused",
  "aws_clock_skewed",
  "aws_signature_mismatch",
  "aws_signature_needed",
  "aws_permission_missing",
  "aws_region_needed",
  "aws_token_needed",
  "workload_platform_missing",
  "workload_permission_missing",
  "workload_token_unreadable",
  "workload_token_invalid",
  "workload_token_expired",
  "workload_audience_mismatch",
  "workload_refused",
]);

/**
 * One gateway's access for its relay.
 *
 * @param connection the connection as it is now, or undefined once it was removed
 */
export function connectionAccess(connection: () => Connection | undefined, world: AccessWorld): GatewayAccess {
  let asking: Promise<SignInEnding> | undefined;
  let declinedAt = Number.NEGATIVE_INFINITY;
  /** One is asked for again, and several in a row are not. */
  const declines = declinesAt(world.now);
  let needed: Pick<SignInPrompt, "scopes" | "lacking"> = { scopes: [] };
  let failingSince: number | undefined;

  /** Whether the person has to know of a failure, and not their agent alone. */
  const needsAttention = ({ code }: AnyFailure): boolean => {
    if (!passingFailures.has(code)) return refusals.has(code);
    failingSince ??= world.now();
    return world.now() - failingSince >= lastsMs;
  };

  /** The connection, as long as it uses the sign-in that a request began with. */
  const usingStill = (sessionId: string): Connection | undefined => {
    const now = connection();
    return now?.sessionId === sessionId ? now : undefined;
  };
  const tokens = {
    current: async (sessionId: string) => {
      const now = usingStill(sessionId);
      const tokens = now && (await world.signIns.current(now));
      if (now && tokens) world.mayUse?.(now, tokens);
      return tokens;
    },
    replace: async (sessionId: string, refused: string) => {
      const now = usingStill(sessionId);
      const tokens = now && (await world.signIns.replace(now, refused));
      if (now && tokens) world.mayUse?.(now, tokens);
      return tokens;
    },
  };

  const fetch = authorizedFetch(
    () => {
      const now = connection();
      const session =
        now?.authorization.kind === "none"
          ? ({ kind: "open" } as const)
          : now?.sessionId === undefined
            ? undefined
            : ({ kind: "signedIn", id: now.sessionId, bearerToken: world.sent(now) } as const);
      return { name: now?.name ?? "this gateway", url: now?.url ?? "https://removed.invalid", session };
    },
    {
      ...world,
      tokens,
      onChallenge(challenge) {
        const now = connection();
        if (now) world.onChallenge(now, challenge);
      },
      async elsewhere(issuer) {
        const now = connection();
        const changed = now && (await world.changed(now).catch(() => undefined));
        if (!now || changed?.before !== issuer) return undefined;
        try {
          mayFollow(changed, now, { agreed: changed.now.server.issuer, canAskClient: world.canAskClient === true });
          return new GatewayFailure("sign_in_needed", { gateway: now.name });
        } catch (failure) {
          if (isFailure(failure, "issuer_changed")) return failure;
          throw failure;
        }
      },
    },
  );

  return {
    async fetch(url, init, words) {
      const now = connection();
      try {
        if (now) world.mayUse?.(now);
        const response =
          now && world.aws.isSigned(now) ? await world.aws.fetch(now, url, init ?? {}) : await fetch(url, init, words);
        // Any other answer may come from before the gateway looked at the token.
        if (now && response.ok) world.onAccessOutcome?.(now, undefined);
        failingSince = undefined;
        return response;
      } catch (failure) {
        if (isFailure(failure, "insufficient_scope")) {
          const { needed: scopes, granted } = failure.facts;
          needed = { scopes, lacking: scopes.filter((scope) => !granted.includes(scope)) };
        }
        if (now && isFailure(failure) && needsAttention(failure)) world.onAccessOutcome?.(now, failure);
        // A person can begin the sign-in of AWS's tools anew, and is asked as for any other.
        if (now && isFailure(failure, "aws_login_needed")) {
          throw new GatewayFailure("sign_in_needed", { gateway: now.name }, { cause: failure });
        }
        throw failure;
      }
    },
    async ready() {
      const now = connection();
      if (!now) return false;
      if (world.aws.isSigned(now)) return await world.aws.isReady(now);
      if (now.authorization.kind === "none") return true;
      return (await world.signIns.current(now)) !== undefined;
    },
    async signIn(because, signal, isAgent) {
      signal.throwIfAborted();
      const now = connection();
      if (!now || world.now() - declinedAt < declinedForMs) return { kind: "cancelled" };
      if (isAgent && !asking && declines.has()) return { kind: "cancelled" };
      asking ??= world
        .prompt({ connection: now, because, ...(because === "insufficient_scope" ? needed : { scopes: [] }) })
        .then((ending) => {
          if (ending.kind === "signedIn") declines.forget();
          else {
            declinedAt = world.now();
            declines.add();
          }
          return ending;
        })
        .finally(() => {
          asking = undefined;
        });
      return untilAborted(asking, signal);
    },
  };
}
