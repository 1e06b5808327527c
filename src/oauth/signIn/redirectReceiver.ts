import type { AnyFailure } from "../../failures/failure.ts";
import type { RedirectSettings } from "./redirectSettings.ts";

/** What the page says that the browser lands on. It is decided only after the exchange. */
export type LandingPage =
  | { readonly kind: "signedIn"; readonly account: string; readonly gateway: string }
  /** The request was not the answer to the sign-in in progress, which goes on undisturbed. */
  | { readonly kind: "ignored" }
  | { readonly kind: "failed"; readonly failure: AnyFailure }
  | { readonly kind: "cancelled" };

/** Where the browser comes back to after a sign-in. */
export interface RedirectReceiver {
  /**
   * Starts to listen, before the browser opens.
   *
   * @param settings host and path of the redirect URI, and its ports in the order to try
   * @param answer called with each address the browser arrives at; its page is shown when the promise is done
   * @throws GatewayFailure `redirect_ports_taken`
   */
  listen(settings: RedirectSettings, answer: (arrived: URL) => Promise<LandingPage>): Promise<RedirectListener>;
}

export interface RedirectListener {
  readonly redirectUri: string;
  /** Ends listening once pages on their way have been delivered. */
  stop(): Promise<void>;
}
