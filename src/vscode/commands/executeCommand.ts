import * as vscode from "vscode";
import { type CommandId, commandName } from "./commandIds.ts";

/** Runs one of our commands as the palette does. */
export function executeCommand(id: CommandId, ...args: readonly unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(commandName(id), ...args);
}
