import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { type StandaloneWorld, standaloneScript, withComputer } from "../support/standalone/startStandalone.ts";
import { withSandbox } from "../support/withSandbox.ts";
import { startWorkloadPlatform } from "../support/workloadPlatform.ts";

const memory = ["--keychain", "off"];

/** Runs the program to its end. */
async function call(args: readonly string[], { env }: Pick<StandaloneWorld, "env">, input = "") {
  const child = spawn(process.execPath, [...standaloneScript, "call", ...args], { env: { ...env }, timeout: 60_000 });
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  const ended = new Promise<number | null>((done) => child.once("close", done));
  const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { out, said, code };
}

test("call signs a person in, calls one tool with what it takes, prints its texts, and revokes what it kept in memory", () =>
  withSandbox({}, (sandbox) =>
    withComputer({}, async (computer) => {
      const at = [sandbox.gatewayUrl];
      const how = [...memory, ...computer.browser()];
      const who = await call([...at, "sample___whoami", ...how], computer);
      assert.match(who.out, /^You are Ada Lovelace \(ada\), .*\.\n$/, who.said);
      assert.equal(who.code, 0);
      assert.deepEqual(sandbox.observe().toolCalls, { sample___whoami: 1 });
      assert.deepEqual(sandbox.observe().revocations, ["refresh_token", "access_token"]);
    }),
  ));

test("what a tool takes is JSON, or in a file or the standard input, and the whole result is printed as one line of JSON", () =>
  withSandbox({ callers: "machines" }, (sandbox) =>
    withComputer({}, async (computer) => {
      const { clientId, clientSecret } = sandbox.machine;
      const secret = join(computer.folder, "secret");
      writeFileSync(secret, clientSecret, { mode: 0o600 });
      const machine = [...memory, "--client-credentials", "--client-id", clientId, "--client-secret", `@${secret}`];
      const file = join(computer.folder, "arguments.json");
      writeFileSync(file, '\ufeff{"text":"from a file"}\n');
      const echo = (given: string, input?: string) =>
        call([sandbox.gatewayUrl, "sample___echo", "--arguments", given, "--json", ...machine], computer, input);
      const results = [await echo('{"text":"typed"}'), await echo(`@${file}`), await echo("-", '{"text":"piped"}')];
      assert.deepEqual(
        results.map(({ out, code }) => [out.split("\n").length, JSON.parse(out).content[0].text, code]),
        [
          [2, "typed", 0],
          [2, "from a file", 0],
          [2, "piped", 0],
        ],
        results.map(({ said }) => said).join(),
      );
    }),
  ));

test("a tool that fails, is not there or is ruled out has an exit code of its own, and what cannot be used is told before", () =>
  withSandbox({ callers: "machines" }, (sandbox) =>
    withComputer({}, async (computer) => {
      const platform = await startWorkloadPlatform();
      try {
        const { clientId, clientSecret } = sandbox.machine;
        const env = { ...computer.env, MACHINE_SECRET: clientSecret };
        const machine = [
          ...memory,
          "--client-credentials",
          "--client-id",
          clientId,
          "--client-secret",
          "env:MACHINE_SECRET",
        ];
        const run = async (tool: string, ...more: string[]) => {
          const { out, said, code } = await call([sandbox.gatewayUrl, tool, ...machine, ...more], { env });
          assert.ok(!`${out}${said}`.includes(clientSecret));
          return [code, out, said] as const;
        };
        const missing = await run("sample___nothing");
        const ruledOut = await run("sample___whoami", "--tools-deny", "*whoami");
        const noJson = await run("sample___echo", "--arguments", `{"text":"${clientSecret}`);
        const noObject = await run("sample___echo", "--arguments", "[1]");
        const noFile = await run("sample___echo", "--arguments", "@/nowhere");
        const alone = await call(["https://gateway.example.com/mcp"], computer);
        assert.deepEqual(
          [missing, ruledOut, noJson, noObject, noFile].map(([code, out]) => [code, out]),
          [
            [6, ""],
            [6, ""],
            [2, ""],
            [2, ""],
            [2, ""],
          ],
          [missing, ruledOut, noJson, noObject, noFile].map(([, , said]) => said).join("\n"),
        );
        assert.deepEqual([alone.code, alone.out], [2, ""]);
        assert.match(alone.said, /the name of a tool/);
        const refused = await call(
          [sandbox.gatewayUrl, "sample___whoami", ...memory, "--workload-identity", "github-actions"],
          {
            env: { ...computer.env, ...platform.variables },
          },
        );
        assert.deepEqual([refused.code, refused.out], [4, ""]);
        assert.match(refused.said, /workload_refused/);
        // Whoever is refused is not asked again by the call.
        assert.equal(sandbox.observe().grants["urn:ietf:params:oauth:grant-type:jwt-bearer"], 1);
      } finally {
        await platform.stop();
      }
    }),
  ));

