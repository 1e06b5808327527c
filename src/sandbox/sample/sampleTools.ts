import { setTimeout as delay } from "node:timers/promises";
import type { Tool } from "@modelcontextprotocol/server";
import type { TargetCaller } from "../../gateway/router/target.ts";
import type { Person } from "../identity/people.ts";

export type PersonOf = (subject: unknown) => Person | undefined;

/** A call of a tool: its arguments, its caller, and how to report progress. */
export interface ToolCall {
  readonly args: Readonly<Record<string, unknown>>;
  readonly caller: TargetCaller | undefined;
  readonly personOf: PersonOf;
  readonly notes: string[];
  readonly signal: AbortSignal;
  /** Reports progress to callers who asked for it. */
  progress(done: number, of: number): Promise<void>;
}

export interface SampleTool {
  readonly definition: Tool;
  /** @throws Error with a message for the model when the arguments make no sense */
  run(call: ToolCall): string | Promise<string>;
}

const SLOW_STEPS = 10;
const SLOWEST_SECONDS = 120;

/** Tools to try a connection with. Each exercises one thing that can succeed or fail on the way. */
export const sampleTools: readonly SampleTool[] = [
  {
    definition: {
      name: "whoami",
      title: "Who am I",
      description: "Says who the gateway thinks is calling.",
      inputSchema: { type: "object", properties: {}, additionalProperties: false },
      annotations: { readOnlyHint: true },
    },
    run: ({ caller, personOf }) => whoami(caller, personOf),
  },
  {
    definition: {
      name: "add",
      title: "Add",
      description: "Adds two numbers.",
      inputSchema: {
        type: "object",
        properties: { a: { type: "number" }, b: { type: "number" } },
        required: ["a", "b"],
      },
      annotations: { readOnlyHint: true },
    },
    run: ({ args }) => String(number(args, "a") + number(args, "b")),
  },
  {
    definition: {
      name: "echo",
      title: "Echo",
      description: "Gives back the text it got.",
      inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      annotations: { readOnlyHint: true },
    },
    run: ({ args }) => text(args, "text"),
  },
  {
    definition: {
      name: "slow",
      title: "Slow",
      description: "Takes its time, tells how far it is, and can be cancelled.",
      inputSchema: {
        type: "object",
        properties: { seconds: { type: "number", minimum: 0, maximum: SLOWEST_SECONDS, default: 5 } },
      },
      annotations: { readOnlyHint: true },
    },
    async run({ args, signal, progress }) {
      const seconds = args.seconds === undefined ? 5 : number(args, "seconds");
      if (seconds < 0 || seconds > SLOWEST_SECONDS) throw new Error(`seconds is between 0 and ${SLOWEST_SECONDS}`);
      for (let step = 1; step <= SLOW_STEPS; step++) {
        await delay((seconds * 1000) / SLOW_STEPS, undefined, { signal });
        await progress(step, SLOW_STEPS);
      }
      return `done after ${seconds} s`;
    },
  },
  {
    definition: {
      name: "save_note",
      title: "Save a note",
      description: "Saves a note for as long as the sandbox runs. Needs a scope of its own.",
      inputSchema: { type: "object", properties: { text: { type: "string" } }, required: ["text"] },
      annotations: { readOnlyHint: false, destructiveHint: false },
    },
    run({ args, notes }) {
      notes.push(text(args, "text"));
      return `saved; there ${notes.length === 1 ? "is 1 note" : `are ${notes.length} notes`}`;
    },
  },
];

function whoami(caller: TargetCaller | undefined, personOf: PersonOf): string {
  const { subject, client } = caller ?? {};
  const person = personOf(subject);
  const through = client === undefined ? "" : `, through the client ${client}`;
  if (person) return `You are ${person.name} (${person.sub})${through}.`;
  // The token of a machine names the client as its subject (RFC 9068, 2.2), or names none.
  if (client !== undefined && (subject ?? client) === client) return `You are the machine ${client}.`;
  return subject === undefined ? "The gateway let you in without asking who you are." : `You are ${subject}${through}.`;
}

function number(args: ToolCall["args"], name: string): number {
  const value = args[name];
  if (typeof value !== "number" || !Number.isFinite(value)) throw new Error(`${name} has to be a number`);
  return value;
}

function text(args: ToolCall["args"], name: string): string {
  const value = args[name];
  if (typeof value !== "string") throw new Error(`${name} has to be a text`);
  return value;
}
