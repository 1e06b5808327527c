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

/**
 * The id of the connection that a command was run for: it was given by itself, as buttons and other extensions do, or on an
 * item of the view, which has it as `connectionId`.
 */
export function connectionArgument({ args: [first] }: CommandRun): string | undefined {
  const id = typeof first === "object" && first !== null ? (first as { connectionId?: unknown }).connectionId : first;
  return typeof id === "string" ? id : undefined;
}