test("what cannot be used is told at once, and a signal ends whoever waits for the standard input", () =>
  withComputer({}, async ({ env }) => {
    const start = (...more: string[]) => {
      const args = ["call", "https://gateway.example.com/mcp", "search", "--arguments", "-", ...more];
      const limits = { timeout: 20_000, killSignal: "SIGKILL" } as const;
      const child = spawn(process.execPath, [...standaloneScript, ...args], { env, ...limits });
      const ended = new Promise((done) => child.once("close", (code, signal) => done(code ?? signal)));
      return { child, ended };
    };
    const wrong = start("--client-credentials", "--client-id", "job", "--client-secret", "env:NOT_SET");
    assert.match(await text(wrong.child.stderr), /NOT_SET, which is not set/);
    assert.equal(await wrong.ended, 2);
    const waiting = start();
    // More than anything between the two holds: once it is written, it is being read.
    await new Promise((done) => waiting.child.stdin.write(" ".repeat(2 ** 22), done));
    waiting.child.kill("SIGTERM");
    assert.equal(await waiting.ended, "SIGTERM");
  }));

test("the workflow of docs/workloads.md calls a gateway's tool from a job", async () => {
  const platform = await startWorkloadPlatform();
  try {
    await withSandbox({ callers: "machines", workloadIssuer: platform.issuer }, (sandbox) =>
      withComputer({}, async ({ folder, env }) => {
        const workflow =
          /```yaml\n(name: nightly[\s\S]*?)```/.exec(readFileSync("docs/workloads.md", "utf8"))?.[1] ?? "";
        const step = /run: \|\n([\s\S]*)$/.exec(workflow)?.[1]?.replace(/^ {10}/gm, "") ?? "";
        assert.match(workflow, /id-token: write/);
        const bin = join(folder, "bin");
        mkdirSync(bin);
        const program = [process.execPath, ...standaloneScript].map((word) => `"${word}"`).join(" ");
        // The registry has what is built here once it is published.
        writeFileSync(
          join(bin, "npx"),
          `#!/bin/sh\n[ "$1 $2" = "--yes gateway-connect" ] || exit 9\nshift 2\nexec ${program} "$@"\n`,
        );
        chmodSync(join(bin, "npx"), 0o755);
        const child = spawn("bash", ["-e", "-c", step], {
          cwd: folder,
          env: {
            ...env,
            ...platform.variables,
            PATH: [bin, env.PATH].join(delimiter),
            ...{ GATEWAY: sandbox.gatewayUrl, TOOL: "sample___whoami" },
          },
          timeout: 60_000,
        });
        child.stdin.end();
        const ended = new Promise<number | null>((done) => child.once("close", done));
        const [out, said, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
        assert.deepEqual([code, out], [0, ""], said);
        assert.equal(
          readFileSync(join(folder, "summary.txt"), "utf8"),
          "You are the machine gateway-connect-machine.\n",
        );
      }),
    );
  } finally {
    await platform.stop();
  }
});
