import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { openBrowser } from "../../src/node/redirect/openBrowser.ts";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/startSandbox.ts";
import { isAlive } from "../../src/system/isAlive.ts";
import { standaloneScript, startStandalone } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";
import { isUnderWine } from "../support/windows/wineLacks.ts";
import { withSandbox } from "../support/withSandbox.ts";
import { type WindowsComputer, withWindowsComputer } from "./windowsComputer.ts";

const ada = "You are Ada Lovelace (ada)";
const memory = ["--keychain", "off"];
/** How many calls a busy agent has open at once. */
const STORM = 60;

const withBoth = (options: SandboxOptions, act: (sandbox: Sandbox, computer: WindowsComputer) => Promise<void>) =>
  withSandbox({ recordSecrets: true, ...options }, (sandbox) =>
    withWindowsComputer((computer) => act(sandbox, computer)),
  );

/** Access and refresh tokens that are still good at the provider. */
async function liveTokens(sandbox: Sandbox): Promise<number> {
  const tokens = sandbox.issuedSecrets().filter(({ kind }) => ["access_token", "refresh_token"].includes(kind));
  const live = await Promise.all(tokens.map(({ value }) => sandbox.isActive(value)));
  return live.filter(Boolean).length;
}

test("a person signs in once, a storm of calls is answered, and the end leaves no valid token and no process", () =>
  withBoth({}, async (sandbox, computer) => {
    const standalone = await startStandalone([sandbox.gatewayUrl, ...memory, ...computer.browser()], computer.env);
    const answers = await Promise.all(Array.from({ length: STORM }, () => standalone.call("sample___whoami")));
    const before = await liveTokens(sandbox);
    await standalone.close();
    await until(() => !isAlive(standalone.pid), "the end of the program");
    assert.deepEqual(
      {
        answers: [...new Set(answers.map((answer) => answer.split(",")[0]))],
        browsers: computer.opened().length,
        calls: sandbox.observe().toolCalls.sample___whoami,
        live: [before, await liveTokens(sandbox)],
      },
      { answers: [ada], browsers: 1, calls: STORM, live: [2, 0] },
    );
  }));

test("what is compiled of the program is kept for this user, and used at the next start", () =>
  withBoth({}, async (sandbox, computer) => {
    const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { readonly version: string };
    const [program] = standaloneScript.slice(-1);
    // As long as ours: the engine itself tells programs apart by their lengths alone.
    const other = join(computer.home, "other.mjs");
    writeFileSync(other, readFileSync(program ?? "", "utf8").replaceAll(`"${version}"`, '"9.9.9"'));
    const said = () =>
      execFileSync(process.execPath, [program ?? "", "--version"], { env: computer.env, encoding: "utf8" });
    const before = said();
    const args = [sandbox.gatewayUrl, ...memory, ...computer.browser()];
    const standalone = await startStandalone(args, computer.env, { script: [other] });
    await standalone.call("sample___whoami");
    const folder = join(computer.home, "AppData", "Local", "gateway-connect", "compiled");
    await until(
      () => readdirSync(folder).some((name) => /^[\da-f]{16}-[\da-f]+$/.test(name)),
      "what is compiled is kept",
    );
    await standalone.close();
    assert.deepEqual([before.trim(), said().trim()], [version, "9.9.9"]);
  }));

test("a secret from a variable is in no program we start, however Windows writes the variable's name", () =>
  withBoth({}, async (sandbox, computer) => {
    const secret = "a-header-secret-that-nobody-else-may-see";
    const args = [sandbox.gatewayUrl, ...memory, ...computer.browser(), "--header", "X-Api-Key: env:THE_KEY"];
    const standalone = await startStandalone(args, { ...computer.env, The_Key: secret });
    await standalone.call("sample___whoami");
    await standalone.close();
    const [browser] = computer.opened();
    const names = Object.keys(browser?.env ?? {}).map((name) => name.toUpperCase());
    assert.deepEqual(
      {
        hasPath: names.includes("PATH"),
        hasKey: names.includes("THE_KEY"),
        anywhere: JSON.stringify(browser).includes(secret),
      },
      { hasPath: true, hasKey: false, anywhere: false },
    );
  }));

test(
  "the person's own browser gets the address of the sign-in whole",
  { skip: !isUnderWine() && "the browser of a person on Windows is not ours to replace" },
  () =>
    withBoth({}, async (sandbox, computer) => {
      computer.openWith();
      const standalone = await startStandalone([sandbox.gatewayUrl, ...memory], computer.env);
      const answer = await standalone.call("sample___whoami");
      await standalone.close();
      const [browser] = computer.opened();
      const { searchParams } = new URL(browser?.url ?? "");
      assert.deepEqual(
        {
          answer: answer.split(",")[0],
          back: searchParams.get("redirect_uri")?.startsWith("http://"),
          last: [...searchParams].length > 5,
        },
        { answer: ada, back: true, last: true },
      );
    }),
);

test("a client's secret that PowerShell wrote into a file is read as it was meant", () =>
  withBoth({}, async (sandbox, computer) => {
    const { clientId, clientSecret } = sandbox.machine;
    const file = join(computer.home, "secret.txt");
    writeFileSync(file, Buffer.from(`\ufeff${clientSecret}\r\n`, "utf16le"));
    const args = ["--client-credentials", "--client-id", clientId, "--client-secret", `@${file}`];
    const standalone = await startStandalone([sandbox.gatewayUrl, ...memory, ...args], computer.env);
    const answer = await standalone.call("sample___whoami");
    await standalone.close();
    assert.match(answer, /^You are/);
  }));

for (const [what, text] of [
  ["a script", '@echo off\r\necho %1>"%~dp0opened.txt"\r\n'],
  ["no program at all", undefined],
] as const) {
  test(`a browser that is ${what} opens the address or is said to have failed`, () =>
    withWindowsComputer(async ({ home, env }) => {
      const command = join(home, text === undefined ? "browser.txt" : "browser.cmd");
      writeFileSync(command, text ?? "no program");
      const url = "http://127.0.0.1:1/authorize?a=1&b=2";
      const opened = await openBrowser(url, [[command]], { platform: "win32", env });
      const got = text && readFileSync(join(home, "opened.txt"), "utf8").trim();
      assert.deepEqual([opened, got], text === undefined ? [false, undefined] : [true, `"${url}"`]);
    }));
}

test("without a password vault, tokens are kept in memory, and the sign-in goes on", () =>
  withBoth({}, async (sandbox, computer) => {
    const env = { ...computer.env, Path: computer.home };
    const standalone = await startStandalone([sandbox.gatewayUrl, ...computer.browser(), "--verbose"], env);
    const answer = await standalone.call("sample___whoami");
    await standalone.close();
    assert.deepEqual(
      {
        answer: answer.split(",")[0],
        told: standalone.said().includes("tokens are kept in memory"),
        live: await liveTokens(sandbox),
      },
      { answer: ada, told: true, live: 0 },
    );
  }));
