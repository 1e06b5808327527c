import { setTimeout as delay } from "node:timers/promises";
import { asFailure, type FailureCode } from "../../failures/failure.ts";
import { messageOf } from "../../lib/causes.ts";
import { foreignLines } from "../../lib/foreignText.ts";
import type { JsonObject } from "../../lib/json/jsonObject.ts";
import { catalogueStore } from "../../node/catalogueFiles.ts";
import { endSignals } from "../../system/endSignals.ts";
import { print } from "../../system/standardStreams.ts";
import { exitCodes, type StandaloneOptions } from "../arguments.ts";
import { askPrivateIssuer } from "../askPrivateIssuer.ts";
import { closeStandalone } from "../closeStandalone.ts";
import { exitCodeOf } from "../exitCode.ts";
import { readInputs } from "../inputs.ts";
import { openLog } from "../openLog.ts";
import { say } from "../output.ts";
import { checkStart } from "../policy/standalonePolicy.ts";
import { keychainFor, wrongArguments } from "../run.ts";
import { catalogueFolder, connectionKeys } from "../storage.ts";
import { standaloneFailureText } from "../terminalWords.ts";
import { type Standalone, wire } from "../wiring.ts";
import type { ToolCall } from "./callArguments.ts";
import { readToolArguments } from "./readToolArguments.ts";
import { toolResultText } from "./toolResultText.ts";

/** How long ending may take, in milliseconds: nobody waits for a call that is done. */
const CLOSING_MS = 3_000;

/** What is about the tool, and not about who calls it. */
const ofTheTool: ReadonlySet<FailureCode> = new Set([
  "answered_with_error",
  "call_timed_out",
  "tool_ruled_out",
  "policy_denied",
]);

/**
 * Calls one tool, prints its result on standard output, and ends the process with the exit code that says how it went. What is
 * said for people goes to standard error.
 *
 * @param version of this program, which gateways are told
 */
export async function call(options: StandaloneOptions, called: ToolCall, version: string): Promise<void> {
  const ending = new AbortController();
  const log = openLog(options);
  let standalone: Standalone | undefined;
  let code: number;
  try {
    const inputs = await readInputs(options, process.env).catch(wrong);
    // Whoever has to correct something is told before anybody waits for the standard input.
    const args = inputs && (await readToolArguments(called.arguments, process.stdin).catch(wrong));
    if (!inputs || !args) return;
    // Until here there is nothing to be undone, and a signal ends the process by itself.
    for (const signal of endSignals(process.platform)) process.once(signal, () => ending.abort());
    const keys = await connectionKeys(options);
    checkStart(options, inputs, false);
    const keychain = await keychainFor(options, keys, inputs);
    const catalogue = catalogueStore(catalogueFolder(), keys.id);
    const world = { inputs, keychain, keys, catalogue, log, version, signal: ending.signal };
    const { stdin, stderr } = process;
    // Who gives the arguments by the standard input has nothing left to answer with.
    const isAsked = stdin.isTTY && stderr.isTTY && called.arguments !== "-";
    const asking = isAsked && {
      mayAskPrivate: askPrivateIssuer({ input: stdin, output: stderr, signal: ending.signal }),
    };
    standalone = await wire(options, { ...world, ...asking });
    const result = await callTool(standalone, called.tool, args, ending.signal);
    await print(shown(result, called.isJson));
    code = result.isError === true ? exitCodes.toolFailed : exitCodes.ended;
  } catch (error) {
    const failure = asFailure(error);
    if (!ending.signal.aborted) say(standaloneFailureText(failure));
    code = ending.signal.aborted || ofTheTool.has(failure.code) ? exitCodes.toolFailed : exitCodeOf(failure);
  }
  ending.abort();
  await Promise.race([closeStandalone(standalone, log), delay(CLOSING_MS)]);
  process.exit(code);
}

async function callTool(
  standalone: Standalone,
  tool: string,
  args: JsonObject,
  signal: AbortSignal,
): Promise<JsonObject> {
  const relay = await standalone.open();
  if (!relay) throw new Error("the gateway was forgotten meanwhile");
  await standalone.firstSignIn();
  return (await relay.own.callToolForAgent(tool, { ...args }, { signal })) as JsonObject;
}

/** In a terminal nothing that a server wrote may move the cursor; a program gets what came. */
function shown(result: JsonObject, isJson: boolean): string {
  const text = isJson ? JSON.stringify(result) : toolResultText(result);
  return process.stdout.isTTY ? foreignLines(text).join("\n") : text;
}

function wrong(error: unknown): undefined {
  wrongArguments(messageOf(error));
}
