import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { build } from "esbuild";
import type { SuiteEvent } from "../../ide/inside/suite.ts";
import { browserInstallation } from "../browser.ts";
import { removeFolder } from "../removeFolder.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import type { Counts } from "../testReport.ts";
import { startTestServer } from "./codeServer.ts";
import { vsCodeInstallation } from "./installation.ts";
import type { Progress } from "./installOnce.ts";
import { Workbench } from "./workbench.ts";

/** Bundles the suite into the one module both kinds of VS Code load. */
export async function buildIdeSuite(): Promise<string> {
  const outfile = resolve("out/ide/index.cjs");
  await build({
    entryPoints: ["test/ide/inside/index.ts"],
    outfile,
    bundle: true,
    platform: "node",
    target: "node20",
    format: "cjs",
    external: ["vscode"],
    sourcemap: "inline",
    logLevel: "warning",
  });
  return outfile;
}

/** What the suite finds in its environment, in whichever VS Code it runs. */
export function ideSuiteEnvironment(results: string): Record<string, string> {
  return { GATEWAY_CONNECT_IDE_RESULTS: results, GATEWAY_CONNECT_ROOT: resolve(".") };
}

/** Runs the suite in the extension host of a VS Code without a desktop and passes on its events as they come. */
export async function runIdeSuite(onEvent: (event: SuiteEvent) => void, progress: Progress): Promise<void> {
  const tests = await buildIdeSuite();
  const installation = await vsCodeInstallation(progress);
  const browser = await browserInstallation(progress);
  const home = makeTemporaryFolder("ide");
  const workspace = join(home, "workspace");
  await mkdir(workspace);
  const results = join(home, "results.jsonl");
  const server = await startTestServer(installation, {
    home,
    workspace,
    extension: resolve("."),
    tests,
    env: ideSuiteEnvironment(results),
  });
  let workbench: Workbench | undefined;
  try {
    workbench = await Workbench.open(server.url, {
      browser,
      profile: join(home, "profile"),
      pictures: join(home, "pictures"),
    });
    await follow(results, onEvent);
  } catch (cause) {
    throw new Error(`${(cause as Error).message}\nVS Code's log:\n${server.logs.slice(-20).join("\n")}`, { cause });
  } finally {
    await workbench?.close().catch(() => undefined);
    await server.stop();
    removeFolder(home);
  }
}

/** One event as a line for the person who reads the run. */
export function ideEventText(event: SuiteEvent): string | undefined {
  switch (event.kind) {
    case "started":
      return `  ${event.editor}`;
    case "passed":
      return `    ✓ ${event.name} (${event.ms} ms)`;
    case "skipped":
      return `    - ${event.name} (skipped: ${event.why})`;
    case "failed":
      return `    ✗ ${event.name} (${event.ms} ms)\n${event.error.replace(/^/gm, "        ")}`;
    case "ended":
      return undefined;
  }
}

/** Prints a finished results file; gives its counts, or undefined when the suite never came to its end. */
export async function printIdeEvents(file: string): Promise<Counts | undefined> {
  const lines = existsSync(file) ? (await readFile(file, "utf8")).split("\n").filter((line) => line !== "") : [];
  const events = lines.map((line) => JSON.parse(line) as SuiteEvent);
  for (const event of events) {
    const text = ideEventText(event);
    if (text) console.log(text);
  }
  return events.find((event) => event.kind === "ended");
}

/** Reads the results file until the suite says that it ended. */
async function follow(file: string, onEvent: (event: SuiteEvent) => void): Promise<void> {
  // Longer than a test may take: silence beyond this means that the extension host is gone.
  const silenceMs = 150_000;
  let read = 0;
  for (let last = Date.now(); Date.now() - last < silenceMs; await delay(100)) {
    const lines = existsSync(file) ? (await readFile(file, "utf8")).split("\n") : [];
    // What follows the last line break is still being written.
    for (const line of lines.slice(read, -1)) {
      const event = JSON.parse(line) as SuiteEvent;
      read += 1;
      last = Date.now();
      onEvent(event);
      if (event.kind === "ended") return;
    }
  }
  throw new Error(`the suite inside VS Code fell silent for ${silenceMs / 1000} s after ${read} results`);
}
