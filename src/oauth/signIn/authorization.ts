import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { SignInFlow } from "./signInFlow.ts";

/** How a gateway wants its callers to sign in. */
export type Authorization =
  | { readonly kind: "none" }
  | {
      readonly kind: "oauth";
      /** The identity provider's metadata as it was found, so that a start needs no request. */
      readonly server: AuthorizationServer;
      /** The resource indicator to ask a token for (RFC 8707), or undefined where none is to be sent. */
      readonly resource?: string;
      readonly clientId: string;
      /** Whether the client was registered by us (RFC 7591) or is known to the identity provider otherwise. */
      readonly clientSource: "configured" | "metadataDocument" | "registered";
      readonly scopes: readonly string[];
      /** How tokens are obtained, where it is not by a person in the browser. */
      readonly signIn?: Exclude<SignInFlow, "browser">;
    };
