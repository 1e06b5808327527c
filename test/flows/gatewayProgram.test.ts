import assert from "node:assert/strict";
import { existsSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { gatewayHelp } from "../../src/gateway/commandLine/gatewayArguments.ts";
import { endGrace } from "../../src/gateway/commandLine/runningGateway.ts";
import { connectClient, echoTarget, textOf, withGateway } from "../support/gatewayCaller.ts";
import { ended, jsonLine, type Ready, withFiles, withProgram } from "../support/gatewayProgram.ts";
import { shortTimeouts } from "../support/programClock.ts";
import { until } from "../support/until.ts";
import type { StartedProcess } from "../support/vscode/startProcess.ts";

const stdio = (name: string) => ({
  name,
  stdio: { command: process.execPath, args: ["node_modules/@modelcontextprotocol/server-everything/dist/index.js"] },
});

test("a file as AWS prints it runs a gateway that lets in whom it says, and puts each request down beside the file", () =>
  withFiles(async ({ issuer, folder, write }) => {
    const local = { auditFile: "audit.jsonl", metrics: true };
    const file = write("a.json", { name: "tools", gatewayId: "tools-a1b2c3d4e5", targets: [stdio("every")], local });
    await withProgram(["--config", file], async ({ gateways }) => {
      const [{ url, name } = { url: "", name: "" }] = gateways;
      const token = await issuer.token();
      const client = await connectClient(url, "2025-11-25", token);
      const said = textOf(await client.callTool({ name: "every___echo", arguments: { message: "hello" } }));
      await client.close();
      const refused = (await fetch(url, { method: "POST", body: "{}" })).status;
      const metrics = await (await fetch(new URL("/metrics", url))).text();
      await until(() => readFileSync(join(folder, "audit.jsonl"), "utf8").includes('"statusCode":401'), "the audit");
      const audit = readFileSync(join(folder, "audit.jsonl"), "utf8");
      assert.deepEqual(
        {
          name,
          said,
          refused,
          figures: /gateway_tool_calls_total\{target="every",outcome="result"\} 1/.test(metrics),
          audited: /every___echo/.test(audit),
          leaked: audit.includes(token) || audit.includes("hello"),
        },
        { name: "tools", said: "Echo: hello", refused: 401, figures: true, audited: true, leaked: false },
      );
    });
  }));

test("a changed file goes from the next request on, and one with faults changes nothing and is told why", () =>
  withFiles(async ({ issuer, write }) => {
    const file = write("a.json");
    await withProgram(["--config", file], async ({ gateways }, started) => {
      const url = gateways[0]?.url ?? "";
      const token = await issuer.token();
      const status = async () => {
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json", accept: "*/*" };
        const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });
        return (await fetch(url, { method: "POST", headers, body })).status;
      };
      const seen = new Set<string>();
      const reloaded = () =>
        started.line((line) => {
          const found = jsonLine<{ faults: string[] }>("reloaded")(line);
          if (!found || seen.has(line)) return undefined;
          seen.add(line);
          return found.faults.map((fault) => fault.slice(file.length));
        }, "the file was not read again");
      const before = await status();
      write("a.json", {}, { allowedAudience: ["other"] });
      const first = [await reloaded(), await status()];
      write("a.json", { local: { port: "x" } }, { allowedAudiences: ["api"] });
      const second = [await reloaded(), await status()];
      const known = started.logs.length;
      // Some editors empty a file before they write it.
      writeFileSync(file, "");
      await delay(400);
      write("a.json");
      await until(() => started.logs.slice(known).some((line) => line.includes('"faults":[]')), "the last reading");
      assert.deepEqual(
        [before, first, second, await status()],
        [
          200,
          [[], 401],
          [
            [
              ":9:7: authorizerConfiguration.customJWTAuthorizer.allowedAudiences: is not known; did you mean allowedAudience?",
              ":15:13: local.port: expected a whole number, found a text",
            ],
            401,
          ],
          200,
        ],
      );
      assert.equal(
        started.logs.slice(known).some((line) => line.includes("an empty file")),
        false,
      );
    });
  }));

test("several gateways run at once, each with its rules, and end together after the calls that are open", () =>
  withFiles(async ({ issuer, folder, scripted, write }) => {
    const called = join(folder, "called");
    const go = join(folder, "go");
    const result = { content: [{ type: "text", text: "completed" }] };
    const answering = `writeFileSync(${JSON.stringify(called)}, "");
      watchFile(${JSON.stringify(go)}, { interval: 10 }, ({ nlink }) => nlink && say(id, { result: ${JSON.stringify(result)} }));`;
    const files = [
      write("a.json", { targets: [{ name: "s", stdio: scripted(answering) }] }),
      write("b.json", {}, { allowedAudience: ["b"] }),
    ] as const;
    await withProgram(["--config", files[0], "--config", files[1], "--attached"], async ({ gateways }, started) => {
      const [a = "", b = ""] = gateways.map(({ url }) => url);
      const token = await issuer.token();
      const status = async (url: string) =>
        (await fetch(url, { method: "POST", headers: { authorization: `Bearer ${token}` }, body: "" })).status;
      const statuses = [await status(a), await status(b)];
      const client = await connectClient(a, "2025-11-25", token);
      const open = client.callTool({ name: "s___wait" });
      await until(() => existsSync(called), "the target is called");
      const code = new Promise((resolve) => started.child.once("close", resolve));
      started.child.stdin?.end();
      await until(() => started.logs.includes("Finishing what is open."), "the end begins");
      writeFileSync(go, "");
      const answer = textOf(await open);
      await client.close();
      assert.deepEqual([statuses[1], statuses[0] !== 401, answer, await code], [401, true, "completed", 0]);
    });
  }));

test("behind a proxy the port that was free is told, in JSON and in words", () =>
  withFiles(async ({ write }) => {
    const publicUrl = "https://gw.example/mcp";
    const file = write("a.json", { local: { publicUrl } });
    await withProgram(["--config", file], async ({ gateways }, started) => {
      const [{ url, port } = { url: "", port: 0 }] = gateways;
      const { status } = await fetch(`http://127.0.0.1:${port}/healthz`);
      const words = `${file}: ${publicUrl}, listening on port ${port}`;
      await until(() => started.logs.includes(words), "the words about the port");
      assert.deepEqual([url, status], [publicUrl, 200]);
    });
  }));

test("the program ends in its time although a call and a target's program go on, and tells that program to end", () =>
  withFiles(async ({ folder, scripted, write }) => {
    const told = join(folder, "told");
    const stubborn = `setInterval(() => {}, 1000);
      process.on("SIGTERM", () => { writeFileSync(${JSON.stringify(told)}, "yes"); process.exit(); });`;
    const called = join(folder, "called");
    const target = { name: "s", stdio: scripted(`writeFileSync(${JSON.stringify(called)}, "");`, stubborn) };
    const file = write("a.json", { authorizerType: "NONE", targets: [target] }, null);
    const times = 4;
    const act = async ({ gateways }: Ready, { child }: StartedProcess) => {
      const url = gateways[0]?.url ?? "";
      const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
      const call = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: "s___wait" } };
      const open = fetch(url, { method: "POST", headers, body: JSON.stringify(call) }).catch(() => "cut off");
      await until(() => existsSync(called), "the target is called");
      const ended = new Promise((resolve) => child.once("close", (code, signal) => resolve([code, signal])));
      child.kill("SIGTERM");
      // The extension ends what does not end in 12 seconds, of which these are twice as many: the machine may be busy.
      const killer = setTimeout(() => child.kill("SIGKILL"), (2 * 12_000) / times);
      const end = await ended;
      clearTimeout(killer);
      assert.deepEqual([end, await open, existsSync(told)], [[0, null], "cut off", true]);
    };
    await withProgram(["--config", file], act, shortTimeouts(times));
  }));

test("all of the end is over in the 10 seconds that are documented, and most of it is for the calls", () => {
  const { callsMs, targetsMs, auditMs } = endGrace;
  assert.deepEqual(
    [callsMs + targetsMs + auditMs, callsMs, /within 10 seconds/.test(gatewayHelp)],
    [10_000, 7_000, true],
  );
});

test("explain says rule by rule what the gateway thinks of a token, and never the token", () =>
  withFiles(async ({ issuer, folder, write }) => {
    const file = write("a.json", {}, { allowedClients: ["app"] });
    const good = await issuer.token({ client_id: "app" });
    const bad = await issuer.token({ aud: "another", cid: "app" });
    const inFile = join(folder, "token");
    writeFileSync(inFile, bad);
    const runs = [
      await ended(["explain", "--config", file], good),
      await ended(["explain", "--config", file, "--token", `@${inFile}`]),
      await ended(["explain", "--config", file, "--token", "env:T"], "", { ...process.env, T: `Bearer ${bad}` }),
      await ended(["explain", "--config", file], ""),
    ];
    const said = runs.map(({ out }) => out);
    assert.deepEqual(
      {
        codes: runs.map(({ code }) => code),
        first: said[0]?.split("\n")[0],
        failed: said[1]?.split("\n").filter((line) => line.includes("FAILED")),
        same: said[1] === said[2],
        leaked: runs.some(({ out, err }) => [good, bad].some((token) => `${out}${err}`.includes(token))),
      },
      {
        codes: [0, 4, 4, 1],
        first: "allowed",
        failed: [
          '  FAILED  audience (aud): expected ["api"], found another',
          '  FAILED  client (client_id): expected ["app"], found nothing',
        ],
        same: true,
        leaked: false,
      },
    );
  }));

test("compare finds a live gateway with the same rules the same, and one with others different", () =>
  withFiles(async ({ write }) => {
    await withGateway({ targets: [echoTarget()] }, async ({ gateway, issuer }) => {
      const rules = { discoveryUrl: issuer.discoveryUrl };
      const same = write("same.json", {}, rules);
      const other = write("other.json", {}, { ...rules, allowedScopes: ["read"] });
      const token = await issuer.token();
      const runs = [
        await ended(["compare", "--config", same, gateway.url, "--token", "-"], token),
        await ended(["compare", "--config", other, gateway.url, "--token", "-"], token),
        await ended(["compare", "--config", same, "http://127.0.0.1:9/mcp"]),
      ];
      const differing = runs[1]?.out.split("\n").filter((line) => line.startsWith("DIFFERS"));
      assert.deepEqual(
        {
          codes: runs.map(({ code }) => code),
          asked: runs[0]?.out.split("\n").filter((line) => line.startsWith("same")).length,
          differing: differing?.includes("DIFFERS  the token"),
          leaked: runs.some(({ out, err }) => `${out}${err}`.includes(token)),
        },
        { codes: [0, 4, 1], asked: 9, differing: true, leaked: false },
      );
    });
  }));

test("a gateway whose audit cannot be written does not start, and a reload to one keeps the audit it has", () =>
  withFiles(async ({ folder, write }) => {
    const nowhere = join(folder, "none", "x.jsonl");
    const bad = write("bad.json", { local: { auditFile: nowhere } });
    const problem = `local.auditFile: ${nowhere} cannot be opened for appending: its folder does not exist; make it writable, or name another file`;
    const runs = [await ended(["--check", "--config", bad]), await ended(["--config", bad])];
    const file = write("a.json", { local: { auditFile: "a.jsonl" } });
    await withProgram(["--config", file], async ({ gateways }, started) => {
      write("a.json", { local: { auditFile: "none/x.jsonl" } });
      const { faults } = await started.line(jsonLine<{ faults: string[] }>("reloaded"), "the file was not read again");
      await (await fetch(gateways[0]?.url ?? "", { method: "POST", body: "{}" })).text();
      await until(() => readFileSync(join(folder, "a.jsonl"), "utf8").includes('"statusCode":401'), "the audit");
      assert.deepEqual(
        { runs: runs.map(({ code, out, err }) => [code, out, err.trim()]), faults },
        {
          runs: [
            [3, "", `${bad}: ${problem}`],
            [1, "", `${bad}: ${problem}`],
          ],
          faults: [`${file}: ${problem}`],
        },
      );
    });
  }));

test(
  "an audit that cannot be written any more is said once and in the health, and a reload takes it up again",
  {
    skip: !existsSync("/dev/full"),
  },
  () =>
    withFiles(async ({ folder, write }) => {
      const path = join(folder, "audit.jsonl");
      // The device that is always full.
      symlinkSync("/dev/full", path);
      const file = write("a.json", { local: { auditFile: "audit.jsonl" } });
      await withProgram(["--config", file], async ({ gateways }, started) => {
        const url = gateways[0]?.url ?? "";
        const ask = async () => (await fetch(url, { method: "POST", body: "{}" })).status;
        const health = async () => await (await fetch(new URL("/healthz", url))).json();
        const before = await health();
        const statuses = [await ask(), await ask(), await ask()];
        const said = () => started.logs.filter((line) => line.includes("THE AUDIT HAS GAPS"));
        await until(() => said().length > 0, "the words about the audit");
        const full = await health();
        const gaps = said();
        rmSync(path);
        write("a.json", { local: { auditFile: "audit.jsonl" }, name: "again" });
        await started.line(jsonLine("reloaded"), "the file was not read again");
        await ask();
        await until(() => existsSync(path) && readFileSync(path, "utf8").includes('"statusCode":401'), "the audit");
        const [gap = ""] = readFileSync(path, "utf8").split("\n");
        assert.deepEqual(
          {
            before,
            statuses,
            full,
            gaps: gaps.map((line) => line.includes(`${path} could not be written (ENOSPC)`)),
            lost: lostIn(gap),
            after: await health(),
          },
          {
            before: { status: "ok" },
            statuses: [401, 401, 401],
            full: { status: "ok", auditLost: 3 },
            gaps: [true],
            lost: [3, 3],
            after: { status: "ok" },
          },
        );
      });
    }),
);

/** How many requests a line of the audit says are missing, and how many of them it names. */
function lostIn(line: string): readonly number[] {
  const { lost, requestIds } = (JSON.parse(line) as { additionalEventData: { lost: number; requestIds: string[] } })
    .additionalEventData;
  return [lost, new Set(requestIds).size];
}

test("files with faults, wrong arguments and a taken port each end the program with their code and words", () =>
  withFiles(async ({ issuer, folder, write }) => {
    const file = write("a.json");
    const faulty = write("b.json", { authorizerTyp: "NONE" });
    const port = new URL(issuer.issuer).port;
    const outcomes = [
      await ended(["--check", "--config", file]),
      await ended(["--check", "--config", file, "--config", faulty]),
      await ended(["--config", join(folder, "none.json")]),
      await ended(["--config", file, "--port", "x"]),
      await ended(["explain", "--config", file, "--token", "eyJhbGciOiJub25lIn0.e30."]),
      await ended(["--config", file, "--port", port]),
      await ended([]),
    ].map(({ code, out, err }) => [
      code,
      `${out}${err}`.split("\n").find((line) => line !== "" && !line.endsWith("good")),
    ]);
    assert.deepEqual(outcomes, [
      [0, undefined],
      [3, `${faulty}:11:3: authorizerTyp: is not known; did you mean authorizerType?`],
      [3, `${join(folder, "none.json")}: there is no such file`],
      [2, '--port is a whole number from 0 to 65535, not "x".'],
      [2, "--token is -, @file or env:NAME; the token itself would be visible to every program here."],
      [1, `Port ${port} is taken by another program.`],
      [2, "--config <file> says which gateway is meant."],
    ]);
  }));

test("the host and the port on the command line go before those of the file", () =>
  withFiles(async ({ write }) => {
    const file = write("a.json", { local: { host: "127.0.0.1", port: 9 } });
    await withProgram(["--config", file, "--host", "localhost", "--port", "0"], async ({ gateways }) => {
      const { hostname, port } = new URL(gateways[0]?.url ?? "");
      const { status } = await fetch(`http://localhost:${port}/healthz`);
      assert.deepEqual([hostname, port === "9", status], ["localhost", false, 200]);
    });
  }));

test("what explain and compare find can be read by programs, and help is printed for whoever asks", () =>
  withFiles(async ({ issuer, write }) => {
    const file = write("a.json");
    const explained = await ended(["explain", "--config", file, "--json"], await issuer.token());
    const help = await ended(["--help"]);
    const { kind, findings } = JSON.parse(explained.out) as { kind: string; findings: readonly object[] };
    assert.deepEqual(
      { kind, findings: findings.length > 3, help: [help.code, help.out.trim() === gatewayHelp] },
      { kind: "allowed", findings: true, help: [0, true] },
    );
  }));
