import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { MAX_MESSAGE_BYTES, type requestPolicies } from "../src/lib/limits.ts";
import { startAskingEditor } from "../test/support/bombs/askEditor.ts";
import { startBombedGateway } from "../test/support/bombs/bombedGateway.ts";
import { type Bomb, bombs } from "../test/support/bombs/bombs.ts";
import type { EditorSocket } from "../test/support/relayEditor.ts";
import { startWebServer } from "../test/support/webServer.ts";
import { largeAnswers } from "../test/world/support/largeAnswers.ts";

/*
 * `npm run build && node --import tsx bench/bombs.ts`: how much memory the extension host takes at the most for each answer
 * that is too much, over what it has with a connected gateway. Each has a process of its own, with the relay's bundle as it
 * ships and Node's `fetch`, which the editor's wraps.
 */

/** How long a bomb without an end goes off before the person cancels, in milliseconds. */
const PATIENCE_MS = 15_000;
const MIB = 1024 * 1024;

interface Row {
  readonly bomb: string;
  readonly between: string;
  readonly sentBytes: number;
  readonly baselineBytes: number;
  readonly moreBytes: number;
  readonly told: string;
}

async function told<T>(child: ChildProcess, question: string): Promise<T> {
  child.send(question);
  const [answer] = await once(child, "message");
  return answer as T;
}

async function startWindow(args: readonly string[]) {
  const child = fork(resolve("test/support/bombs/windowProcess.ts"), [...args], {
    execArgv: ["--expose-gc", "--import", import.meta.resolve("tsx")],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [{ socket }] = (await once(child, "message")) as [{ readonly socket?: EditorSocket }];
  return { child, socket };
}

const memory = async (child: ChildProcess, question: "begin" | "end") =>
  (await told<{ readonly residentBytes: number }>(child, question)).residentBytes;

/** What the person is told: the code where there is one, or the first words. */
const briefly = (said: string): string =>
  said.startsWith("an answer of")
    ? said
    : said
        .replace(/^.*?"text":"/, "")
        .replace(/[".].*$/s, "")
        .slice(0, 60);

async function explode(
  name: string,
  bomb: Bomb,
  editorEra: "legacy" | "modern",
  era: "legacy" | "modern",
): Promise<Row> {
  const gateway = await startBombedGateway(era, bomb);
  const { child, socket } = await startWindow([gateway.url]);
  const editor = await startAskingEditor(editorEra, socket as EditorSocket);
  try {
    // What is loaded with the first call is no part of a bomb.
    await editor.ask("tools/call", AbortSignal.timeout(PATIENCE_MS));
    const baselineBytes = await memory(child, "begin");
    gateway.arm();
    const said = await editor.ask(bomb.method, AbortSignal.timeout(PATIENCE_MS));
    const peak = await memory(child, "end");
    const between = editorEra !== era ? "two eras" : era === "legacy" ? "both of 2025-11-25" : "both of 2026-07-28";
    const sentBytes = gateway.sent();
    return { bomb: name, between, sentBytes, baselineBytes, moreBytes: peak - baselineBytes, told: briefly(said) };
  } finally {
    await editor.stop().catch(() => {});
    child.disconnect();
    await gateway.stop();
  }
}

async function explodeDocument(kind: keyof typeof requestPolicies, form: string): Promise<Row> {
  let sent = () => 0;
  const web = await startWebServer(() => {
    const large = largeAnswers[form]?.();
    if (large) sent = large.sent;
    return large?.response ?? new Response();
  });
  const { child } = await startWindow([web.origin, kind]);
  try {
    const baselineBytes = await memory(child, "begin");
    const { said } = await told<{ readonly said: string }>(child, "ask");
    const peak = await memory(child, "end");
    const row = { bomb: `${kind} ${form}`, between: "", sentBytes: sent(), baselineBytes };
    return { ...row, moreBytes: peak - baselineBytes, told: briefly(said) };
  } finally {
    child.disconnect();
    await web.stop();
  }
}

const mib = (bytes: number): string => `${(bytes / MIB).toFixed(bytes < 10 * MIB ? 1 : 0)} MiB`;

console.log(`A message has at most ${mib(MAX_MESSAGE_BYTES)}.\n`);
console.log("| what is answered | editor and gateway | sent | before | at the most | × a message | what is told |");
console.log("|---|---|---|---|---|---|---|");
const say = ({ bomb, between, sentBytes, baselineBytes, moreBytes, told: words }: Row) =>
  console.log(
    `| ${bomb} | ${between} | ${mib(sentBytes)} | ${mib(baselineBytes)} | +${mib(moreBytes)} | ${(moreBytes / MAX_MESSAGE_BYTES).toFixed(1)} | ${words} |`,
  );

/** How often each is done. What the heap has free by chance before it moves the figure by a third; the middle one counts. */
const TIMES = 3;

async function middle(explodeOnce: () => Promise<Row>): Promise<Row> {
  const rows: Row[] = [];
  for (let time = 0; time < TIMES; time++) rows.push(await explodeOnce());
  return rows.toSorted((one, other) => one.moreBytes - other.moreBytes)[(TIMES - 1) / 2] as Row;
}

const only = process.argv[2] ?? "";
for (const [name, bomb] of Object.entries(bombs)) {
  if (!name.includes(only)) continue;
  say(await middle(() => explode(name, bomb, "legacy", "legacy")));
  say(await middle(() => explode(name, bomb, "modern", "legacy")));
  if (bomb.isTaken) say(await middle(() => explode(name, bomb, "modern", "modern")));
}
for (const kind of ["metadata", "keys", "tokens", "probe"] as const) {
  for (const form of Object.keys(largeAnswers))
    if (`${kind} ${form}`.includes(only)) say(await explodeDocument(kind, form));
}
