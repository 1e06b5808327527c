import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { exitCodes } from "../../src/standalone/arguments.ts";
import {
  type StandaloneWorld,
  standaloneScript,
  startStandalone,
  withComputer,
} from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";
import { withSandbox } from "../support/withSandbox.ts";

const everything = ["--sign-out", "--all"];

/** Two gateways, each with a provider of its own, and a computer with a keychain from which both are signed in to. */
const withTwoSignIns = (
  act: (one: Sandbox, other: Sandbox, computer: StandaloneWorld) => Promise<void>,
): Promise<void> =>
  withSandbox({ recordSecrets: true }, (one) =>
    withSandbox({ recordSecrets: true }, (other) =>
      withComputer({ keyring: true }, async (computer) => {
        for (const { gatewayUrl } of [one, other]) await signIn(gatewayUrl, computer);
        await act(one, other, computer);
      }),
    ),
  );

const withOneSignIn = (act: (sandbox: Sandbox, computer: StandaloneWorld) => Promise<void>): Promise<void> =>
  withSandbox({ recordSecrets: true }, (sandbox) =>
    withComputer({ keyring: true }, async (computer) => {
      await signIn(sandbox.gatewayUrl, computer);
      await act(sandbox, computer);
    }),
  );

async function signIn(gatewayUrl: string, computer: StandaloneWorld): Promise<void> {
  const standalone = await startStandalone([gatewayUrl, ...computer.browser()], computer.env);
  await standalone.call("sample___whoami");
  await standalone.close();
}

/** The program to its end, beside servers of this process. */
function run(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [...standaloneScript, ...args], { env: { ...env }, stdio: "pipe" });
  let said = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
  }
  return new Promise<{ readonly status: number | null; readonly said: string }>((resolve) =>
    child.once("close", (status) => resolve({ status, said })),
  );
}

/** Access and refresh tokens that are still good at the provider. */
async function liveTokens(sandbox: Sandbox): Promise<number> {
  const tokens = sandbox.issuedSecrets().filter(({ kind }) => ["access_token", "refresh_token"].includes(kind));
  const live = await Promise.all(tokens.map(({ value }) => sandbox.isActive(value)));
  return live.filter(Boolean).length;
}

const folderOf = ({ folder }: StandaloneWorld): string => join(folder, "cache", "gateway-connect");
const indexOf = (computer: StandaloneWorld): string => join(folderOf(computer), "keychain.json");
const sessionsOf = (computer: StandaloneWorld): readonly string[] =>
  Object.keys(computer.keyring()).filter((name) => name.includes("session:"));
const nameOf = ({ gatewayUrl }: Sandbox): string => `local-${new URL(gatewayUrl).port}`;

test("--sign-out --all signs out of every gateway of the computer, says so of each, and forgets no name it still needs", () =>
  withTwoSignIns(async (one, other, computer) => {
    const before = [await liveTokens(one), await liveTokens(other)];
    const index = readFileSync(indexOf(computer), "utf8");
    const { mode } = statSync(indexOf(computer));
    const out = await run(everything, computer.env);
    const again = await run(everything, computer.env);
    assert.deepEqual(
      {
        before,
        status: [out.status, again.status],
        each: [one, other].map((sandbox) => out.said.includes(`Signed out of ${nameOf(sandbox)}.`)),
        revoked: out.said.match(/Revoked at .*: refresh token and access token/g)?.length,
        again: /^Nobody was signed in to a gateway here/.test(again.said),
        sessions: sessionsOf(computer),
        live: [await liveTokens(one), await liveTokens(other)],
        mode: mode & 0o777,
        // Names only: no address, no token.
        names: (JSON.parse(index) as { keys: string[] }).keys.map((key) => key.replace(/:[\w-]+$/, "")).sort(),
        left: (JSON.parse(readFileSync(indexOf(computer), "utf8")) as { keys: string[] }).keys.every((key) =>
          Object.keys(computer.keyring()).some((name) => name.endsWith(key)),
        ),
      },
      {
        before: [2, 2],
        status: [0, 0],
        each: [true, true],
        revoked: 2,
        again: true,
        sessions: [],
        live: [0, 0],
        mode: 0o600,
        names: ["client", "client", "gateway", "gateway", "session", "session"],
        left: true,
      },
    );
  }));

test("a provider that does not revoke keeps no other gateway from its sign-out, is told, and gives the exit code", () =>
  withTwoSignIns(async (one, other, computer) => {
    one.setFaults({ revocationUnavailable: true });
    const out = await run(everything, computer.env);
    assert.match(out.said, /could not be revoked at/);
    assert.match(out.said, /Revoked at .*: refresh token and access token/);
    assert.deepEqual(
      { status: out.status, sessions: sessionsOf(computer), live: await liveTokens(other) },
      { status: exitCodes.notAllRevoked, sessions: [], live: 0 },
    );
  }));

