import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { isAlive } from "../../src/system/isAlive.ts";
import { connectClient, textOf } from "../support/gatewayCaller.ts";
import { program } from "../support/programs.ts";
import { removeFolder } from "../support/removeFolder.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { startTokenIssuer, type TokenIssuer } from "../support/tokenIssuer.ts";
import { until } from "../support/until.ts";
import { type StartedProcess, startProcess } from "../support/vscode/startProcess.ts";
import { wineLacks } from "../support/windows/wineLacks.ts";

interface World {
  readonly folder: string;
  readonly issuer: TokenIssuer;
  /** Writes a gateway's file with one target, `scripted`, whose program a script of Windows starts in a plain folder. */
  write(name: string, target?: object): string;
}

async function withFiles(act: (world: World) => Promise<void>): Promise<void> {
  const issuer = await startTokenIssuer();
  const folder = join(makeTemporaryFolder("gwc"), "Ворота & 門 (1)");
  mkdirSync(folder);
  for (const place of [join(folder, ".."), folder]) {
    writeFileSync(join(place, "target.mjs"), targetProgram);
    writeFileSync(join(place, "target.cmd"), `@echo off\r\n"${process.execPath}" "%~dp0target.mjs" %*\r\n`);
  }
  try {
    await act({
      folder,
      issuer,
      write(name, target = {}) {
        const path = join(folder, name);
        const customJWTAuthorizer = { discoveryUrl: issuer.discoveryUrl, allowedAudience: ["api"] };
        const targets = [{ name: "scripted", stdio: { command: join(folder, "..", "target.cmd"), ...target } }];
        const file = { authorizerType: "CUSTOM_JWT", authorizerConfiguration: { customJWTAuthorizer }, targets };
        writeFileSync(path, JSON.stringify(file, undefined, 2).replaceAll("\n", "\r\n"));
        return path;
      },
    });
  } finally {
    await issuer.stop();
    removeFolder(join(folder, ".."));
  }
}

/** An MCP server whose tool says what it was started with. With the argument `stays` it does not end with its input. */
const targetProgram = `
  import { createInterface } from "node:readline";
  const say = (id, answer) => console.log(JSON.stringify({ jsonrpc: "2.0", id, ...answer }));
  if (process.argv.includes("stays")) setInterval(() => {}, 1000);
  createInterface({ input: process.stdin }).on("line", (line) => {
    const { id, method, params } = JSON.parse(line);
    const serverInfo = { name: "scripted", version: "1" };
    const capabilities = { tools: {} };
    const { pid, env } = process;
    if (method === "initialize")
      say(id, { result: { protocolVersion: params.protocolVersion, capabilities, serverInfo } });
    else if (method === "tools/list") say(id, { result: { tools: [{ name: "tell", inputSchema: { type: "object" } }] } });
    else if (method === "tools/call") {
      const text = JSON.stringify({ pid, args: process.argv.slice(2), path: env.PATH, cwd: process.cwd() });
      say(id, { result: { content: [{ type: "text", text }] } });
    } else if (id !== undefined) say(id, { error: { code: -32601, message: "Method not found" } });
  });`;

interface Told {
  readonly pid: number;
  readonly args: readonly string[];
  readonly path: string;
  readonly cwd: string;
}

async function withGatewayOf(
  file: string,
  act: (gateway: { readonly url: string; readonly process: StartedProcess }) => Promise<void>,
  options: readonly string[] = [],
) {
  const args = [...program("gateway"), "--config", file, "--attached", "--port", "0", ...options];
  const started = startProcess(process.execPath, args, { stdin: true });
  try {
    const found = await started.line((line) => /"url":"([^"]+)"/.exec(line)?.[1], "the gateway did not start");
    await act({ url: found, process: started });
  } finally {
    await started.stop();
  }
}

const ended = (started: StartedProcess) => started.child.exitCode !== null;

