import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { program } from "../../support/programs.ts";
import { makeTemporaryFolder } from "../../support/temporaryFolder.ts";
import { startProcess } from "../../support/vscode/startProcess.ts";

/** A line of the audit, as far as rows look at it. */
export interface AuditLine {
  readonly responseElements: { readonly statusCode: number };
  readonly additionalEventData: { readonly decision: string; readonly reason?: string };
}

export interface LocalGateway {
  readonly url: URL;
  /** What it printed so far. */
  readonly logs: readonly string[];
  /** The first line that says something, printed or yet to be printed. */
  said(text: string): Promise<string>;
  audit(): readonly AuditLine[];
  /** What the program holds in memory, without what it could let go. */
  heapBytes(): Promise<number>;
}

/** Tells what the program holds, to whoever asks at another port of it. */
const meter = `
  import { createServer } from "node:http";
  const server = createServer((_, response) => {
    globalThis.gc();
    const { heapUsed, external } = process.memoryUsage();
    response.end(String(heapUsed + external));
  });
  server.listen(0, "127.0.0.1", () => console.error("metered at " + server.address().port)).unref();`;

/** The bundle that ships, `dist/gateway.mjs`, with an audit, and what else its file says. It ends with the test. */
export async function startLocalGateway(t: TestContext, file: object): Promise<LocalGateway> {
  const folder = makeTemporaryFolder("gateway");
  const [config, auditFile] = [join(folder, "a.json"), join(folder, "audit.jsonl")];
  writeFileSync(config, JSON.stringify({ ...file, local: { auditFile } }));
  const preload = join(folder, "meter.mjs");
  writeFileSync(preload, meter);
  const node = ["--expose-gc", "--import", pathToFileURL(preload).href];
  const started = startProcess(process.execPath, [...node, ...program("gateway"), "--config", config], { stdin: true });
  t.after(async () => {
    await started.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  const url = await started.line((line) => /"url":"(?<url>[^"]+)"/.exec(line)?.groups?.url, "it did not start");
  const metered = await started.line(
    (line) => /^metered at (?<port>\d+)$/.exec(line)?.groups?.port,
    "it is not metered",
  );
  return {
    url: new URL(url),
    logs: started.logs,
    said: (text) => started.line((line) => (line.includes(text) ? line : undefined), `it did not say ${text}`),
    heapBytes: async () => Number(await (await fetch(`http://127.0.0.1:${metered}`)).text()),
    audit: () =>
      readFileSync(auditFile, "utf8")
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as AuditLine),
  };
}