test("a record that cannot be read keeps no other gateway from its sign-out, and is left as it is, by --clean too", () =>
  withTwoSignIns(async (one, other, computer) => {
    const keyring = { ...computer.keyring() };
    const [record = ""] = Object.keys(keyring).filter((name) => name.includes("gateway:"));
    const odd = `1.00.${Buffer.from("not of this version").toString("base64")}`;
    computer.setKeyring({ ...keyring, [record]: odd });
    const out = await run(["--clean"], computer.env);
    const live = [await liveTokens(one), await liveTokens(other)].sort();
    assert.match(out.said, /Left in the keychain, since it has gateways that were not signed out of: gateway:/);
    assert.deepEqual(
      { status: out.status, record: computer.keyring()[record], live, index: existsSync(indexOf(computer)) },
      { status: exitCodes.unexpected, record: odd, live: [0, 2], index: true },
    );
  }));

test("a record that cannot be read is in the exit code of a sign-out of a company too", () =>
  withOneSignIn(async (sandbox, computer) => {
    const keyring = { ...computer.keyring() };
    const [record = ""] = Object.keys(keyring).filter((name) => name.includes("gateway:"));
    const odd = `1.00.${Buffer.from("not of this version").toString("base64")}`;
    const asBefore = await run(["--sign-out", "--company"], computer.env);
    computer.setKeyring({ ...keyring, [record]: odd });
    const out = await run(["--sign-out", "--company"], computer.env);
    assert.deepEqual(
      { status: [asBefore.status, out.status], record: computer.keyring()[record], live: await liveTokens(sandbox) },
      { status: [exitCodes.ended, exitCodes.unexpected], record: odd, live: 2 },
    );
  }));

test("--clean signs out and leaves nothing in the keychain or on the disk, and says what it removed", () =>
  withTwoSignIns(async (one, other, computer) => {
    const kept = readdirSync(folderOf(computer)).sort();
    // What a process that was killed left behind.
    mkdirSync(join(folderOf(computer), "locks"), { recursive: true });
    writeFileSync(join(folderOf(computer), "locks", "sign-ins.lock"), JSON.stringify({ pid: 2 ** 22 + 1, id: "x" }));
    writeFileSync(`${indexOf(computer)}.0a1b2c3d4e5f`, "{");
    const out = await run(["--clean"], computer.env);
    const again = await run(["--clean"], computer.env);
    assert.match(out.said, /Removed from the keychain: \d+ entries\./);
    assert.match(out.said, /Removed from .*gateway-connect: catalogues, keychain\.json, .*locks\./);
    assert.match(again.said, /Nobody was signed in .*\n.*/);
    assert.deepEqual(
      {
        kept: kept.filter((name) => !["locks", "compiled"].includes(name)),
        status: [out.status, again.status],
        each: [one, other].map((sandbox) => out.said.includes(`Signed out of ${nameOf(sandbox)}.`)),
        keyring: computer.keyring(),
        folder: existsSync(folderOf(computer)),
        live: [await liveTokens(one), await liveTokens(other)],
      },
      {
        kept: ["catalogues", "keychain.json"],
        status: [0, 0],
        each: [true, true],
        keyring: {},
        folder: false,
        live: [0, 0],
      },
    );
    // The next use begins anew.
    await signIn(one.gatewayUrl, computer);
    assert.equal(sessionsOf(computer).length, 1);
  }));

test("--clean leaves what somebody else put into its folder, and what a program that runs holds, and says so", () =>
  withOneSignIn(async (_sandbox, computer) => {
    const locks = join(folderOf(computer), "locks");
    mkdirSync(locks, { recursive: true });
    writeFileSync(join(locks, "sign-in-other.lock"), JSON.stringify({ pid: process.pid, id: "x" }));
    writeFileSync(join(folderOf(computer), "notes.txt"), "mine");
    const out = await run(["--clean"], computer.env);
    assert.match(out.said, /Another process of this program is at work/);
    assert.match(out.said, /Left in .*gateway-connect: locks, notes\.txt\./);
    assert.deepEqual(
      { status: out.status, keyring: computer.keyring(), left: readdirSync(folderOf(computer)).sort() },
      { status: exitCodes.notAllRevoked, keyring: {}, left: ["locks", "notes.txt"] },
    );
  }));

