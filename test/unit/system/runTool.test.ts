import assert from "node:assert/strict";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { isAlive } from "../../../src/system/isAlive.ts";
import { runTool } from "../../../src/system/runTool.ts";
import { temporaryFolder } from "../../support/temporaryFolder.ts";
import { until } from "../../support/until.ts";

const skip = process.platform === "win32" && "its programs are shells of POSIX";
const limitMs = 30_000;
/** Less than a program stays that nobody ends. */
const how = { skip, timeout: 30_000 };

const run = (script: string) => runTool(limitMs, process.env)("sh", ["-c", script], "");

/** Programs that call us and stay, so that their start and their end are seen: not for ever, if nobody ends them. */
async function callers(t: TestContext) {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const folder = temporaryFolder(t, "run-tool");
  t.after(() => server.close());
  const stay = join(folder, "stay.cjs");
  const { port } = server.address() as AddressInfo;
  await writeFile(
    stay,
    `require("node:net").connect(${port}, "127.0.0.1").on("error", () => {}).write(process.pid + " " + process.argv[2]);
     setTimeout(process.exit, 60_000);`,
  );
  const leave = join(folder, "leave.cjs");
  await writeFile(
    leave,
    `require("node:child_process").spawn(process.execPath, [${JSON.stringify(stay)}], { detached: true, stdio: "inherit" });`,
  );
  return {
    stay: `"${process.execPath}" "${stay}"`,
    leave: `"${process.execPath}" "${leave}"`,
    async called() {
      const [connection] = (await once(server, "connection")) as [Socket];
      const [words] = (await once(connection, "data")) as [Buffer];
      const [pid = 0, shell = 0] = String(words).split(" ").map(Number);
      return { pid, shell, gone: once(connection.resume(), "close") };
    },
  };
}

test("a program that does not end is ended at its time, with what it has started", how, async (t) => {
  const { stay, called } = await callers(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const running = run(`echo begun; ${stay}; echo never`);
  const { pid, gone } = await called();
  t.mock.timers.tick(limitMs - 1);
  const before = isAlive(pid);
  t.mock.timers.tick(1);
  const answer = await running;
  await gone;
  assert.deepEqual(
    { before, ...answer },
    { before: true, code: undefined, output: "begun\n", complaint: "", late: true },
  );
});

test("its time holds although something has left its group and keeps its output", how, async (t) => {
  const { leave, called } = await callers(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const running = run(`${leave}; sleep 60`);
  const { pid, gone } = await called();
  t.mock.timers.tick(limitMs);
  const answer = await running;
  const lives = isAlive(pid);
  process.kill(pid);
  await gone;
  assert.deepEqual({ lives, ...answer }, { lives: true, code: undefined, output: "", complaint: "", late: true });
});

test("a program that has ended is answered as it ended, whatever keeps its output", how, async (t) => {
  const { stay, called } = await callers(t);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const running = run(`${stay} $$ & exit 3`);
  const { pid, shell, gone } = await called();
  await until(() => !isAlive(shell), "the end of the shell");
  t.mock.timers.tick(limitMs);
  const answer = await running;
  const lives = isAlive(pid);
  process.kill(pid);
  await gone;
  assert.deepEqual({ lives, ...answer }, { lives: true, code: 3, output: "", complaint: "", late: false });
});

test("a program that a signal ended is not called late", { skip }, async () => {
  const answer = await run("echo said; kill -9 $$");
  assert.deepEqual(answer, { code: undefined, output: "said\n", complaint: "", late: false });
});

test("what prints without end is ended, and no more of it is kept than anybody reads", how, async () => {
  for (const stream of ["1", "2"]) {
    const { code, output, complaint, tooMuch } = await run(`yes marked >&${stream}`);
    const kept = output.length + complaint.length;
    assert.deepEqual([code, kept > 0 && kept <= 8 * 1024 * 1024, tooMuch], [undefined, true, true]);
  }
});
