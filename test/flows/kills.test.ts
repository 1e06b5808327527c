import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { few } from "../support/bulk.ts";
import { adriftOf, afterRenewal, chance, killAt, startQuiet, tornFiles } from "../support/faults/kills.ts";
import { jsonLine, withFiles } from "../support/gatewayProgram.ts";
import { program, testProgram } from "../support/programs.ts";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { standaloneScript, withComputer } from "../support/standalone/startStandalone.ts";
import { temporaryFolder } from "../support/temporaryFolder.ts";
import { startProcess } from "../support/vscode/startProcess.ts";
import { withSandbox } from "../support/withSandbox.ts";

/** So short that each start renews: a token that ends is what a kill may lose. */
const TOKEN_SECONDS = 4;
const ada = /^You are Ada Lovelace/;

test("whenever the program is killed, its files stay whole, no good token is beyond one rotation, and the next start works", (t) =>
  withSandbox({ recordSecrets: true, accessTokenSeconds: TOKEN_SECONDS, asksConsent: false }, (sandbox) =>
    withComputer({ keyring: true }, async (computer) => {
      const args = ["call", sandbox.gatewayUrl, "sample___whoami", ...computer.browser()];
      const random = chance();
      const whole = await timed(() => endedStandalone(args, computer));
      const counts = { killed: 0, torn: 0, adrift: 0, atOnce: 0 };
      for (let time = 0; time < few(200, 4); time++) {
        const child = startQuiet([...standaloneScript, ...args], computer.env);
        const isOver = () => child.exitCode !== null;
        const moment =
          time % 2 ? afterRenewal(sandbox, random() * 80, isOver) : delay(time === 0 ? 50 : random() * 0.6 * whole.ms);
        if (await killAt(child, moment)) counts.killed++;
        counts.torn += tornFiles(computer.folder).length;
        const adrift = await adriftOf(sandbox, JSON.stringify(computer.keyring()));
        counts.atOnce = Math.max(counts.atOnce, adrift - counts.adrift);
        counts.adrift = adrift;
      }
      const next = await endedStandalone(args, computer);
      const out = await endedStandalone([sandbox.gatewayUrl, "--sign-out"], computer);
      t.diagnostic(JSON.stringify({ ...counts, pages: computer.opened().length }));
      assert.match(whole.value.out, ada);
      assert.match(next.out, ada, next.said);
      assert.ok(
        counts.killed > 0 && counts.atOnce <= 1,
        `one of ${counts.killed} kills left ${counts.atOnce} tokens adrift`,
      );
      assert.deepEqual(
        { torn: counts.torn, signedOut: out.code, more: (await adriftOf(sandbox, "")) > counts.adrift },
        { torn: 0, signedOut: 0, more: false },
      );
    }),
  ));

test("whenever a window is killed, what it keeps stays whole, no good token is beyond one rotation, and the next window works", (t) =>
  withSandbox({ recordSecrets: true, accessTokenSeconds: TOKEN_SECONDS, asksConsent: false }, async (sandbox) => {
    const folder = folderFor(t);
    const secrets = join(folder, "secrets.json");
    const kept = () => (existsSync(secrets) ? readFileSync(secrets, "utf8") : "");
    const args = [testProgram("test/support/otherProcesses/editorWindow.ts"), folder, sandbox.gatewayUrl];
    const random = chance();
    const first = await timed(() => windowSays(args));
    const counts = { killed: 0, torn: 0, adrift: 0, atOnce: 0 };
    for (let time = 0; time < few(200, 4); time++) {
      const child = spawn(process.execPath, args, { stdio: ["pipe", "ignore", "ignore"] });
      child.stdin.on("error", () => {});
      child.stdin.end("sample___whoami\nsample___whoami\n");
      const isOver = () => child.exitCode !== null;
      const moment =
        time % 2 ? afterRenewal(sandbox, random() * 40, isOver) : delay(time === 0 ? 50 : random() * 0.6 * first.ms);
      if (await killAt(child, moment)) counts.killed++;
      counts.torn += tornFiles(folder).length;
      const adrift = await adriftOf(sandbox, kept());
      counts.atOnce = Math.max(counts.atOnce, adrift - counts.adrift);
      counts.adrift = adrift;
    }
    const next = await windowSays(args);
    t.diagnostic(JSON.stringify(counts));
    assert.match(first.value, ada);
    assert.match(next, ada);
    assert.ok(
      counts.killed > 0 && counts.atOnce <= 1,
      `one of ${counts.killed} kills left ${counts.atOnce} tokens adrift`,
    );
    assert.deepEqual(
      { torn: counts.torn, more: (await adriftOf(sandbox, kept())) > counts.adrift },
      { torn: 0, more: false },
    );
  }));

