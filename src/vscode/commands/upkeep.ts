import type * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { GatewaySummary } from "../../connections/gatewayStatus.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import type { Log } from "../../lib/log.ts";
import type { SharedSignIns } from "../../node/secrets/sharedSignIns.ts";
import type { AgentWorld } from "../agents/agentTools.ts";
import type { LazyBundles } from "../lazyBundles.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import type { Hosts } from "../servers/hosts.ts";
import { cleanUpCommand } from "./cleanUpCommand.ts";
import { clearMcpRemoteCommand } from "./clearMcpRemoteCommand.ts";
import { writeClientMetadataCommand } from "./clientMetadataCommand.ts";
import type { CommandTable } from "./command.ts";
import { countMcpRemoteEntries, type ImportWorld, importMcpRemoteCommand } from "./importMcpRemoteCommand.ts";
import { McpJsonCommands } from "./mcpJsonCommands.ts";
import { pingGatewayCommand } from "./pingGatewayCommand.ts";
import { reportIssueCommand } from "./reportIssueCommand.ts";
import type { UpkeepId } from "./upkeepIds.ts";

export interface UpkeepWorld {
  readonly gateways: Gateways;
  readonly hosts: Hosts;
  readonly lazyBundles: LazyBundles;
  /** The sign-ins of this window that other programs share. */
  readonly keychain: () => Promise<SharedSignIns>;
  /** Opens the socket that bridges come in by. */
  readonly openSocket: () => Promise<unknown>;
  /** Connects, or shows why not. */
  readonly connect: (address: string) => Promise<Connection | undefined>;
  /** The extension's storage. */
  readonly folder: string;
  readonly agent: Pick<AgentWorld, "extension">;
  readonly version: string;
  readonly settings: () => SettingsValues;
  readonly summaries: () => Promise<readonly GatewaySummary[]>;
  readonly isSocketOpen: () => boolean;
  readonly fetch: HttpFetch;
  readonly now: () => number;
  readonly log: Log;
  readonly showFailure: ShowFailure;
}

/** What concerns hosts' files, with the comparisons that it leaves open. */
export interface Upkeep extends vscode.Disposable {
  readonly table: Readonly<Pick<CommandTable, UpkeepId>>;
  /** Offers an entry after Connect Gateway. */
  readonly offerEntry: (connection: Connection) => Promise<void>;
  /** How many entries of mcp-remote could be imported. */
  readonly importable: () => Promise<number>;
  /** Takes out the entries of a gateway that was removed. */
  readonly removeEntries: (connection: Connection) => Promise<void>;
}

/** Makes them, once for a window. */
export function createUpkeep(world: UpkeepWorld): Upkeep {
  const { gateways, hosts, lazyBundles, showFailure, connect } = world;
  const { entries, places, read } = hosts;
  const mcpJson = new McpJsonCommands({
    ...world,
    entries,
    find: hosts.find,
    open: world.openSocket,
    offerSharing: async (connection, host) => (await lazyBundles.sharing()).offerSharing(connection, host, world),
  });
  const clearMcpRemote = () =>
    clearMcpRemoteCommand({ ...world, home: places.home, env: process.env, load: lazyBundles.explain });
  const importing: ImportWorld = {
    gateways,
    loadExplain: lazyBundles.explain,
    loadMcpJson: lazyBundles.mcpJson,
    entries,
    places: hosts.files,
    read,
    connect,
    clear: clearMcpRemote,
    showFailure,
  };
  return {
    table: {
      importMcpRemote: () => importMcpRemoteCommand(importing),
      clearMcpRemote,
      addToMcpJson: (run) => mcpJson.add(run),
      writeChange: (run) => mcpJson.decide("write", run),
      discardChange: (run) => mcpJson.decide("discard", run),
      pingGateway: (run) => pingGatewayCommand(run, gateways, world.now),
      reportIssue: () => reportIssueCommand({ ...world, extension: world.agent.extension, load: lazyBundles.explain }),
      writeClientMetadata: (run) => writeClientMetadataCommand(run, world),
      cleanUp: () => cleanUpCommand({ gateways, entries, written: hosts.written, folder: world.folder }),
    },
    importable: () => countMcpRemoteEntries(importing),
    offerEntry: (connection) => mcpJson.offer(connection),
    removeEntries: (connection) => mcpJson.removed(connection),
    dispose: () => mcpJson.dispose(),
  };
}