test("a sign-in that is in no record any more is revoked by --clean", () =>
  withOneSignIn(async (sandbox, computer) => {
    const kept = Object.entries(computer.keyring()).filter(([name]) => !name.includes("gateway:"));
    computer.setKeyring(Object.fromEntries(kept));
    const out = await run(["--clean"], computer.env);
    assert.deepEqual(
      { status: out.status, keyring: computer.keyring(), live: await liveTokens(sandbox) },
      { status: 0, keyring: {}, live: 0 },
    );
  }));

for (const [what, text] of [
  ["of another version", '{ "version": 2, "keys": ["gateway:0123456789"], "more": true }\n'],
  ["that is broken", '{ "version": 1, "keys": ["gat'],
  ["that is empty", ""],
  ["that is null", "null"],
  ["with names that are not ours", '{"version":1,"keys":["gateway:0123456789","gateway:x\\" -w \\"y"]}'],
  ["that never ends", `{"version":1,"keys":[${'"client:0123456789",'.repeat(30_000)}"client:0"]}`],
] as const) {
  test(`a list of the keychain's entries ${what} stays byte for byte: nothing is signed out, and the gateway can be used`, () =>
    withOneSignIn(async (sandbox, computer) => {
      writeFileSync(indexOf(computer), text);
      const keyring = computer.keyring();
      const ends = [await run(everything, computer.env), await run(["--clean"], computer.env)];
      for (const { said } of ends) assert.match(said, /Nothing was signed out or removed[\s\S]*keychain\.json/);
      assert.deepEqual(computer.keyring(), keyring);
      const single = await run([sandbox.gatewayUrl, "--sign-out"], computer.env);
      const standalone = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], computer.env);
      await standalone.call("sample___whoami");
      await standalone.close();
      assert.match(standalone.said(), /--sign-out --all will not find what is signed in to now/);
      assert.deepEqual(
        {
          status: ends.map(({ status }) => status),
          single: single.status,
          sessions: sessionsOf(computer).length,
          text: readFileSync(indexOf(computer), "utf8") === text,
        },
        { status: [exitCodes.unexpected, exitCodes.unexpected], single: 0, sessions: 1, text: true },
      );
    }));
}

test("a sign-in from before the list is in it after the next start", () =>
  withOneSignIn(async (sandbox, computer) => {
    rmSync(indexOf(computer));
    const missed = await run(everything, computer.env);
    const standalone = await startStandalone([sandbox.gatewayUrl, "--browser", "none"], computer.env);
    await standalone.call("sample___whoami");
    await until(
      () =>
        existsSync(indexOf(computer)) &&
        /gateway:.*session:|session:.*gateway:/.test(readFileSync(indexOf(computer), "utf8")),
      "it is listed",
    );
    await standalone.close();
    const out = await run(everything, computer.env);
    assert.match(missed.said, /Nobody was signed in/);
    assert.deepEqual([out.status, await liveTokens(sandbox)], [0, 0]);
  }));

test("without a keychain there is nothing to sign out of; one that was used before and is silent is told", () =>
  withOneSignIn(async (sandbox, computer) => {
    const silent = { ...computer.env, PATH: "/nowhere" };
    const out = await run(["--clean"], silent);
    assert.match(out.said, /A keychain that was used before does not answer/);
    assert.deepEqual(
      [out.status, existsSync(indexOf(computer)), await liveTokens(sandbox)],
      [exitCodes.notAllRevoked, true, 2],
    );
    const single = await run([sandbox.gatewayUrl, "--sign-out"], silent);
    assert.match(single.said, /A keychain that was used before does not answer/);
    assert.equal(single.status, exitCodes.notAllRevoked);
    const standalone = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], silent);
    await standalone.says(/Tokens are kept in memory only: a keychain that was used before does not answer/);
    await standalone.close();
    const fresh = await run(everything, { ...silent, XDG_CACHE_HOME: join(computer.folder, "other") });
    assert.match(fresh.said, /No keychain is used here/);
    assert.equal(fresh.status, 0);
  }));

test("a sign-out whose words nobody reads revokes all that it would", () =>
  withTwoSignIns(async (one, other, computer) => {
    const child = spawn(process.execPath, [...standaloneScript, ...everything], { env: computer.env, stdio: "pipe" });
    child.stdout.destroy();
    child.stderr.destroy();
    const [code] = await once(child, "exit");
    assert.deepEqual(
      { code, live: [await liveTokens(one), await liveTokens(other)], sessions: sessionsOf(computer) },
      { code: exitCodes.ended, live: [0, 0], sessions: [] },
    );
  }));
