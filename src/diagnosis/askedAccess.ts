import type { AgentBar } from "../connections/agents/agentBar.ts";
import type { NamedServer } from "../connections/agents/agentBarText.ts";
import { fetchToGateway, type OutgoingFetch } from "../connections/fetchToGateway.ts";
import type { ResolvedConnection, ResolvedGateway } from "../connections/resolvedConnection.ts";
import type { ToolLayers } from "../connections/toolRules/toolLayers.ts";
import type { AnyFailure } from "../failures/failure.ts";
import type { Translate } from "../failures/translate.ts";
import type { HttpAnswer, HttpRequest } from "../lib/httpPort.ts";
import type { BearerToken, TokenSet } from "../oauth/tokens/tokenSet.ts";

/** The rules of a gateway as somebody gave them, and from where. */
export interface GivenAuthorizer {
  readonly source: "settings" | "pasted" | "AWS" | "local gateway" | "sandbox";
  /** JSON as a text or a value: anything that `readAuthorizer` reads. */
  readonly configuration: unknown;
}

/** How requests to a gateway are signed with AWS credentials, for a report. */
export interface SignedAccess {
  /** Undefined for the credentials of the environment, or of the default profile. */
  readonly profile: string | undefined;
  /** Sends a request that is signed. @throws GatewayFailure of `sendSigned` */
  readonly send: (request: HttpRequest) => Promise<HttpAnswer>;
}

/** Whose access to which gateway is to be explained. */
export interface AskedAccess extends ResolvedGateway {
  readonly gateway: { readonly name: string; readonly url: string };
  /** The connection's own id, by which its entries in files are known. Absent before there is a connection. */
  readonly connectionId?: string;
  /** How its connection signs in. Absent before there is one, and where nobody has to. */
  readonly connection?: ResolvedConnection;
  /** As they are stored: nothing is renewed. */
  readonly tokens?: TokenSet;
  /** Which of them would be sent. */
  readonly bearerToken: BearerToken;
  readonly authorizer?: GivenAuthorizer;
  /** Its requests are signed with AWS credentials. */
  readonly signed?: SignedAccess;
  /** What is set of the company's identity provider, and what went wrong last on the way by it. */
  readonly enterprise?: { readonly setting: unknown; readonly failure?: AnyFailure };
  /** What is set about the tools of agents. */
  readonly toolLayers?: ToolLayers;
}

/** A server in a file that this editor reads. */
export interface ServerName {
  readonly file: string;
  readonly name: string;
  /** The connection whose entry it is, when it is ours. */
  readonly connectionId?: string;
}

/** In which language a report is. */
export interface InLanguage {
  /** Says a sentence of it; in English where it is absent. */
  readonly say?: Translate;
}

/** A gateway of which the editor's agent has no tools, and the rule that keeps them away. */
export interface BarredServer {
  readonly bar: AgentBar;
  readonly server: NamedServer;
}

/** What the editor knows of its servers. */
export interface EditorServers extends InLanguage {
  /** The servers in the files that it reads. @throws GatewayFailure `host_file_invalid` */
  readonly serverNames: () => Promise<readonly ServerName[]>;
  /** The rule that keeps a connection's tools from its agent; absent where there is no such agent. */
  readonly agentBar?: (connectionId: string) => BarredServer | undefined;
}

export interface AccessWorld extends EditorServers, OutgoingFetch {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** The same world, for what is asked of the gateway itself. */
export const toGateway = (world: AccessWorld, gateway: string | URL): AccessWorld => ({
  ...world,
  fetch: fetchToGateway(world, gateway),
});
