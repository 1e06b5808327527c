import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createServer } from "node:net";
import { test } from "node:test";
import { callTool, SandboxClient } from "../support/sandboxClient.ts";
import { type SandboxProcess, sandboxProgram, startSandboxProcess } from "../support/sandboxProcess.ts";

async function withProcess(options: readonly string[], act: (sandbox: SandboxProcess) => Promise<void>): Promise<void> {
  const sandbox = await startSandboxProcess(options);
  try {
    await act(sandbox);
  } finally {
    await sandbox.process.stop();
  }
}

test("the process signs people in, is steered by lines, and tells what it saw and issued", () =>
  withProcess(["--access-token-seconds", "45", "--record-secrets"], async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const idle = await sandbox.ask({ do: "observe" });
    const { parameters } = await client.authorize();
    const answer = await client.exchange(parameters.code);
    const token = String(answer.body.access_token);
    const mcp = await client.connect(token);
    const said = await callTool(mcp, "sample___add", { a: 2, b: 3 });
    await mcp.close();
    const before = await sandbox.ask({ do: "isActive", token });
    const revoked = await sandbox.ask({ do: "revoke" });
    const after = await sandbox.ask({ do: "isActive", token });
    const renewal = await client.refresh(String(answer.body.refresh_token));
    const { secrets } = (await sandbox.ask({ do: "issuedSecrets" })) as { secrets: { kind: string }[] };
    const { tokenRequests, grants, toolCalls } = await sandbox.ask({ do: "observe" });
    assert.deepEqual(
      {
        idle,
        seconds: answer.body.expires_in,
        said,
        active: [before, revoked, after],
        renewal: renewal.body.error,
        secrets: secrets.map(({ kind }) => kind),
        seen: { tokenRequests, grants, toolCalls },
      },
      {
        idle: {
          ...{ tokenRequests: 0, grants: {}, revocations: [], registrations: 0 },
          ...{ gatewayStatuses: {}, toolCalls: {}, steps: {} },
        },
        seconds: 45,
        said: "5",
        active: [{ active: true }, {}, { active: false }],
        renewal: "invalid_grant",
        secrets: ["code", "access_token", "refresh_token", "id_token"],
        seen: {
          tokenRequests: 2,
          grants: { authorization_code: 1, refresh_token: 1 },
          toolCalls: { sample___add: 1 },
        },
      },
    );
  }));

test("faults are set by line, and a misspelled one is refused", () =>
  withProcess(["--no-registration"], async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { body } = await client.metadata();
    const set = await sandbox.ask({ do: "setFaults", faults: { discoveryDown: true } });
    const gateway = await sandbox.ask({ do: "setGatewayFaults", faults: { status: 502 } });
    const observed = { status: (await client.metadata()).status, gateway: (await client.knock()).status };
    const misspelled = await sandbox.ask({ do: "setFaults", faults: { discoveryDwn: true } });
    const unknown = await sandbox.ask({ do: "dance" });
    const secrets = await sandbox.ask({ do: "issuedSecrets" });
    const begins = ({ error }: { readonly error?: unknown }) => String(error).split(/[;(]/)[0];
    assert.deepEqual(
      {
        registration: body.registration_endpoint,
        answers: [set, gateway],
        observed,
        refused: [misspelled, unknown, secrets].map(begins),
      },
      {
        registration: undefined,
        answers: [{}, {}],
        observed: { status: 503, gateway: 502 },
        refused: ['there is no fault "discoveryDwn"', 'there is no command "dance"', "secrets are not recorded"],
      },
    );
  }));

test("commands are answered in the order they came in, and nonsense is answered too", () =>
  withProcess([], async (sandbox) => {
    const { stdin } = sandbox.process.child;
    stdin?.write('{"id":"a","do":"isActive","token":"x"}\nnonsense\n\n{"id":"b","do":"observe"}\n');
    await sandbox.process.line((line) => (line.startsWith('{"id":"b"') ? line : undefined), "no answer");
    const ids = sandbox.process.logs.filter((line) => line.startsWith('{"id"')).map((line) => JSON.parse(line).id);
    assert.deepEqual(ids, ["a", null, "b"]);
  }));

test("commands that are piped in are answered before the process ends", () => {
  const input = '{"id":1,"do":"observe"}\n{"id":2,"do":"isActive","token":"a.b.c"}';
  const { status, stdout } = spawnSync(process.execPath, sandboxProgram, { encoding: "utf8", input });
  const ids = stdout.split("\n").flatMap((line) => (line.startsWith('{"id"') ? [JSON.parse(line).id] : []));
  assert.deepEqual({ status, ids }, { status: 0, ids: [1, 2] });
});

test("another MCP server can be put behind the gateway", async () => {
  const entry = new URL(import.meta.resolve("@modelcontextprotocol/server-everything/dist/index.js")).pathname;
  await withProcess(["--target", `everything=${process.execPath},${entry},stdio`], async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const mcp = await client.connect((await client.signIn()).accessToken);
    const names = (await mcp.listTools()).tools.map(({ name }) => name);
    const said = await callTool(mcp, "everything___echo", { message: "hello" });
    await mcp.close();
    assert.deepEqual(
      { targets: [...new Set(names.map((name) => name.split("___")[0]))].sort(), said },
      { targets: ["everything", "sample"], said: "Echo: hello" },
    );
  });
});

test("the process ends by itself when its stdin closes, with open connections too, and when it is told to", async () => {
  const endings = [];
  const left = await startSandboxProcess();
  try {
    const client = new SandboxClient(left);
    const mcp = await client.connect((await client.signIn()).accessToken);
    left.closeStdin();
    endings.push(await left.ended);
    await mcp.close().catch(() => undefined);
  } finally {
    await left.process.stop();
  }
  const told = await startSandboxProcess();
  try {
    process.kill(told.process.pid, "SIGTERM");
    endings.push(await told.ended);
  } finally {
    await told.process.stop();
  }
  assert.deepEqual(endings, [
    { code: 0, signal: null },
    { code: 0, signal: null },
  ]);
});

test("wrong arguments and a taken port are told in a sentence, without a trace", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [...sandboxProgram, ...args], { encoding: "utf8" });
    const lines = stderr.split("\n").filter((line) => line !== "" && !line.startsWith("oidc-provider WARNING"));
    return { status, stdout, said: lines[0] };
  };
  try {
    assert.deepEqual(
      [run("--issuer-port", "ninety"), run("--dance"), run("--issuer-port", String(port))],
      [
        { status: 2, stdout: "", said: '--issuer-port is a whole number from 0 to 65535, not "ninety"' },
        { status: 2, stdout: "", said: "Unknown option '--dance'" },
        { status: 1, stdout: "", said: `port ${port} is taken by another program` },
      ],
    );
  } finally {
    server.close();
  }
});
