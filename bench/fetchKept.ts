import { fork } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { MAX_MESSAGE_BYTES } from "../src/lib/limits.ts";
import { startWebServer } from "../test/support/webServer.ts";

/*
 * `node --import tsx bench/fetchKept.ts`: what Node's `fetch` takes by itself for as large an answer as may be, of which a
 * program keeps every piece and nothing else: as it is, and where what nobody has any more is collected meanwhile.
 */

const PIECE = Buffer.alloc(64 * 1024, "x");
const TIMES = 5;
/** After how many pieces is collected. */
const OFTEN = 8;

const kib = (what: "VmHWM" | "VmRSS"): number =>
  Number(new RegExp(`${what}:\\s+(\\d+)`).exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0);
const mib = (bytes: number): string => (bytes / 1024 / 1024).toFixed(1);

async function keep(url: string, isCollected: boolean): Promise<void> {
  const { gc = () => {} } = globalThis as { gc?: () => void };
  await (await fetch(url, { method: "HEAD" })).text();
  gc();
  await new Promise((resolve) => setTimeout(resolve, 200));
  writeFileSync("/proc/self/clear_refs", "5");
  const before = { resident: kib("VmRSS"), buffers: process.memoryUsage().arrayBuffers };
  const kept: Uint8Array[] = [];
  let most = 0;
  for await (const piece of (await fetch(url)).body ?? []) {
    kept.push(piece);
    if (isCollected && kept.length % OFTEN === 0) gc();
    most = Math.max(most, process.memoryUsage().arrayBuffers - before.buffers);
  }
  const bytes = kept.reduce((sum, piece) => sum + piece.length, 0);
  const more = (kib("VmHWM") - before.resident) * 1024;
  console.log(`| ${isCollected ? "collected" : "as it is"} | ${mib(bytes)} | ${mib(most)} | ${mib(more)} |`);
}

const [url, how] = process.argv.slice(2);
if (url !== undefined) await keep(url, how === "collected");
else {
  const web = await startWebServer(({ method }) => {
    let left = method === "HEAD" ? 0 : MAX_MESSAGE_BYTES / PIECE.length;
    return new Response(
      new ReadableStream<Uint8Array>({
        pull(controller) {
          if (left-- > 0) controller.enqueue(PIECE);
          else controller.close();
        },
      }),
    );
  });
  console.log("| | kept, MiB | buffers at the most | more memory |\n|---|---|---|---|");
  for (const each of ["as it is", "collected"])
    for (let time = 0; time < TIMES; time++) {
      const execArgv = ["--expose-gc", "--import", import.meta.resolve("tsx")];
      await once(fork(fileURLToPath(import.meta.url), [web.origin, each], { execArgv }), "exit");
    }
  await web.stop();
}
