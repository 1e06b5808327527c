import assert from "node:assert/strict";
import { test } from "node:test";
import type { TargetCaller } from "../../../src/gateway/router/target.ts";
import { personBySub } from "../../../src/sandbox/identity/people.ts";
import { sampleTools, type ToolCall } from "../../../src/sandbox/sample/sampleTools.ts";

async function run(name: string, call: Partial<ToolCall> = {}): Promise<string> {
  const tool = sampleTools.find(({ definition }) => definition.name === name);
  const whole = {
    args: {},
    caller: undefined,
    personOf: personBySub,
    notes: [],
    signal: AbortSignal.any([]),
    progress: async () => {},
    ...call,
  };
  try {
    return String(await tool?.run(whole));
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
}

test("whoami names the person, the machine or whoever else the gateway let in", async () => {
  const caller = (subject?: string, client?: string): TargetCaller => ({
    issuer: "https://idp.example",
    subject,
    client,
  });
  const callers = [
    caller("ada", "editor"),
    caller("machine", "machine"),
    caller("00u1", "editor"),
    caller("00u1"),
    undefined,
  ];
  const said = await Promise.all(callers.map((one) => run("whoami", { caller: one })));
  assert.deepEqual(said, [
    "You are Ada Lovelace (ada), through the client editor.",
    "You are the machine machine.",
    "You are 00u1, through the client editor.",
    "You are 00u1.",
    "The gateway let you in without asking who you are.",
  ]);
});

test("a slow tool that is cancelled does no further step", async () => {
  const cancel = new AbortController();
  const steps: number[] = [];
  const progress = async (step: number) => {
    steps.push(step);
    if (step === 2) cancel.abort();
  };
  const said = await run("slow", { args: { seconds: 0 }, signal: cancel.signal, progress });
  assert.deepEqual({ steps, said }, { steps: [1, 2], said: "AbortError: The operation was aborted" });
});

test("arguments that make no sense are refused in words", async () => {
  const said = [
    await run("add", { args: { a: 1 } }),
    await run("echo", { args: { text: 5 } }),
    await run("slow", { args: { seconds: 1e9 } }),
    await run("save_note"),
  ];
  assert.deepEqual(said, [
    "Error: b has to be a number",
    "Error: text has to be a text",
    "Error: seconds is between 0 and 120",
    "Error: text has to be a text",
  ]);
});
