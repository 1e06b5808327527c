import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, existsSync, openSync } from "node:fs";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { bridgeEntry, storageFolder } from "../support/bridgeHost.ts";
import { withFiles } from "../support/gatewayProgram.ts";
import { program } from "../support/programs.ts";
import { until } from "../support/until.ts";
import { freePorts } from "../support/webServer.ts";

type Name = Parameters<typeof program>[0];

/** What each program prints and then ends, by the arguments. */
const printed: Readonly<Record<string, readonly [Name, ...string[]]>> = {
  "the standalone's help": ["standalone", "--help"],
  "its version": ["standalone", "--version"],
  "its document": ["standalone", "--write-client-metadata", "https://apps.example.com/client.json"],
  "the doctor": ["standalone", "doctor"],
  "the doctor as JSON": ["standalone", "doctor", "--json"],
  "the help of policies": ["standalone", "policy", "--help"],
  "the check of a policy": ["standalone", "policy", "check", "docs/policy-examples/only-our-gateways.json"],
  "the gateway's help": ["gateway", "--help"],
  "its check": ["gateway", "--check", "--config", "FILE"],
  "its export": ["gateway", "export", "--config", "FILE", "--format", "cloudformation"],
  "its explanation": ["gateway", "explain", "--config", "FILE", "--token", "-"],
  "its explanation as JSON": ["gateway", "explain", "--config", "FILE", "--token", "-", "--json"],
  "the sandbox's help": ["sandbox", "--help"],
};

/** Starts a program with an environment in which it finds nothing of the person who runs the tests. */
function start([name, ...args]: readonly [Name, ...string[]], home: string, stdout: "pipe" | number): ChildProcess {
  const env = { PATH: process.env.PATH, HOME: home, XDG_CONFIG_HOME: home, XDG_CACHE_HOME: home, APPDATA: home };
  return spawn(process.execPath, [...program(name), ...args], { env, stdio: ["pipe", stdout, "pipe"] });
}

/** Gives the program its input, if it has any, and tells how it ends. */
async function ended(child: ChildProcess, input: string) {
  child.stdin?.on("error", () => {}).end(input);
  const said = child.stderr ? text(child.stderr) : "";
  const [code] = await once(child, "close");
  return { code: code as number | null, said: await said };
}

for (const [what, line] of Object.entries(printed)) {
  test(`${what} ends without a word where nobody reads it, and says so where it cannot be written whole`, () =>
    withFiles(async ({ issuer, folder, write }) => {
      const file = write("gateway.json", { targets: [{ name: "t", stdio: { command: "true" } }] });
      const args = line.map((word) => (word === "FILE" ? file : word)) as [Name, ...string[]];
      const token = await issuer.token();
      const whole = start(args, folder, "pipe");
      const output = whole.stdout ? text(whole.stdout) : "";
      const asked = await ended(whole, token);
      assert.ok([0, 1].includes(asked.code ?? -1) && (await output).length > 3, `it prints: ${asked.said}`);

      const unread = start(args, folder, "pipe");
      unread.stdout?.destroy();
      assert.deepEqual((await ended(unread, token)).code, 141);
      if (existsSync("/dev/full")) {
        const full = openSync("/dev/full", "w");
        const lost = await ended(start(args, folder, full), token);
        closeSync(full);
        assert.equal(lost.code, 1);
        assert.match(lost.said, /outputLost, ENOSPC\). Make room/);
      }
    }));
}

test("a gateway whose lines nobody reads goes on", () =>
  withFiles(async ({ folder, write }) => {
    // It complains of an issuer that is not there.
    const file = write("gateway.json", {}, { discoveryUrl: "http://127.0.0.1:9/.well-known/openid-configuration" });
    const [port = 0] = await freePorts(1);
    const child = start(["gateway", "--config", file, "--port", String(port)], folder, "pipe");
    child.stdout?.destroy();
    child.stderr?.destroy();
    try {
      const ask = async () => {
        const headers = { authorization: "Bearer eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJhIn0.AAAA" };
        return (await fetch(`http://127.0.0.1:${port}/mcp`, { method: "POST", headers, body: "{}" })).status;
      };
      const statuses = [await until(ask, "the gateway"), await ask(), await ask()];
      assert.ok(
        statuses.every((status) => status >= 400),
        statuses.join(),
      );
      assert.equal(child.exitCode, null);
    } finally {
      child.kill("SIGKILL");
    }
  }));

test("a bridge whose log nobody reads answers its host", async () => {
  const storage = await storageFolder();
  const { command, args, env } = bridgeEntry(storage.folder, { waitMs: 100 });
  const child = spawn(command, args, { env, stdio: "pipe" });
  child.stderr.destroy();
  const answers: string[] = [];
  child.stdout.on("data", (piece: Buffer) => answers.push(...String(piece).split("\n").filter(Boolean)));
  const ask = async (id: number) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method: "tools/list" })}\n`);
    return await until(() => answers.find((line) => line.includes(`"id":${id},"error"`)), `answer ${id}`);
  };
  try {
    // No window is open and none has left what a program would need. It says so in its log, and stays.
    await ask(1);
    await ask(2);
    assert.equal(child.exitCode, null);
  } finally {
    child.kill();
    await storage.remove();
  }
});
