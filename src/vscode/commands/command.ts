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

/** The address that a command was run for: it was given by itself, or on an item of the view. */
export const addressArgument = (run: CommandRun): string | undefined => textArgument(run) ?? memberOf(run, "address");

/** The file of the local gateway that a command was run for: it was given by itself, or on an item of the view. */
export const fileArgument = (run: CommandRun): string | undefined => textArgument(run) ?? memberOf(run, "file");

/** The name of the tool whose item a command was run on. */
export const toolArgument = (run: CommandRun): string | undefined => memberOf(run, "name");

/**
 * The id of the connection that a command was run for: it was given by itself, as buttons and other extensions do, or on an
 * item of the view, which has it as `connectionId`.
 */
export const connectionArgument = (run: CommandRun): string | undefined =>
  textArgument(run) ?? memberOf(run, "connectionId");

/** A text that an item of the view has. Other extensions run commands too, with whatever they like. */
function memberOf({ args: [first] }: CommandRun, member: string): string | undefined {
  const value = typeof first === "object" && first !== null ? (first as Record<string, unknown>)[member] : undefined;
  return typeof value === "string" ? value : undefined;
}