test(
  "a target's script is started in a folder with spaces in its name",
  { skip: wineLacks("its cmd takes a space for the end of a program's name, also after ^") },
  () =>
    withFiles(async ({ folder, issuer, write }) => {
      const file = write("gateway.json", { command: join(folder, "target.cmd"), args: ["two words"] });
      await withGatewayOf(file, async ({ url }) => {
        const client = await connectClient(url, "2025-11-25", await issuer.token());
        const told = JSON.parse(textOf(await client.callTool({ name: "scripted___tell", arguments: {} }))) as Told;
        await client.close();
        assert.deepEqual(told.args, ["two words"]);
      });
    }),
);

test("a target's program that a script starts gets its words, its folder and its Path, and answers a storm", () =>
  withFiles(async ({ folder, issuer, write }) => {
    const path = `${folder};${process.env.PATH}`;
    const file = write("gateway.json", { args: ["two words", "Жук 山"], cwd: folder, env: { Path: path } });
    await withGatewayOf(file, async ({ url }) => {
      const client = await connectClient(url, "2025-11-25", await issuer.token());
      const calls = Array.from({ length: 40 }, () => client.callTool({ name: "scripted___tell", arguments: {} }));
      const told = (await Promise.all(calls)).map((answer) => JSON.parse(textOf(answer)) as Told);
      await client.close();
      const [{ args, cwd, path: seen } = {} as Told] = told;
      assert.deepEqual(
        { calls: told.length, programs: new Set(told.map(({ pid }) => pid)).size, args, cwd, path: seen === path },
        { calls: 40, programs: 1, args: ["two words", "Жук 山"], cwd: folder, path: true },
      );
    });
  }));

test("a file that is given in other letters than it is written is read again when it changes", () =>
  withFiles(async ({ folder, write }) => {
    write("Gateway.json");
    await withGatewayOf(join(folder, "GATEWAY.JSON"), async ({ process: started }) => {
      write("Gateway.json", { args: ["more"] });
      const faults = await started.line(
        (line) =>
          line.includes('"reloaded"') ? (JSON.parse(line) as { faults: readonly string[] }).faults : undefined,
        "the file was not read again",
        15_000,
      );
      assert.deepEqual(faults, []);
    });
  }));

test("a gateway whose parent goes away ends, and with it the program behind a target's script, which would stay", () =>
  withFiles(async ({ issuer, write }) => {
    await withGatewayOf(write("gateway.json", { args: ["stays"] }), async ({ url, process: started }) => {
      const client = await connectClient(url, "2025-11-25", await issuer.token());
      const { pid } = JSON.parse(textOf(await client.callTool({ name: "scripted___tell", arguments: {} }))) as Told;
      await client.close();
      const before = isAlive(pid);
      started.child.stdin?.end();
      await until(() => ended(started), "the end of the gateway");
      await until(() => !isAlive(pid), "the end of the target's program");
      assert.deepEqual({ before, code: started.child.exitCode }, { before: true, code: 0 });
    });
  }));

for (const signal of ["SIGHUP", "SIGBREAK"] as const) {
  const what = { SIGHUP: "closing its window", SIGBREAK: "Ctrl-Break" }[signal];
  test(`${what} ends a gateway as it should end`, () =>
    withFiles(async ({ folder, write }) => {
      // What Windows tells a program of its console, Node tells it as this.
      const console = join(folder, "console.cjs");
      writeFileSync(console, `process.stdin.once("data", () => process.emit(${JSON.stringify(signal)}));`);
      const args = ["--require", console, ...program("gateway"), "--config", write("gateway.json"), "--port", "0"];
      const started = startProcess(process.execPath, args, { stdin: true });
      try {
        await started.line((line) => (line.includes('"ready"') ? true : undefined), "the gateway did not start");
        started.child.stdin?.write("now\n");
        await until(() => ended(started), "the end of the gateway", 15_000);
        assert.deepEqual(
          { code: started.child.exitCode, told: started.logs.includes("Finishing what is open.") },
          { code: 0, told: true },
        );
      } finally {
        await started.stop();
      }
    }));
}