test("whenever the gateway is killed, every line of its audit is whole, what was answered is audited, and the next start works", (t) =>
  withFiles(async ({ issuer, folder, scripted, write }) => {
    const answers = scripted(`say(id, { result: { content: [{ type: "text", text: "done" }] } })`);
    const audit = join(folder, "audit.jsonl");
    const file = write("gateway.json", { targets: [{ name: "own", stdio: answers }], local: { auditFile: audit } });
    const token = await issuer.token({ aud: "api", sub: "ada" });
    const random = chance();
    const counts = { killed: 0, answered: 0, lost: 0, mostLost: 0 };
    const start = async () => {
      const started = startProcess(process.execPath, [...program("gateway"), "--config", file], { stdin: true });
      const { gateways } = await started.line(
        jsonLine<{ gateways: { url: string }[] }>("ready"),
        "the gateway did not start",
      );
      return { started, url: gateways[0]?.url ?? "" };
    };
    for (let time = 0; time < few(200, 4); time++) {
      const { started, url } = await start();
      const before = auditLines(audit).length;
      const answered = await askUntil(url, token, killAt(started.child, delay(random() * 250)));
      counts.killed++;
      counts.answered += answered;
      const lost = answered - (auditLines(audit).length - before);
      counts.lost += Math.max(0, lost);
      counts.mostLost = Math.max(counts.mostLost, lost);
    }
    const { started, url } = await start();
    const last = await call(url, token);
    await started.stop();
    const lines = auditLines(audit);
    t.diagnostic(JSON.stringify({ ...counts, lines: lines.length }));
    const torn = lines.filter((line) => !isJson(line));
    assert.deepEqual({ torn, last, killed: counts.killed }, { torn: [], last: 200, killed: few(200, 4) });
    // An answer goes out before its line is written, and whoever asks waits for the answer.
    assert.ok(counts.mostLost <= CALLERS, `${counts.mostLost} answered and not audited`);
  }));

const CALLERS = 4;

/** Calls from several callers, each one after the other, until the gateway is gone. @returns how many were answered */
async function askUntil(url: string, token: string, gone: Promise<unknown>): Promise<number> {
  let isGone = false;
  let answered = 0;
  const caller = async () => {
    while (!isGone) {
      const status = await call(url, token).catch(() => undefined);
      if (status !== undefined) answered++;
    }
  };
  const callers = Array.from({ length: CALLERS }, caller);
  await gone;
  isGone = true;
  await Promise.all(callers);
  return answered;
}

async function call(url: string, token: string): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "own___wait", arguments: {} },
    }),
  });
  await response.text();
  return response.status;
}

const auditLines = (path: string): readonly string[] =>
  existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "")
    : [];

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/** A window from its start to its end, and what it says to one call. */
async function windowSays(args: readonly string[]): Promise<string> {
  const child = spawn(process.execPath, [...args], { stdio: ["pipe", "pipe", "ignore"] });
  child.stdin.end("sample___whoami\n");
  let said = "";
  for await (const piece of child.stdout) said += String(piece);
  const lines = said
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as { readonly said?: string });
  return lines.findLast((line) => line.said !== undefined)?.said ?? "nothing";
}

async function timed<T>(act: () => Promise<T>): Promise<{ readonly ms: number; readonly value: T }> {
  const begun = performance.now();
  const value = await act();
  return { ms: performance.now() - begun, value };
}

function folderFor(t: TestContext): string {
  const folder = temporaryFolder(t, "windows");
  return folder;
}
