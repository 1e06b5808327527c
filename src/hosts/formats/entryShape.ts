import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import type { HostEntry } from "../hostEntry.ts";

/** A server of a host's file as we know servers. What its host wants otherwise, or has besides, is not in it. */
export interface ReadEntry extends Partial<HostEntry> {
  readonly isOff?: boolean;
}

/** How a host writes a server that it starts as a program. */
export interface EntryShape {
  /** The members that say these parts of an entry. */
  members(entry: Partial<HostEntry>): JsonObject;
  /** What a server says; of one that is no program, or is not as its host wants it, less or nothing. */
  read(server: unknown): ReadEntry;
  /** Every member that we write. An entry with another one was edited by a person. */
  readonly own: readonly string[];
  /** The member that switches a server off, and its value then; absent where the host keeps that elsewhere. */
  readonly off?: readonly [member: string, value: boolean];
}

const isText = (value: unknown): value is string => typeof value === "string";

/** Parts of an entry, of those members that have the right type. */
function parts(command: unknown, args: unknown, env: unknown): ReadEntry {
  return {
    ...(isText(command) && { command }),
    ...(Array.isArray(args) && { args: args.filter(isText) }),
    ...(isJsonObject(env) && { env: env as HostEntry["env"] }),
  };
}

const memberOf = (server: unknown, name: string): unknown => (isJsonObject(server) ? server[name] : undefined);

const switched = (server: unknown, [member, value]: readonly [string, boolean]): ReadEntry =>
  memberOf(server, member) === value ? { isOff: true } : {};

const disabled = ["disabled", true] as const;
const notEnabled = ["enabled", false] as const;

/** `command`, `args` and `env`, as most hosts have them. */
function plain(fixed: JsonObject, off?: readonly [string, boolean]): EntryShape {
  return {
    members: (entry) => ({ ...fixed, ...entry }),
    read: (server) => ({
      ...parts(memberOf(server, "command"), memberOf(server, "args"), memberOf(server, "env")),
      ...(off && switched(server, off)),
    }),
    own: [...Object.keys(fixed), "command", "args", "env", ...(off ? [off[0]] : [])],
    ...(off && { off }),
  };
}

/** Kiro, Cursor, Windsurf and most others. */
export const plainShape = plain({}, disabled);

/** VS Code starts a program only where the entry has this type. */
export const typedShape = plain({ type: "stdio" }, disabled);

/** GitHub Copilot CLI shows an agent the tools that the entry names. */
export const copilotCliShape = plain({ type: "local", tools: ["*"] });

export const codexShape = plain({}, notEnabled);

export const zedShape = plain({}, notEnabled);

/** opencode has program and arguments in one list. */
export const opencodeShape: EntryShape = {
  members: ({ command, args, env }) => ({
    type: "local",
    ...(command !== undefined && { command: [command, ...(args ?? [])] }),
    ...(env && { environment: env }),
  }),
  read(server) {
    const list = memberOf(server, "command");
    const [command, ...args] = Array.isArray(list) ? list : [];
    return { ...parts(command, args, memberOf(server, "environment")), ...switched(server, notEnabled) };
  },
  own: ["type", "command", "environment", "enabled"],
  off: notEnabled,
};

/** Cline's program for terminals has how a server is reached in an object of its own; it reads the flat form too. */
export const transportShape: EntryShape = {
  members: (entry) => ({ transport: { type: "stdio", ...entry } }),
  read: (server) => ({ ...plainShape.read(server), ...plainShape.read(memberOf(server, "transport")) }),
  own: ["transport", "disabled"],
  off: disabled,
};
