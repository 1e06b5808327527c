import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import { stateLine } from "../../connections/gatewayStatus.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { failureWords } from "../messages/failureWords.ts";
import { translate } from "../translate.ts";
import { type CommandRun, connectionArgument } from "./command.ts";

export interface ConnectionChoice {
  /** The question, where there is one to ask. */
  readonly title: string;
  /** The connection that is meant, where the command was run for one. */
  readonly id: string | undefined;
  readonly choices: readonly Connection[];
}

/** Lets the person choose a gateway where there are several. */
export async function chooseConnection(
  { title, id, choices }: ConnectionChoice,
  gateways: Gateways,
): Promise<Connection | undefined> {
  const known = choices.find((connection) => connection.id === id);
  if (known || choices.length <= 1) return known ?? choices[0];
  const items = await connectionItems(choices, gateways);
  return (await vscode.window.showQuickPick(items, { title }))?.connection;
}

/** The gateway that a command was run for, or the one of all that the person chooses. @param title the question */
export const connectionOf = (run: CommandRun, title: string, gateways: Gateways): Promise<Connection | undefined> =>
  chooseConnection({ title, id: connectionArgument(run), choices: gateways.book.all }, gateways);

/** Connections as a list shows them: each with its state. */
export const connectionItems = (connections: readonly Connection[], gateways: Gateways) =>
  Promise.all(
    connections.map(async (connection) => ({
      label: connection.name,
      description: stateLine(await gateways.state(connection), failureWords, translate),
      connection,
    })),
  );
