import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { type TestContext, test } from "node:test";
import { runTool } from "../../../src/system/runTool.ts";

const skip = process.platform === "win32" && "its programs are shells of POSIX";
/** What a program here would go on for, if nobody ended it: well beyond the limit, and not for ever. */
const aWhileSeconds = 20;
/** Long enough for a Node to start in. */
const limitMs = 2_000;

const run = async (script: string) => {
  const startedAt = Date.now();
  const answer = await runTool(limitMs, process.env)("sh", ["-c", script], "");
  return { ...answer, inTime: soonAfter(startedAt) };
};

const soonAfter = (time: number): boolean => Date.now() - time < (aWhileSeconds * 1000) / 2;

/** Ends what a program left behind, whose id it said. */
function endLeft(said: string): void {
  assert.match(said, /^\d{2,}\n$/);
  process.kill(Number(said));
}

/** Where a program calls, so that its end is seen: its connection closes. */
async function callers(t: TestContext) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const called: Promise<[Socket]> = once(server, "connection") as Promise<[Socket]>;
  t.after(() => server.close());
  const call = `require('net').connect(${port}, '127.0.0.1').on('error', () => {})`;
  const script = `${call}; setTimeout(process.exit, ${aWhileSeconds * 1000})`;
  return { script, called };
}

test("a program that does not end is ended at its time, with what it has started", { skip }, async (t) => {
  const { script, called } = await callers(t);
  const running = run(`echo begun; "${process.execPath}" -e "${script}"; echo never`);
  const [connection] = await called;
  const closed = once(connection.resume(), "close");
  const answer = await running;
  const answeredAt = Date.now();
  await closed;
  assert.deepEqual(
    { ...answer, endedToo: soonAfter(answeredAt) },
    { code: undefined, output: "begun\n", complaint: "", late: true, inTime: true, endedToo: true },
  );
});

test("its time holds although something has left its group and keeps its output", { skip }, async () => {
  const leaving = `const { pid } = require('child_process').spawn('sleep', ['${aWhileSeconds}'], { detached: true, stdio: 'inherit' }); console.log(pid)`;
  const { output, ...answer } = await run(`"${process.execPath}" -e "${leaving}"; wait`);
  endLeft(output);
  assert.deepEqual(answer, { code: undefined, complaint: "", late: true, inTime: true });
});

test("a program that has ended is answered as it ended, whatever keeps its output", { skip }, async () => {
  const { output, ...answer } = await run(`sleep ${aWhileSeconds} & echo $!; exit 3`);
  endLeft(output);
  assert.deepEqual(answer, { code: 3, complaint: "", late: false, inTime: true });
});

test("a program that a signal ended is not called late", { skip }, async () => {
  const answer = await run("echo said; kill -9 $$");
  assert.deepEqual(answer, { code: undefined, output: "said\n", complaint: "", late: false, inTime: true });
});
