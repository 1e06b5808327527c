import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { RecordedOffer } from "../discovery/proofOffer.ts";
import type { EnterpriseIdentityProvider } from "../enterprise/enterpriseIdentityProvider.ts";
import type { ChosenClient } from "./client.ts";
import type { SignInFlow } from "./signInFlow.ts";

/** How a gateway wants its callers to sign in, as it was found when it was connected. It is stored in this form. */
export type Authorization =
  | { readonly kind: "none" }
  /** Requests are signed with AWS credentials (SigV4), of which nothing is kept but where they come from. */
  | {
      readonly kind: "aws";
      /** Absent for those of the environment, or else of the default profile. */
      readonly profile?: string;
      /** Where the address does not say it. */
      readonly region?: string;
      /** Whom AWS took them for at the last sign-in. */
      readonly identity?: { readonly name: string; readonly account: string };
    }
  | {
      readonly kind: "oauth";
      /** The identity provider's metadata as it was found, so that a start needs no request. */
      readonly server: AuthorizationServer;
      /** The resource indicator to ask a token for (RFC 8707), or undefined where none is to be sent. */
      readonly resource?: string;
      readonly clientId: string;
      /** Whether the client was registered by us (RFC 7591) or is known to the identity provider otherwise. */
      readonly clientSource: ChosenClient["source"];
      readonly scopes: readonly string[];
      /** Whether the gateway takes tokens that are bound to a key (RFC 9449), where it says so. */
      readonly proof?: RecordedOffer;
      /** The flow, where it is not in the browser. */
      readonly signIn?: Exclude<SignInFlow, "browser">;
      /** Whose identity provider lets people in, where it is another company than the one that is set: the sandbox's. */
      readonly company?: Company;
    };

/** The identity provider of a company, and the client that this program is there. */
export type Company = Pick<EnterpriseIdentityProvider, "issuer" | "clientId">;

type FoundAuthorization = Pick<Extract<Authorization, { kind: "oauth" }>, "server" | "resource" | "scopes" | "proof">;

/** What is recorded of a gateway that asks for a sign-in. */
export function recordedAuthorization(
  { server, resource, scopes, proof }: FoundAuthorization,
  client: ChosenClient,
  flow: SignInFlow,
): Extract<Authorization, { kind: "oauth" }> {
  return {
    kind: "oauth",
    server,
    scopes,
    clientId: client.identity.clientId,
    clientSource: client.source,
    ...(resource !== undefined && { resource }),
    ...(proof !== undefined && { proof }),
    ...(flow !== "browser" && { signIn: flow }),
  };
}
