import type { FailureCode } from "../failures/failure.ts";
import type { HttpAnswer, HttpRequest } from "../lib/httpPort.ts";
import type { EndedTokenWords } from "./endedToken.ts";

/** Where a gateway is and what it is called. */
export interface GatewayAddress {
  readonly name: string;
  readonly url: string;
  /** The one revision to speak to it; undefined finds out. */
  readonly protocol?: "2025-11-25" | "2026-07-28";
}

/** Reads what a gateway says of tokens that have ended, see `EndedTokenWords`. */
export type TokenWords = Pick<EndedTokenWords, keyof EndedTokenWords>;

/**
 * The way out to a gateway that adds a token.
 *
 * @param words reads what the gateway says of tokens that have ended in other answers than a 401; none is believed without
 */
export type GatewayFetch = (url: string | URL, request?: HttpRequest, words?: TokenWords) => Promise<HttpAnswer>;

/** How a request to sign in ended. Cancelling is an ending, not an error. */
export type SignInEnding = { readonly kind: "signedIn" } | { readonly kind: "cancelled" };

/**
 * How the relay reaches one gateway with a person's token.
 *
 * The relay never sees a token: it gets a `fetch` that adds one, and may ask for a sign-in when it serves an act
 * of a person or their agent.
 */
export interface GatewayAccess {
  /**
   * `fetch` with the current token, renewed silently when needed. It never returns a 401, nor a 403 with
   * `insufficient_scope`.
   *
   * @throws GatewayFailure `sign_in_needed` when only a person can go on, `insufficient_scope` when the token's
   *   scopes do not reach, `gateway_refused_token` when the gateway refuses a token that was just issued,
   *   `gateway_unreachable` and `tls_failed` when no answer came.
   */
  readonly fetch: GatewayFetch;

  /** Whether a token is at hand or can be had without a person. A gateway without sign-in is always ready. */
  ready(): Promise<boolean>;

  /**
   * Asks the person to sign in. Everyone waiting shares one prompt.
   *
   * @param because why it is needed: decides the wording, and which scopes are asked for
   * @param signal ends the waiting of this caller; the prompt lives on for the others
   * @param isAgent whether it is for an agent's call, which asks nobody who has declined several times lately
   * @throws GatewayFailure when the sign-in failed
   */
  signIn(
    because: Extract<FailureCode, "sign_in_needed" | "insufficient_scope">,
    signal: AbortSignal,
    isAgent: boolean,
  ): Promise<SignInEnding>;
}

export interface CountedSignIns {
  readonly access: GatewayAccess;
  /** How many requests wait for a person. */
  waiting(): number;
}

/** The same access, with the requests counted that wait for a person. */
export function countedSignIns(access: GatewayAccess): CountedSignIns {
  let waiting = 0;
  return {
    waiting: () => waiting,
    access: {
      fetch: (...request) => access.fetch(...request),
      ready: () => access.ready(),
      async signIn(because, signal, isAgent) {
        waiting++;
        try {
          return await access.signIn(because, signal, isAgent);
        } finally {
          waiting--;
        }
      },
    },
  };
}
