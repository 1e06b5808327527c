import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { silentLog } from "../../../../src/lib/log.ts";
import { startAttachedProcess } from "../../../../src/node/localPrograms/attachedProcess.ts";
import { temporaryFolder } from "../../../support/temporaryFolder.ts";

/** Starts a program that does this, and gives what was heard of it until it ended. */
async function heardOf(t: TestContext, script: string) {
  const folder = temporaryFolder(t, "attached");
  const path = join(folder, "program.mjs");
  await writeFile(path, script);
  const answers: unknown[] = [];
  const logged: number[] = [];
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const { ready } = await startAttachedProcess({
    name: "program",
    execPath: process.execPath,
    script: path,
    args: [],
    env: process.env,
    stopTimeoutMs: 5_000,
    onAnswer: (answer) => answers.push(answer),
    onEnded: () => end(),
    log: { ...silentLog, debug: (_, facts = {}) => logged.push(String(facts.said).length) },
  });
  await ended;
  return { ready, answers, longest: Math.max(0, ...logged) };
}

test("a line without an end is not kept, whichever stream it is on, and what follows is heard", async (t) => {
  const script = `
    const write = (stream, text) => new Promise((done) => stream.write(text, done));
    await write(process.stdout, '{"ready":true}\\n');
    for (let at = 0; at < 20; at++) {
      await write(process.stdout, "{" + "x".repeat(1024 * 1024));
      await write(process.stderr, "x".repeat(1024 * 1024));
    }
    await write(process.stdout, '\\n{"said":1}\\n');`;
  assert.deepEqual(await heardOf(t, script), { ready: { ready: true }, answers: [{ said: 1 }], longest: 16 * 1024 });
});

test("a program that breaks off in the middle of a line harms nobody", async (t) => {
  const script = `process.stdout.write('{"ready":true}\\n{"said":', () => process.kill(process.pid, "SIGKILL"));`;
  assert.deepEqual(await heardOf(t, script), { ready: { ready: true }, answers: [], longest: 0 });
});
