import * as vscode from "vscode";
import type { AgentBar } from "../connections/agents/agentBar.ts";
import type { ToolDenials } from "../connections/agents/toolDenials.ts";
import type { Connection } from "../connections/connection.ts";
import type { GatewaySummary } from "../connections/gatewayStatus.ts";
import type { Gateways } from "../connections/gateways.ts";
import type { GatewayReach } from "../connections/reachability/gatewayReach.ts";
import { type SettingsValues, usableSetting } from "../connections/settings/readGatewaySettings.ts";
import type { TrafficTap } from "../connections/traffic/trafficTap.ts";
import { editorToolLayers } from "./agents/editorToolLayers.ts";
import type { AskedConsents } from "./askedConsents.ts";
import type { KeptCatalogues } from "./keptCatalogues.ts";
import type { ShowFailure } from "./messages/failureMessages.ts";

/** Something that follows the state of all gateways. */
export type GatewayFollower = (gateways: readonly GatewaySummary[]) => unknown;

export interface GatewayChangesWorld {
  readonly gateways: () => Gateways;
  /** The settings as they are now. */
  readonly settings: () => SettingsValues;
  readonly reach: () => Pick<GatewayReach, "of">;
  /** The rule that keeps a gateway's tools from the editor's agent. */
  readonly barOf: (connection: Connection) => AgentBar | undefined;
  readonly traffic: Pick<TrafficTap, "isWatched">;
  readonly denials: Pick<ToolDenials, "of">;
  readonly askedConsents: Pick<AskedConsents, "has">;
  readonly catalogues: Pick<KeptCatalogues, "tools">;
  readonly showFailure: ShowFailure;
}

/** The state of all gateways, and whoever follows it: the status bar, the Accounts menu, hosts' entries, the palette. */
export class GatewayChanges {
  readonly #world: GatewayChangesWorld;
  readonly #followers: GatewayFollower[] = [];
  #showing: Promise<void> = Promise.resolve();
  #isDue = false;

  constructor(world: GatewayChangesWorld) {
    this.#world = world;
  }

  /** Calls a follower at each change from now on, after those that were added before it. */
  follow(follower: GatewayFollower): void {
    this.#followers.push(follower);
  }

  /** Every gateway as it is now. */
  summaries(): Promise<readonly GatewaySummary[]> {
    const gateways = this.#world.gateways();
    const settings = this.#world.settings();
    return Promise.all(
      gateways.book.all.map(async (connection) => ({
        connection,
        state: await gateways.state(connection),
        down: this.#world.reach().of(connection),
        barred: this.#world.barOf(connection),
        managed: settings.policy?.of(connection.url).managed ?? [],
        resolved: gateways.readable(connection),
        toolLayers: editorToolLayers(connection.url, settings),
        policySession: usableSetting("policySession", settings, connection.url) === true,
        hasConsents:
          usableSetting("consentPortal", settings, connection.url) !== undefined ||
          this.#world.askedConsents.has(connection.id),
        denied: this.#world.denials.of(connection),
        isTrafficShown: this.#world.traffic.isWatched(connection.id),
        tools: this.#world.catalogues.tools(connection.id),
      })),
    );
  }

  /**
   * Tells the followers that something may have changed, one change after the other. Changes that come while they are told of
   * one are told together: what is read then has all of them.
   */
  changed(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#showing = this.#showing
      .then(async () => {
        this.#isDue = false;
        const all = await this.summaries();
        for (const follower of this.#followers) await follower(all);
        await vscode.commands.executeCommand("setContext", "gatewayConnect.hasConnections", all.length > 0);
      })
      .catch((error: unknown) => this.#world.showFailure(error));
  }
}
