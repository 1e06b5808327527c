/**
 * The API of the extension `gateway-connect.gateway-connect`, version 1. Copy this file; docs/api.md tells how it is used.
 */
import type { AuthenticationSession, CancellationToken, Event } from "vscode";

/** `vscode.extensions.getExtension("gateway-connect.gateway-connect")`, activated: its `exports`. */
export interface GatewayConnectExports {
  /** @throws Error for a version that this extension does not have */
  getAPI(version: 1): GatewayConnectApi;
}

/** A gateway that the person connected. It has no address and nobody's name. */
export interface Gateway {
  readonly id: string;
  /** The person's name for it. */
  readonly name: string;
  /** `open` needs no sign-in; `attention` is refused, or could not be signed in to. */
  readonly state: "open" | "signedOut" | "signingIn" | "signedIn" | "attention";
  /** Whether its last request was answered. */
  readonly isReachable: boolean;
  /** How many tools it had when it was last asked; undefined before that. */
  readonly tools: number | undefined;
}

export interface ToolCall {
  /** From `authentication.getSession("gateway-connect", ["gateway:<id>"])`. Its `accessToken` is no token of the gateway. */
  readonly session: Pick<AuthenticationSession, "id" | "accessToken">;
  /** The gateway's id. */
  readonly gateway: string;
  /** The tool's name, as the gateway lists it. */
  readonly tool: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

export interface GatewayConnectApi {
  /** The gateways as they are now, each without its tools and its person. */
  getGateways(): Promise<readonly Gateway[]>;
  /**
   * Calls a tool with the person's sign-in, which is renewed, and asked for where the gateway wants it.
   *
   * @returns the result of `tools/call` (2025-11-25, server/tools): `content`, `structuredContent`, `isError`
   * @throws Error with a `code`: `session_refused`, `gateway_unknown`, or one of docs/messages.md
   */
  callTool(call: ToolCall, token?: CancellationToken): Promise<Readonly<Record<string, unknown>>>;
  /** A gateway was connected, removed, signed in to or out of, or its state changed otherwise. */
  readonly onDidChange: Event<void>;
}
