import type { Authorization } from "../oauth/signIn/recordedAuthorization.ts";
import type { SharingConsent } from "./signIn/sharingConsent.ts";

/** One gateway that a person connected. It is kept between sessions and holds no secret. */
export interface Connection {
  /** Short and stable: names the relay's path, the catalogue and the definition. */
  readonly id: string;
  readonly name: string;
  /** What editors and hosts go on to know it by, where it was renamed since. */
  readonly serverName?: string;
  /** The gateway's MCP address. */
  readonly url: string;
  readonly authorization: Authorization;
  /** Which stored sign-in this gateway uses, when somebody is signed in. */
  readonly sessionId?: string;
  /** Which of its tokens the gateway gets, where it is not the access token: what the bridge tells the program without an editor. */
  readonly sends?: "id";
  /** The person's consent to that, where the sign-in was made for another gateway. */
  readonly sharing?: SharingConsent;
  /** The editor's agent goes to the gateway itself, as the person decided who knew what is lost: see `directMode.ts`. */
  readonly isDirect?: true;
}

/** What editors and hosts know a connection by: a server of another name would be another server to them. */
export const serverNameOf = ({ name, serverName }: Pick<Connection, "name" | "serverName">): string =>
  serverName ?? name;

/** A connection under another name. */
export function renamed(connection: Connection, name: string): Connection {
  const { serverName: _, ...rest } = connection;
  const serverName = serverNameOf(connection);
  return { ...rest, name, ...(serverName !== name && { serverName }) };
}

/** A name for a connection, taken from its address: the gateway's name on AgentCore, else the host. */
export function suggestedName(url: URL): string {
  const agentCore = /^(.+)-[0-9a-z]{10}\.gateway\.bedrock-agentcore\./.exec(url.hostname);
  if (agentCore?.[1]) return agentCore[1];
  return url.hostname === "localhost" || /^127\./.test(url.hostname)
    ? `local-${url.port || "80"}`
    : url.hostname.replace(/^(mcp|gateway|www)\./, "");
}
