import * as vscode from "vscode";
import type { Log } from "../../lib/log.ts";
import type { ShowFailure } from "../messages/failureMessages.ts";
import type { CommandTable } from "./command.ts";
import { type CommandId, commandIds, commandName } from "./commandIds.ts";

export interface RegisterWorld {
  /** The table of what commands do, loaded with the first one that is run. */
  readonly table: () => Promise<CommandTable>;
  readonly log: Log;
  readonly showFailure: ShowFailure;
}

/** Registers every command. Whatever one throws is logged and shown, and whoever ran it gets undefined. */
export function registerCommands(world: RegisterWorld): vscode.Disposable {
  return vscode.Disposable.from(
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(commandName(id), (...args: unknown[]) => run(id, args, world)),
    ),
  );
}

async function run(
  id: CommandId,
  args: readonly unknown[],
  { table, log, showFailure }: RegisterWorld,
): Promise<unknown> {
  let gateway: string | undefined;
  const about = (one: string | undefined) => {
    gateway = one;
  };
  try {
    log.debug("command", { id });
    const { [id]: handler } = await table();
    return await handler({ args, about });
  } catch (error) {
    showFailure(error, gateway);
    return undefined;
  }
}
