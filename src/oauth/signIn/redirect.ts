import type { AnyFailure } from "../../failures/failure.ts";

/**
 * Where the browser comes back to after a sign-in, for one gateway. How it does is the adapter's own business: whoever
 * registers a client, signs in or explains sees redirect URIs only.
 */
export interface Redirect {
  /**
   * The redirect URIs that the client has to be registered with, the one that is tried first in front. Identity
   * providers compare them exactly (RFC 9700, 2.1).
   */
  readonly uris: readonly [string, ...string[]];
  /**
   * Starts to listen, before the browser opens.
   *
   * @param answer called with each address the browser arrives at; its page is shown when the promise is done
   * @throws GatewayFailure `redirect_ports_taken`
   */
  listen(answer: (arrived: URL) => Promise<LandingPage>): Promise<RedirectListener>;
  /**
   * Those of `uris` that could be listened on now.
   *
   * @throws GatewayFailure of `listen`, when it is none of them
   */
  available(): Promise<readonly string[]>;
}

export interface RedirectListener {
  /** The redirect URI that the browser is sent back to. */
  readonly uri: string;
  /** Told that a sign-in came back to this URI. The next one tries it first: the provider may know only this one. */
  succeeded(): PromiseLike<void>;
  /** Ends listening. Pages on their way are delivered first; a connection that asks for nothing is not waited for. */
  stop(): Promise<void>;
}

/** What the page says that the browser lands on. It is decided only after the exchange. */
export type LandingPage =
  /** `account` where somebody knows what to call it. */
  | { readonly kind: "signedIn"; readonly account?: string; readonly gateway: string }
  /** The request was not the answer to the sign-in in progress, which goes on undisturbed. */
  | { readonly kind: "ignored" }
  | { readonly kind: "failed"; readonly failure: AnyFailure }
  | { readonly kind: "cancelled" };
