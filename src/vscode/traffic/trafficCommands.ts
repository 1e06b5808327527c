import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import { chooseConnection } from "../commands/chooseConnection.ts";
import { type CommandRun, connectionArgument } from "../commands/command.ts";
import { withCancellableProgress } from "../messages/cancellableProgress.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";
import { offersLog, TrafficDocuments, type TrafficWorld, trafficScheme } from "./trafficDocuments.ts";

/** The levels of log messages, the most severe last (RFC 5424, 6.2.1, as MCP names them). */
const levels = ["debug", "info", "notice", "warning", "error", "critical", "alert", "emergency"] as const;

/** What looks at the traffic of gateways, and what it leaves open. */
export interface TrafficCommands extends vscode.Disposable {
  /** **Show Traffic** */
  show(run: CommandRun): Promise<void>;
  /** **Stop Showing Traffic** */
  stop(run: CommandRun): Promise<void>;
  /** **Set Gateway Log Level…** */
  setLogLevel(run: CommandRun): Promise<void>;
}

/** Makes them, once for a window. */
export function createTrafficCommands(world: TrafficWorld): TrafficCommands {
  const { gateways } = world;
  const documents = new TrafficDocuments(world);
  const choose = async (run: CommandRun, title: string, choices: readonly Connection[]) => {
    const [first] = run.args;
    // A button of the document's own is run with its address.
    const ofDocument = isTraffic(first) ? documents.connectionOf(first) : undefined;
    return await chooseConnection({ title, id: ofDocument ?? connectionArgument(run), choices }, gateways);
  };
  return {
    async show(run) {
      const connection = await choose(run, translate("Show the traffic of which gateway?"), gateways.book.all);
      if (!connection) return;
      run.about(connection.id);
      await documents.show(connection);
    },
    async stop(run) {
      const choices = gateways.book.all.filter(({ id }) => documents.shownOnes.includes(id));
      const connection = await choose(run, translate("Stop showing the traffic of which gateway?"), choices);
      if (connection) await documents.stop(connection.id);
    },
    async setLogLevel(run) {
      const connection = await choose(run, translate("Set the log level of which gateway?"), gateways.book.all);
      if (!connection) return;
      const { id, name } = connection;
      run.about(id);
      const relay = await gateways.relay(id);
      if (!relay || !offersLog(relay)) {
        void tellFact(translate("{0} offers no messages of a log.", name));
        return;
      }
      const title = translate("Which messages of {0} are to be sent? Those of the level and above.", name);
      const level = await vscode.window.showQuickPick([...levels], { title });
      if (level === undefined) return;
      await withCancellableProgress(name, (signal) => relay.own.setLogLevel(level, signal));
      documents.leveled(id, level);
      await documents.show(connection);
    },
    dispose: () => documents.dispose(),
  };
}

const isTraffic = (value: unknown): value is vscode.Uri =>
  typeof value === "object" && value !== null && (value as { readonly scheme?: unknown }).scheme === trafficScheme;
