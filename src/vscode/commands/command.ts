import type { CommandId } from "./commandIds.ts";

/** One run of a command. */
export interface CommandRun {
  /** What the command was run with. Other extensions may run it too, with whatever they like. */
  readonly args: readonly unknown[];
  /** Tells which gateway a failure is then about: the id of a connection, or an address. */
  readonly about: (gateway: string | undefined) => void;
}

/**
 * What a command does. It need not catch anything: whoever runs it logs failures and shows them.
 *
 * @throws GatewayFailure, or anything else, which is shown as one
 */
export type CommandHandler = (run: CommandRun) => Promise<unknown> | unknown;

export type CommandTable = Readonly<Record<CommandId, CommandHandler>>;

/** An argument that is a text: an id, an address or a path. */
export const textArgument = ({ args }: CommandRun): string | undefined =>
  typeof args[0] === "string" ? args[0] : undefined;
