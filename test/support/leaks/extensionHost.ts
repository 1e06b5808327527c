import { createWriteStream, readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { pipeline } from "node:stream/promises";
import { getHeapSnapshot, setFlagsFromString } from "node:v8";
import { startBundleHost } from "../bundleHost.ts";

/**
 * An extension host as a process of its own, steered by lines: the test knows every secret, and so must not be in the
 * heap that is searched for them.
 */
export interface HostOptions {
  readonly settings: Record<string, unknown>;
  /** What the person answers to a question whose text or choices have these words. */
  readonly answers: readonly (readonly [words: string, answer: string])[];
}

export interface HostCommand {
  readonly id: number;
  readonly do: "run" | "told" | "vault" | "heap" | "servers" | "storage" | "figures" | "held" | "stop";
  readonly command?: string;
  readonly args?: readonly unknown[];
  readonly path?: string;
}

/** The editor has a server resolved before it starts it. */
interface ResolvingProvider {
  provideMcpServerDefinitions(): Promise<readonly object[]>;
  resolveMcpServerDefinition(server: object): Promise<object | undefined>;
}

const [file = ""] = process.argv.slice(2);
const { settings, answers } = JSON.parse(readFileSync(file, "utf8")) as HostOptions;
const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
// What a heap has of a string is cut otherwise, and a secret may stand behind that.
setFlagsFromString("--heap-snapshot-string-limit=1000000");

const host = await startBundleHost({
  settings,
  answer: ({ text, choices }) => answers.find(([words]) => [text, ...choices].some((one) => one.includes(words)))?.[1],
  // Whoever started this process is the browser.
  browse: (url) => say({ opened: url }),
});

const acts: Readonly<Record<HostCommand["do"], (command: HostCommand) => unknown>> = {
  run: async ({ command = "", args = [] }) => void (await host.run(command, ...args)),
  told: () => {
    const { settings: _, opened, commands: __, ...rest } = host.editor;
    return { ...rest, texts: [...host.editor.contents].map(([scheme, content]) => textOf(scheme, content)) };
  },
  vault: () => Object.fromEntries(host.secrets),
  heap: async ({ path = "" }) => void (await pipeline(getHeapSnapshot(), createWriteStream(path))),
  servers: async () => {
    const provider = host.editor.servers as ResolvingProvider | undefined;
    const listed = (await provider?.provideMcpServerDefinitions()) ?? [];
    return await Promise.all(listed.map((one) => provider?.resolveMcpServerDefinition(one)));
  },
  storage: () => host.storage,
  held: () => (globalThis as { heldNow?: () => Promise<unknown> }).heldNow?.(),
  // Of `endurance/measuring.cjs`, where it was loaded. What the editor was told is nothing that the extension holds.
  figures: async () => {
    const { shown, asked, logged, opened, pages, documents } = host.editor;
    for (const list of [shown, asked, logged, opened, pages, documents]) list.length = 0;
    return await (globalThis as { heldNow?: () => Promise<unknown> }).heldNow?.();
  },
  stop: () => host.stop(),
};

/** What stands in the documents of a scheme that are open. */
function textOf(_scheme: string, content: { provideTextDocumentContent(uri: object): string }): string {
  const opened = host.editor.tabs.flatMap(({ input }) => ("uri" in input ? [input.uri as object] : []));
  return opened.map((uri) => content.provideTextDocumentContent(uri) ?? "").join("\n");
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line) as HostCommand;
  void (async () => await acts[command.do](command))().then(
    (answer) => say({ id: command.id, answer: answer ?? null }),
    (error: Error) => say({ id: command.id, failed: `${error.name}: ${error.message}` }),
  );
});
process.stdin.on("end", () => process.exit(0));
say({ ready: true });
