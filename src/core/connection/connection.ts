import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import type { SignInWay } from "./gatewaySettings.ts";

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
      readonly signIn?: Exclude<SignInWay, "browser">;
    };

/** One gateway that a person connected. It is kept between sessions and holds no secret. */
export interface Connection {
  /** Short and stable: names the relay's path, the catalogue and the definition. */
  readonly id: string;
  readonly name: string;
  /** The gateway's MCP address. */
  readonly url: string;
  readonly authorization: Authorization;
  /** Which stored session this gateway uses, when somebody is signed in. */
  readonly sessionId?: string;
}

/** A name for a connection, taken from its address: the gateway's name on AgentCore, else the host. */
export function suggestedName(url: URL): string {
  const agentCore = /^(.+)-[0-9a-z]{10}\.gateway\.bedrock-agentcore\./.exec(url.hostname);
  if (agentCore?.[1]) return agentCore[1];
  return url.hostname === "localhost" || /^127\./.test(url.hostname)
    ? `local-${url.port || "80"}`
    : url.hostname.replace(/^(mcp|gateway|www)\./, "");
}
