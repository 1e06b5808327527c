import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { startSandboxProcess } from "../../../../src/node/localPrograms/sandboxProcess.ts";
import { isAlive } from "../../../../src/system/isAlive.ts";
import { failureOf, recordingLog } from "../../../support/fakePorts.ts";
import { temporaryFolder } from "../../../support/temporaryFolder.ts";
import { until } from "../../../support/until.ts";

/** A program that stands for the sandbox's bundle. */
async function program(t: TestContext, text: string) {
  const folder = temporaryFolder(t, "sandbox-process");
  const script = join(folder, "sandbox.mjs");
  await writeFile(script, text);
  return { execPath: process.execPath, script, log: recordingLog() };
}

const ready =
  'console.log(JSON.stringify({ ready: true, gatewayUrl: "http://g/mcp", issuer: "http://i", clientId: "c", pid: process.pid, env: Object.keys(process.env) }));';
const untilStdinEnds = 'process.stdin.resume(); process.stdin.on("end", () => process.exit(0));';

test("it is there when it says where, and gone once it was stopped, without having ended by itself", async (t) => {
  let ended = 0;
  const world = await program(t, `console.log("a line for people"); ${ready} ${untilStdinEnds}`);
  const sandbox = await startSandboxProcess({
    ...world,
    onEnded: () => {
      ended += 1;
    },
  });
  await sandbox.stop();
  await sandbox.stop();
  const { gatewayUrl, issuer, clientId } = sandbox;
  assert.deepEqual(
    { gatewayUrl, issuer, clientId, ended },
    { gatewayUrl: "http://g/mcp", issuer: "http://i", clientId: "c", ended: 0 },
  );
});

test("one that does not stop by itself is ended, and one that ends by itself is noticed", async (t) => {
  const stubborn = await program(t, `console.error("pid " + process.pid); ${ready} setInterval(() => {}, 1000);`);
  const sandbox = await startSandboxProcess(stubborn);
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const stopped = sandbox.stop();
  t.mock.timers.tick(3_000);
  await stopped;
  t.mock.timers.reset();
  const pid = Number(/pid (\d+)/.exec(JSON.stringify(stubborn.log))?.[1]);
  let ended = 0;
  await startSandboxProcess({
    ...(await program(t, ready)),
    onEnded: () => {
      ended += 1;
    },
  });
  await until(() => ended > 0, "the end is noticed");
  assert.deepEqual({ known: pid > 0, alive: isAlive(pid), ended }, { known: true, alive: false, ended: 1 });
});

test("one that does not start says why in its last words", async (t) => {
  const failures = [
    await failureOf(async () =>
      startSandboxProcess(await program(t, 'console.error("port 1 is taken by another program"); process.exit(1);')),
    ),
    await failureOf(async () => startSandboxProcess(await program(t, "process.exit(1);"))),
    await failureOf(async () =>
      startSandboxProcess({ ...(await program(t, ready)), execPath: join(tmpdir(), "no such program") }),
    ),
  ];
  const reasons = failures.map((failure) => {
    const { code, facts } = failure as { code: string; facts: { reason: string } };
    return [code, facts.reason.replace(/^spawn .*(ENOENT)$/, "$1")];
  });
  assert.deepEqual(reasons, [
    ["sandbox_not_started", "port 1 is taken by another program"],
    ["sandbox_not_started", "it said nothing"],
    ["sandbox_not_started", "ENOENT"],
  ]);
});

test("it inherits what a program needs, and nothing else of the editor's environment", async (t) => {
  process.env.GATEWAY_CONNECT_TEST_SECRET = "marked-secret";
  t.after(() => delete process.env.GATEWAY_CONNECT_TEST_SECRET);
  const world = await program(t, `console.error(Object.keys(process.env).join(" ")); ${ready} ${untilStdinEnds}`);
  const sandbox = await startSandboxProcess(world);
  await sandbox.stop();
  const said = JSON.stringify(world.log);
  assert.deepEqual(
    {
      runtime: said.includes("ELECTRON_RUN_AS_NODE"),
      path: said.includes("PATH"),
      secret: said.includes("TEST_SECRET"),
    },
    { runtime: true, path: true, secret: false },
  );
});
