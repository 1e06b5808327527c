import * as vscode from "vscode";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";

/** A gateway as other extensions see it. It has no address and nobody's name. */
export interface ApiGateway {
  readonly id: string;
  readonly name: string;
  readonly state: Exclude<GatewaySummary["state"]["kind"], "signedInToAws">;
  /** Whether its last request was answered. */
  readonly isReachable: boolean;
  /** How many tools it had when it was last asked; undefined before that. */
  readonly tools: number | undefined;
}

/** A call of a tool for another extension. */
export interface ApiCall {
  /** The session that the editor gave the extension for this gateway: its person allowed that. */
  readonly session: Pick<vscode.AuthenticationSession, "id" | "accessToken">;
  /** The gateway's id. */
  readonly gateway: string;
  readonly tool: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export type ApiResult = Readonly<Record<string, unknown>>;

/** What other extensions are given: version 1. `docs/api.d.ts` declares the same for them. */
export interface ExtensionApi {
  getGateways(): Promise<readonly ApiGateway[]>;
  callTool(call: ApiCall, token?: vscode.CancellationToken): Promise<ApiResult>;
  readonly onDidChange: vscode.Event<void>;
}

export interface ExtensionApiWorld {
  readonly summaries: () => Promise<readonly GatewaySummary[]>;
  readonly callTool: ExtensionApi["callTool"];
}

/** The exports of this extension, with what tells the listeners that a gateway changed. */
export function extensionExports({ summaries, callTool }: ExtensionApiWorld) {
  const changed = new vscode.EventEmitter<void>();
  const api: ExtensionApi = Object.freeze({
    getGateways: async () => (await summaries()).map(apiGateway),
    callTool,
    onDidChange: changed.event,
  });
  const getAPI = (version: unknown): ExtensionApi => {
    if (version !== 1) throw new Error(`Gateway Connect has an API of version 1, and none of version ${version}.`);
    return api;
  };
  return { exports: Object.freeze({ getAPI }), changed };
}

const apiGateway = ({ connection, state, down, tools }: GatewaySummary): ApiGateway =>
  Object.freeze({
    id: connection.id,
    name: connection.name,
    state: state.kind === "signedInToAws" ? "signedIn" : state.kind,
    isReachable: down === undefined,
    tools,
  });
