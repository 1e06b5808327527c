import * as vscode from "vscode";
import {
  type DirectObstacle,
  type DirectToken,
  directObstacles,
  directToken,
} from "../../connections/agents/directMode.ts";
import { type Connection, serverNameOf } from "../../connections/connection.ts";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import { asFailure } from "../../failures/failure.ts";
import { hostIdOfEditor } from "../../hosts/hostIds.ts";
import { bearerHeader } from "../../lib/bearer.ts";
import type { Log } from "../../lib/log.ts";
import type { TokenSet } from "../../oauth/tokens/tokenSet.ts";
import { executeCommand } from "../commands/executeCommand.ts";
import { editorToolLayers } from "./editorToolLayers.ts";

export interface DirectGatewaysWorld {
  readonly gateways: () => Pick<Gateways, "storedTokens" | "currentTokens" | "readable" | "find">;
  /** The id of this extension, under which the editor knows its servers. */
  readonly extension: string;
  readonly settings: () => SettingsValues;
  readonly now: () => number;
  readonly log: Log;
  /** Called when the editor has to be given another token. */
  readonly onRenewed: () => void;
}

/** What the editor is told of a gateway that it goes to itself. */
export interface DirectServer {
  readonly url: string;
  /** Another one has the editor start its server anew, with the token of that moment. */
  readonly version: string;
}

/** Where a person signed out, and nobody else. */
const NO_TOKEN = "none";
/** A timer cannot wait for longer, in milliseconds. */
const LONGEST_WAIT_MS = 2_147_483_647;
/** How long after a renewal is due it is asked for, so that it is not asked for too early. */
const AFTER_DUE_MS = 250;
/** How long it is waited for a token that is due and did not come, in milliseconds; each further wait is twice as long. */
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

export interface ObstacleWorld {
  readonly gateways: Pick<Gateways, "readable">;
  readonly settings: SettingsValues;
}

/** What stands in the way of direct mode as the settings are now. */
export function obstaclesOf(
  connection: Connection,
  { gateways, settings }: ObstacleWorld,
  tokens?: TokenSet,
): readonly DirectObstacle[] {
  const resolved = gateways.readable(connection);
  return directObstacles(connection, {
    settings,
    layers: editorToolLayers(connection.url, settings),
    resolved,
    tokens,
  });
}

/** Whether a person has chosen direct mode, and this editor has it. */
const isChosen = ({ isDirect }: Connection): boolean =>
  isDirect === true && hostIdOfEditor(vscode.env.appName) === undefined;

/**
 * The gateways that the editor goes to itself: it is given their address with the list of servers, and the token when it
 * starts one. Tokens of those that it runs are renewed in time; a renewed one is another version of the server, which the
 * editor starts anew.
 */
export class DirectGateways implements vscode.Disposable {
  readonly #world: DirectGatewaysWorld;
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(world: DirectGatewaysWorld) {
    this.#world = world;
  }

  /** The address that the editor compares with its rules; undefined for a gateway that it reaches through the relay. */
  address(connection: Connection, tokens?: TokenSet): string | undefined {
    return isChosen(connection) && this.#obstacles(connection, tokens).length === 0 ? connection.url : undefined;
  }

  /** What the editor lists; undefined for a gateway that it reaches through the relay. Nothing is asked of anybody. */
  async listed(connection: Connection): Promise<DirectServer | undefined> {
    if (!isChosen(connection)) return undefined;
    const tokens = await this.#world
      .gateways()
      .storedTokens(connection)
      .catch(() => undefined);
    const url = this.address(connection, tokens);
    return url === undefined ? undefined : { url, version: directToken(tokens)?.version ?? NO_TOKEN };
  }

  /**
   * The headers for the server that the editor starts now. Whoever is signed out is asked to sign in, since starting a server
   * is their act or that of their agent.
   *
   * @returns undefined where they do not
   * @throws GatewayFailure of `SignIns.current`
   */
  async headers(connection: Connection): Promise<Record<string, string> | undefined> {
    if (connection.authorization.kind === "none") return {};
    const current = async () => directToken(await this.#world.gateways().currentTokens(connection));
    let token = await current();
    if (!token) {
      await executeCommand("signIn", connection.id);
      token = await current();
    }
    if (!token) return undefined;
    this.#renewInTime(connection.id, token);
    return { Authorization: bearerHeader(token.text) };
  }

  /** Stops the editor's servers whose token is gone: it would go on with the one it has. */
  async settle(all: readonly GatewaySummary[]): Promise<void> {
    for (const [id, timer] of this.#timers) {
      const summary = all.find(({ connection }) => connection.id === id);
      const isIn = summary !== undefined && ["signedIn", "signingIn", "attention"].includes(summary.state.kind);
      if (isIn && this.address(summary.connection) !== undefined) continue;
      clearTimeout(timer);
      this.#timers.delete(id);
      if (summary) await this.#stop(summary.connection);
    }
  }

  dispose(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
  }

  #obstacles(connection: Connection, tokens?: TokenSet): readonly DirectObstacle[] {
    const { gateways, settings } = this.#world;
    return obstaclesOf(connection, { gateways: gateways(), settings: settings() }, tokens);
  }

  async #stop(connection: Connection): Promise<void> {
    const server = `${this.#world.extension}/${serverNameOf(connection)}`;
    // The command is not one of the API: an editor that has none is left alone.
    await vscode.commands.executeCommand("workbench.mcp.stopServer", server).then(undefined, () => {});
  }

  /** @param retryMs how long to wait where the next token is due by now: it was asked for just before, in vain */
  #renewInTime(id: string, { renewAt }: Pick<DirectToken, "renewAt">, retryMs = FIRST_RETRY_MS): void {
    const dueMs = renewAt === undefined ? LONGEST_WAIT_MS : renewAt - this.#world.now();
    const [waitMs, nextMs] =
      dueMs > 0 ? [dueMs + AFTER_DUE_MS, FIRST_RETRY_MS] : [retryMs, Math.min(LONGEST_RETRY_MS, 2 * retryMs)];
    clearTimeout(this.#timers.get(id));
    this.#timers.set(
      id,
      setTimeout(() => void this.#renew(id, nextMs), Math.min(waitMs, LONGEST_WAIT_MS)),
    );
  }

  /** A renewal that fails is seen in the gateway's state, as any other, and tried again: the provider may be back. */
  async #renew(id: string, retryMs: number): Promise<void> {
    const connection = this.#world.gateways().find(id);
    if (!connection) return;
    let token: Pick<DirectToken, "renewAt"> | undefined = { renewAt: this.#world.now() };
    try {
      token = directToken(await this.#world.gateways().currentTokens(connection));
    } catch (error) {
      const { code } = asFailure(error);
      this.#world.log.warn("a token for the editor was not renewed", { gateway: connection.name, code });
    }
    // Its server may have been stopped meanwhile.
    if (token && this.#timers.has(id)) this.#renewInTime(id, token, retryMs);
    this.#world.onRenewed();
  }
}
