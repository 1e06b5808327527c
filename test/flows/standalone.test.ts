import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { Client as ModernClient } from "@modelcontextprotocol/client";
import { StdioClientTransport as ModernStdio } from "@modelcontextprotocol/client/stdio";
import { ElicitRequestSchema, LoggingMessageNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/startSandbox.ts";
import { exitCodes } from "../../src/standalone/arguments.ts";
import { isAlive } from "../../src/system/isAlive.ts";
import { commonClock, shortPauses } from "../support/programClock.ts";
import { startGateway } from "../support/relayGateways.ts";
import { visit } from "../support/signInByHttp.ts";
import {
  type StandaloneWorld,
  standaloneScript,
  startStandalone,
  withComputer,
} from "../support/standalone/startStandalone.ts";
import { patienceMs, until } from "../support/until.ts";
import { useDeviceCode } from "../support/useDeviceCode.ts";
import { withSandbox } from "../support/withSandbox.ts";

const ada = "You are Ada Lovelace (ada)";
const memory = ["--keychain", "off"];

/** A sandbox, and a computer to reach it from. */
const withBoth = (
  options: SandboxOptions & { readonly keyring?: boolean },
  act: (sandbox: Sandbox, computer: StandaloneWorld) => Promise<void>,
) => {
  const { keyring = false, ...rest } = options;
  return withSandbox({ recordSecrets: true, ...rest }, (sandbox) =>
    withComputer({ keyring }, (computer) => act(sandbox, computer)),
  );
};

/** Access and refresh tokens that are still good at the provider. */
async function liveTokens(sandbox: Sandbox): Promise<number> {
  const tokens = sandbox.issuedSecrets().filter(({ kind }) => ["access_token", "refresh_token"].includes(kind));
  const live = await Promise.all(tokens.map(({ value }) => sandbox.isActive(value)));
  return live.filter(Boolean).length;
}

/** The program without an MCP client: how it ends and what it says. */
function runToEnd(args: readonly string[], env: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [...standaloneScript, ...args], {
    env: { ...env },
    encoding: "utf8",
    timeout: 30_000,
  });
  return { status, stdout, stderr };
}

/** The same beside servers of this process, which `spawnSync` would stop. Its standard input stays open. */
function runBeside(args: readonly string[], env: Readonly<Record<string, string>>) {
  const child = spawn(process.execPath, [...standaloneScript, ...args], { env: { ...env }, stdio: "pipe" });
  const out = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk: Buffer) => {
      out[name] += chunk.toString("utf8");
    });
  }
  const killed = setTimeout(() => child.kill(), patienceMs);
  const ended = new Promise<{ status: number | null; stdout: string; stderr: string }>((resolve) =>
    child.once("close", (status) => {
      clearTimeout(killed);
      resolve({ status, ...out });
    }),
  );
  return { child, ended, out };
}

test("a first start signs in in the browser, lists the tools and calls them; its end leaves no valid token", () =>
  withBoth({}, async (sandbox, computer) => {
    const standalone = await startStandalone([sandbox.gatewayUrl, ...memory, ...computer.browser()], computer.env);
    const { tools } = await standalone.client.listTools();
    const answer = await standalone.call("sample___whoami");
    const before = await liveTokens(sandbox);
    await standalone.close();
    assert.deepEqual(
      {
        tools: tools.some(({ name }) => name === "sample___whoami"),
        answer: answer.split(",")[0],
        browsers: computer.opened().length,
        live: [before, await liveTokens(sandbox)],
        alive: isAlive(standalone.pid),
      },
      { tools: true, answer: ada, browsers: 1, live: [2, 0], alive: false },
    );
  }));

test("a program that sends everything at once, without waiting for an answer, is answered as well", () =>
  withBoth({}, async (sandbox, computer) => {
    const args = [...standaloneScript, sandbox.gatewayUrl, ...memory, ...computer.browser()];
    const child = spawn(process.execPath, args, { env: computer.env, stdio: ["pipe", "pipe", "ignore"] });
    const clientInfo = { name: "some-editor", version: "1.0.0" };
    const messages = [
      { id: 0, method: "initialize", params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo } },
      { method: "notifications/initialized" },
      { id: 1, method: "tools/list" },
    ];
    child.stdin.write(messages.map((message) => `${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`).join(""));
    const answers = new Map<number, readonly string[]>();
    for await (const line of createInterface({ input: child.stdout })) {
      const { id, result } = JSON.parse(line) as { id?: number; result?: object };
      if (id !== undefined) answers.set(id, Object.keys(result ?? {}));
      if (answers.has(1)) child.stdin.end();
    }
    assert.deepEqual([answers.get(0)?.includes("capabilities"), answers.get(1)?.includes("tools")], [true, true]);
  }));

for (const keyring of [false, true]) {
  test(`an editor that asks a process of its own what the program speaks is shown one page, with ${keyring ? "a" : "no"} keychain`, () =>
    withBoth({ keyring }, async (sandbox, computer) => {
      const args = [sandbox.gatewayUrl, ...(keyring ? [] : memory), ...computer.browser()];
      const client = new ModernClient(
        { name: "editor-of-2026", version: "1.0.0" },
        { versionNegotiation: { mode: "auto" } },
      );
      const start = { command: process.execPath, args: [...standaloneScript, ...args], env: { ...computer.env } };
      await client.connect(new ModernStdio({ ...start, stderr: "ignore" }));
      const { tools } = await client.listTools();
      const { content } = await client.callTool({ name: "sample___whoami", arguments: {} });
      const era = client.getProtocolEra();
      await client.close();
      assert.deepEqual(
        {
          era,
          tools: tools.length > 0,
          said: JSON.stringify(content).includes(ada),
          pages: computer.opened().length,
          grants: sandbox.observe().grants,
        },
        { era: "modern", tools: true, said: true, pages: 1, grants: { authorization_code: 1 } },
      );
    }));
}

test("who starts it in a terminal, and says nothing, is shown the page", () =>
  withBoth({}, async (sandbox, computer) => {
    const args = [...standaloneScript, sandbox.gatewayUrl, ...memory, ...computer.browser()];
    const child = spawn(process.execPath, args, { env: computer.env, stdio: ["pipe", "ignore", "ignore"] });
    await until(() => computer.opened().length > 0, "the page");
    child.stdin.end();
    await once(child, "exit");
    assert.equal(await liveTokens(sandbox), 0);
  }));

test("a token that ends is renewed without a browser", async (t) => {
  const clock = commonClock(t);
  await withBoth({ accessTokenSeconds: 60 }, async (sandbox, computer) => {
    const env = { ...computer.env, ...clock.env };
    const standalone = await startStandalone([sandbox.gatewayUrl, ...memory, ...computer.browser()], env);
    await standalone.call("sample___whoami");
    clock.moveOn(61);
    const answer = await standalone.call("sample___whoami");
    await standalone.close();
    const { grants } = sandbox.observe();
    assert.deepEqual(
      {
        answer: answer.split(",")[0],
        browsers: computer.opened().length,
        signIns: grants.authorization_code,
        renewed: (grants.refresh_token ?? 0) > 0,
      },
      { answer: ada, browsers: 1, signIns: 1, renewed: true },
    );
  });
});

test("a tool that needs another scope leads to one more sign-in with the scopes of both, and is answered", () =>
  withBoth({}, async (sandbox, computer) => {
    const standalone = await startStandalone([sandbox.gatewayUrl, ...memory, ...computer.browser()], computer.env);
    await standalone.client.listTools();
    await standalone.call("sample___save_note", { text: "milk" });
    await standalone.close();
    const asked = computer.opened().map(({ url }) => (new URL(url).searchParams.get("scope") ?? "").split(" ").sort());
    assert.deepEqual(
      { asked, toolCalls: sandbox.observe().toolCalls },
      {
        asked: [
          ["gateway.read", "offline_access", "openid", "profile"],
          ["gateway.read", "gateway.write", "offline_access", "openid", "profile"],
        ],
        toolCalls: { sample___save_note: 1 },
      },
    );
  }));

test("a client signs in as itself with a secret from the environment, and again when its token ends", async (t) => {
  const clock = commonClock(t);
  await withBoth({ accessTokenSeconds: 60 }, async (sandbox, computer) => {
    const { clientId, clientSecret } = sandbox.machine;
    const args = [...memory, "--client-credentials", "--client-id", clientId, "--client-secret", "env:THE_SECRET"];
    const standalone = await startStandalone([sandbox.gatewayUrl, ...args], {
      ...computer.env,
      ...clock.env,
      THE_SECRET: clientSecret,
    });
    const { tools } = await standalone.client.listTools();
    clock.moveOn(61);
    const answer = await standalone.call("sample___whoami");
    await standalone.close();
    const { grants } = sandbox.observe();
    assert.deepEqual(
      {
        tools: tools.length > 0,
        answered: answer.startsWith("You are"),
        grants: Object.keys(grants),
        again: (grants.client_credentials ?? 0) > 1,
        browsers: computer.opened(),
      },
      { tools: true, answered: true, grants: ["client_credentials"], again: true, browsers: [] },
    );
  });
});

test("a client's secret can come from a file", () =>
  withBoth({}, async (sandbox, computer) => {
    const file = join(computer.folder, "secret");
    writeFileSync(file, `${sandbox.machine.clientSecret}\n`, { mode: 0o600 });
    const args = ["--client-credentials", "--client-id", sandbox.machine.clientId, "--client-secret", `@${file}`];
    const standalone = await startStandalone([sandbox.gatewayUrl, ...memory, ...args], computer.env);
    const answer = await standalone.call("sample___whoami");
    await standalone.close();
    assert.match(answer, /^You are/);
  }));

for (const [what, args] of [
  ["when asked to", ["--device-code"]],
  ["by itself where no browser can be opened", []],
  ["by itself where the browser does not open", ["--browser", "false"]],
] as const) {
  test(`a person signs in on another device with a code, ${what}`, () =>
    withBoth({}, async (sandbox, computer) => {
      // It asks every five seconds whether the code was entered.
      const env = { ...computer.env, ...shortPauses(10) };
      const standalone = await startStandalone([sandbox.gatewayUrl, ...memory, ...args], env);
      const [, uri = "", code = ""] = await standalone.says(/open (\S+) on any device and enter the code (\S+)/);
      await useDeviceCode(uri, code);
      const { tools } = await standalone.client.listTools();
      const answer = await standalone.call("sample___whoami");
      await standalone.close();
      assert.deepEqual(
        {
          tools: tools.length > 0,
          answer: answer.split(",")[0],
          grants: Object.keys(sandbox.observe().grants),
          live: await liveTokens(sandbox),
        },
        { tools: true, answer: ada, grants: ["urn:ietf:params:oauth:grant-type:device_code"], live: 0 },
      );
    }));
}

test("what the keychain keeps is used by the next start, with no browser and no discovery", () =>
  withBoth({ keyring: true }, async (sandbox, computer) => {
    const first = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], computer.env);
    await first.client.listTools();
    await first.close();
    const before = { statuses: sandbox.observe().gatewayStatuses, ...sandbox.observe().grants };
    const second = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], computer.env);
    const { tools } = await second.client.listTools();
    const answer = await second.call("sample___whoami");
    await second.close();
    const { gatewayStatuses, grants } = sandbox.observe();
    assert.deepEqual(
      {
        tools: tools.length > 0,
        answer: answer.split(",")[0],
        refused: (gatewayStatuses[401] ?? 0) - (before.statuses[401] ?? 0),
        grants,
        browsers: computer.opened().length,
        live: await liveTokens(sandbox),
      },
      { tools: true, answer: ada, refused: 0, grants: { authorization_code: 1 }, browsers: 1, live: 2 },
    );
  }));

test("a sign-out revokes what the keychain keeps, forgets it, says so truthfully, and the next call asks again", () =>
  withBoth({ keyring: true }, async (sandbox, computer) => {
    const first = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], computer.env);
    await first.client.listTools();
    await first.close();
    const out = await runBeside([sandbox.gatewayUrl, "--sign-out"], computer.env).ended;
    const again = await runBeside([sandbox.gatewayUrl, "--sign-out"], computer.env).ended;
    const sessions = Object.keys(computer.keyring()).filter((name) => name.includes("session:"));
    const live = await liveTokens(sandbox);
    const second = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], computer.env);
    // The tools are known from before, so that the start asks nobody.
    const { tools } = await second.client.listTools();
    const silent = computer.opened().length;
    const answer = await second.call("sample___whoami");
    await second.close();
    assert.deepEqual(
      {
        status: [out.status, again.status],
        stdout: [out.stdout, again.stdout],
        said: /Signed out of .* Revoked at .*: refresh token and access token/.test(out.stderr),
        saidAgain: /Nobody was signed in/.test(again.stderr),
        sessions,
        live,
        tools: tools.length > 0,
        silent,
        answer: answer.split(",")[0],
        browsers: computer.opened().length,
      },
      {
        status: [0, 0],
        stdout: ["", ""],
        said: true,
        saidAgain: true,
        sessions: [],
        live: 0,
        tools: true,
        silent: 1,
        answer: ada,
        browsers: 2,
      },
    );
  }));

test("a sign-out while another process waits for its browser: what that sign-in brings is revoked, and the next call asks anew", () =>
  withBoth({ keyring: true }, async (sandbox, computer) => {
    const waiting = await startStandalone([sandbox.gatewayUrl, "--browser", "true"], computer.env);
    const address = /open this address:\n(\S+)/;
    const [, url = ""] = await waiting.says(address);
    const out = await runBeside([sandbox.gatewayUrl, "--sign-out"], computer.env).ended;
    await visit(url);
    const issued = () => sandbox.issuedSecrets().filter(({ kind }) => kind === "access_token").length;
    await until(async () => issued() === 1 && (await liveTokens(sandbox)) === 0, "the tokens are revoked");
    const sessions = Object.keys(computer.keyring()).filter((name) => name.includes("session:"));
    const said = waiting.said().length;
    const call = waiting.call("sample___whoami");
    await until(() => address.test(waiting.said().slice(said)), "it asks anew");
    await visit(address.exec(waiting.said().slice(said))?.[1] ?? "");
    const answer = await call;
    const live = await liveTokens(sandbox);
    await waiting.close();
    assert.deepEqual(
      { status: out.status, sessions, answer: answer.split(",")[0], live },
      { status: 0, sessions: [], answer: ada, live: 2 },
    );
  }));

test("a sign-out that the provider does not carry out is told, and has an exit code of its own", () =>
  withBoth({ keyring: true }, async (sandbox, computer) => {
    const first = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], computer.env);
    await first.client.listTools();
    await first.close();
    sandbox.setFaults({ revocationUnavailable: true });
    const { status, stderr } = await runBeside([sandbox.gatewayUrl, "--sign-out"], computer.env).ended;
    assert.match(stderr, /could not be revoked/);
    assert.equal(status, exitCodes.notAllRevoked);
  }));

test("three starts at once with one keychain lead to one sign-in in one browser", () =>
  withBoth({ keyring: true }, async (sandbox, computer) => {
    const start = () => startStandalone([sandbox.gatewayUrl, ...computer.browser()], computer.env);
    const all = await Promise.all([start(), start(), start()]);
    const answers = await Promise.all(all.map((standalone) => standalone.call("sample___whoami")));
    await Promise.all(all.map((standalone) => standalone.close()));
    assert.deepEqual(
      {
        answers: answers.map((answer) => answer.split(",")[0]),
        browsers: computer.opened().length,
        grants: sandbox.observe().grants,
      },
      { answers: [ada, ada, ada], browsers: 1, grants: { authorization_code: 1 } },
    );
  }));

test("a sign-in that the keychain does not take serves while the program runs, which is told, and is revoked at its end", () =>
  withBoth({ keyring: true }, async (sandbox, computer) => {
    const env = { ...computer.env, FAKE_KEYRING_FULL: "1" };
    const standalone = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], env);
    const answer = await standalone.call("sample___whoami");
    const before = await liveTokens(sandbox);
    await standalone.close();
    assert.deepEqual(
      {
        answer: answer.split(",")[0],
        told: /Tokens are kept in memory only: the keychain refused/.test(standalone.said()),
        live: [before, await liveTokens(sandbox)],
      },
      { answer: ada, told: true, live: [2, 0] },
    );
  }));

test("no secret is in the arguments, the environment or the words of any process, nor in a file", async (t) => {
  const clock = commonClock(t);
  await withBoth({ keyring: true, accessTokenSeconds: 60 }, async (sandbox, computer) => {
    const secret = "a-header-secret-that-nobody-else-may-see";
    const args = ["--verbose", "--header", "X-Api-Key: env:THE_KEY", ...computer.browser()];
    const env = { ...computer.env, ...clock.env, THE_KEY: secret };
    const standalone = await startStandalone([sandbox.gatewayUrl, ...args], env);
    await standalone.call("sample___whoami");
    clock.moveOn(61);
    await standalone.call("sample___save_note", { text: "milk" });
    const own = readFileSync(`/proc/${standalone.pid}/cmdline`, "utf8");
    await standalone.close();
    const out = await runBeside([sandbox.gatewayUrl, "--sign-out", "--verbose"], computer.env).ended;
    const children = JSON.stringify([...computer.opened(), ...computer.keyringCalls()]);
    const files = spawnSync("find", [join(computer.folder, "cache"), "-type", "f", "-exec", "cat", "{}", "+"]);
    const places = {
      own,
      children,
      said: standalone.said() + out.stderr,
      files: files.stdout.toString("utf8"),
    };
    const secrets = [secret, ...sandbox.issuedSecrets().map(({ value }) => value)];
    assert.ok(secrets.length > 5 && computer.keyringCalls().length > 5);
    const found = Object.entries(places).flatMap(([place, text]) =>
      secrets.filter((value) => text.includes(value)).map((value) => `${value.slice(0, 6)}… in ${place}`),
    );
    assert.deepEqual(found, []);
  });
});

test("headers go to the gateway alone, and the ID token in place of the access token where that is asked for", async () => {
  const seen: { readonly path: string; readonly own: string; readonly bearer: string }[] = [];
  await withBoth({}, async (sandbox, computer) => {
    // A proxy in front of the gateway sees what arrives there.
    const gateway = new URL(sandbox.gatewayUrl);
    const proxy = createServer(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { host: _, connection: __, ...headers } = request.headers as Record<string, string>;
      const bearer = (headers.authorization ?? "").replace("Bearer ", "");
      const own = ["x-team", "x-key", "x-tenant", "x-otp"].map((name) => headers[name]).join();
      seen.push({ path: request.url ?? "", own, bearer });
      const answer = await fetch(new URL(request.url ?? "", gateway), {
        method: request.method ?? "GET",
        headers,
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      });
      const text = await answer.text();
      const { "content-length": ___, "content-encoding": ____, ...back } = Object.fromEntries(answer.headers);
      response.writeHead(answer.status, back).end(text);
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    const address = proxy.address() as { port: number };
    try {
      const file = join(computer.folder, "tenant");
      writeFileSync(file, "of-a-file\n");
      const print = JSON.stringify([process.execPath, "-e", 'console.log(process.env.THE_KEY ?? "print" + "ed")']);
      const own = ["X-Team: blue", "X-Key: Key env:THE_KEY", `X-Tenant=file:${file}`, `X-Otp: command:${print}`];
      const headers = own.flatMap((header) => ["--header", header]);
      const args = [...headers, "--use-id-token", "--resource", sandbox.gatewayUrl];
      const url = `http://127.0.0.1:${address.port}/mcp`;
      const env = { ...computer.env, THE_KEY: "of-a-variable" };
      const standalone = runBeside([url, ...memory, "--verbose", ...args, ...computer.browser()], env);
      await until(() => seen.some(({ bearer }) => bearer !== ""), "a request with a token");
      standalone.child.stdin.end();
      const { stderr, stdout } = await standalone.ended;
      const children = JSON.stringify(computer.opened());
      assert.match(stderr, /info/);
      assert.doesNotMatch(stderr + stdout + children, /of-a-file|of-a-variable|printed/);
    } finally {
      proxy.closeAllConnections();
      await new Promise((resolve) => proxy.close(resolve));
    }
    const bearers = new Set(seen.map(({ bearer }) => bearer).filter(Boolean));
    const kinds = [...bearers].map((value) => sandbox.issuedSecrets().find((issued) => issued.value === value)?.kind);
    assert.deepEqual(
      { own: [...new Set(seen.filter(({ path }) => path === "/mcp").map(({ own }) => own))], kinds },
      { own: ["blue,Key of-a-variable,of-a-file,printed"], kinds: ["id_token"] },
    );
  });
});

test("a token that somebody else keeps is handed on in a header from the environment, with no sign-in", () =>
  withBoth({}, async (sandbox, computer) => {
    const { clientId, clientSecret } = sandbox.machine;
    const answer = await fetch(`${sandbox.issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "gateway.read" }),
    });
    const { access_token: token } = (await answer.json()) as { access_token: string };
    const args = [sandbox.gatewayUrl, ...memory, "--header", "Authorization: Bearer env:MY_TOKEN"];
    const standalone = await startStandalone(args, { ...computer.env, MY_TOKEN: token });
    const said = await standalone.call("sample___whoami");
    await standalone.close();
    assert.deepEqual(
      { answered: said.startsWith("You are"), grants: sandbox.observe().grants, live: await sandbox.isActive(token) },
      { answered: true, grants: { client_credentials: 1 }, live: true },
    );
  }));

test("a gateway's session is closed at the end, and what the gateway asks on the way reaches the program", () =>
  withComputer({}, async (computer) => {
    const gateway = await startGateway("legacy");
    try {
      const logged: unknown[] = [];
      const standalone = await startStandalone([gateway.url, ...memory, "--protocol", "2025-11-25"], computer.env, {
        capabilities: { elicitation: {} },
        prepare(client) {
          client.setRequestHandler(ElicitRequestSchema, async () => ({ action: "accept", content: { name: "Ada" } }));
          client.setNotificationHandler(
            LoggingMessageNotificationSchema,
            ({ params }) => void logged.push(params.data),
          );
        },
      });
      const { tools } = await standalone.client.listTools();
      const answers = [await standalone.call("echo", { text: "hi" }), await standalone.call("ask")];
      await standalone.client.setLoggingLevel("debug");
      await standalone.call("log");
      const during = gateway.sessions.size;
      await standalone.close();
      assert.deepEqual(
        {
          tools: tools.length,
          answers: answers.map((answer) => /hi|Ada/.exec(answer)?.[0]),
          logged: logged.length > 0,
          sessions: [during > 0, gateway.sessions.size],
        },
        { tools: 9, answers: ["hi", "Ada"], logged: true, sessions: [true, 0] },
      );
    } finally {
      await gateway.stop();
    }
  }));

test("a program that asks for a known gateway is answered before the keychain is, and reaches its tools after it", () =>
  withComputer({ keyring: true }, async (computer) => {
    const gateway = await startGateway("legacy");
    try {
      const first = await startStandalone([gateway.url], computer.env);
      await first.client.listTools();
      await first.close();
      const tool = join(computer.folder, "keyring-tools", "secret-tool");
      const unlocked = join(computer.folder, "unlocked");
      const [shebang, ...rest] = readFileSync(tool, "utf8").split("\n");
      writeFileSync(tool, [shebang, `while [ ! -e "${unlocked}" ]; do sleep 0.05; done`, ...rest].join("\n"));
      const asked = computer.keyringCalls().length;
      const second = await startStandalone([gateway.url], computer.env);
      const whileLocked = computer.keyringCalls().length - asked;
      writeFileSync(unlocked, "");
      const { tools } = await second.client.listTools();
      const name = (one: typeof first) => one.client.getServerVersion()?.name;
      const capabilities = second.client.getServerCapabilities();
      await second.close();
      assert.deepEqual(
        { whileLocked, tools: tools.length, sameName: name(first) === name(second), lists: capabilities?.tools },
        { whileLocked: 0, tools: 9, sameName: true, lists: { listChanged: true } },
      );
    } finally {
      await gateway.stop();
    }
  }));

test("a gateway that does not speak the revision that was asked for is told, not worked around", () =>
  withComputer({}, async (computer) => {
    const gateway = await startGateway("legacy");
    try {
      const args = [gateway.url, ...memory, "--protocol", "2026-07-28"];
      const standalone = await startStandalone(args, computer.env);
      const { isError } = await standalone.client.callTool({ name: "echo", arguments: { text: "hi" } });
      await standalone.close();
      assert.deepEqual({ isError, calls: gateway.calls }, { isError: true, calls: [] });
    } finally {
      await gateway.stop();
    }
  }));

/** Each state the program can be in when whoever started it goes away. */
const states: readonly (readonly [
  what: string,
  args: (computer: StandaloneWorld) => readonly string[],
  reached: RegExp,
])[] = [
  ["while it waits for the browser", () => ["--browser", "true"], /in your browser/],
  ["while it waits for a device", () => ["--device-code"], /enter the code/],
  ["on the way from the browser to its tokens", (computer) => [...computer.browser(), "--verbose"], /sign-in started/],
  ["while it is signed in and idle", (computer) => [...computer.browser(), "--verbose"], /signed in/],
];

for (const [what, args, reached] of states) {
  for (const how of ["closes its input", "is killed"] as const) {
    test(`it ends when its parent ${how} ${what}, and leaves nothing behind`, () =>
      withBoth({}, async (sandbox, computer) => {
        const all = [...standaloneScript, sandbox.gatewayUrl, ...memory, ...args(computer)];
        // A parent of its own, whose death leaves the pipe open in our hands.
        const script = `const c=require("node:child_process").spawn(process.execPath,JSON.parse(process.argv[1]),{stdio:"inherit"});console.error("pid "+c.pid)`;
        const parent = spawn(process.execPath, ["-e", script, JSON.stringify(all)], {
          env: computer.env,
          stdio: ["pipe", "pipe", "pipe"],
        });
        let said = "";
        parent.stderr.on("data", (chunk: Buffer) => {
          said += chunk.toString("utf8");
        });
        await until(() => /pid \d+/.test(said), "a process");
        const pid = Number(/pid (\d+)/.exec(said)?.[1]);
        await until(() => reached.test(said), String(reached));
        if (how === "is killed") parent.kill("SIGKILL");
        else parent.stdin.end();
        await until(() => !isAlive(pid), "its end");
        parent.kill("SIGKILL");
        assert.equal(await liveTokens(sandbox), 0);
      }));
  }
}

test("it ends while a call is on its way", () =>
  withBoth({}, async (sandbox, computer) => {
    const standalone = await startStandalone([sandbox.gatewayUrl, ...memory, ...computer.browser()], computer.env);
    const pending = standalone.call("sample___slow", { seconds: 30 }).catch(() => "ended");
    await until(() => sandbox.observe().toolCalls.sample___slow === 1, "the call is at the gateway");
    const startedAt = Date.now();
    await standalone.close();
    const call = await pending;
    assert.deepEqual(
      { call, alive: isAlive(standalone.pid), soon: Date.now() - startedAt < 3_500, live: await liveTokens(sandbox) },
      { call: "ended", alive: false, soon: true, live: 0 },
    );
  }));

const endings: readonly (readonly [
  what: string,
  args: (sandbox: Sandbox, computer: StandaloneWorld) => readonly string[],
  options: SandboxOptions,
  status: number,
  words: RegExp,
])[] = [
  [
    "nobody listens at the address",
    () => ["http://127.0.0.1:9/mcp"],
    {},
    exitCodes.gatewayNotUsable,
    /gateway_unreachable/,
  ],
  [
    "there is no such path",
    (sandbox) => [`${new URL(sandbox.gatewayUrl).origin}/elsewhere`],
    {},
    exitCodes.gatewayNotUsable,
    /gateway_not_found/,
  ],
  [
    "programs cannot register and no client ID was given",
    (sandbox) => [sandbox.gatewayUrl],
    { registration: false },
    exitCodes.argumentsWrong,
    /--client-id/,
  ],
  [
    "the person denies",
    (sandbox, computer) => [sandbox.gatewayUrl, ...computer.browser("deny")],
    {},
    exitCodes.notSignedIn,
    /access_denied/,
  ],
  [
    "the client's secret is wrong",
    (sandbox) => [
      sandbox.gatewayUrl,
      "--client-credentials",
      "--client-id",
      sandbox.machine.clientId,
      "--client-secret",
      "env:HOME",
    ],
    {},
    exitCodes.notSignedIn,
    /invalid_client/,
  ],
];

for (const [what, args, options, status, words] of endings) {
  test(`it ends with ${status} and says why when ${what}`, () =>
    withBoth(options, async (sandbox, computer) => {
      const ended = await runBeside([...args(sandbox, computer), ...memory], computer.env).ended;
      assert.match(ended.stderr, words);
      assert.deepEqual({ status: ended.status, stdout: ended.stdout }, { status, stdout: "" });
    }));
}

const wrong: readonly (readonly [args: readonly string[], words: RegExp])[] = [
  [[], /address of the gateway is missing/],
  [["nonsense"], /url_invalid/],
  [["http://gateway.example.com/mcp"], /unencrypted/],
  [["https://gateway.example.com/mcp", "--client-id", "a", "--client-secret", "literal"], /not the secret itself/],
  [
    ["https://gateway.example.com/mcp", "--client-id", "a", "--client-secret", "env:NOT_THERE"],
    /NOT_THERE, which is not set/,
  ],
  [
    ["https://gateway.example.com/mcp", "--client-id", "a", "--client-secret", "@/not/there"],
    /cannot be read \(ENOENT\)/,
  ],
  [["https://gateway.example.com/mcp", "--header", "Authorization: env:NOT_THERE"], /NOT_THERE/],
];

for (const [args, words] of wrong) {
  test(`the arguments ${JSON.stringify(args.join(" "))} end it with 2 and words`, () => {
    const { status, stdout, stderr } = runToEnd(args, { PATH: process.env.PATH ?? "", HOME: "/nowhere" });
    assert.match(stderr, words);
    assert.deepEqual({ status, stdout }, { status: exitCodes.argumentsWrong, stdout: "" });
  });
}

test("help and version are printed for whoever asks", () => {
  const env = { PATH: process.env.PATH ?? "", HOME: "/nowhere" };
  const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  const [help, said] = [runToEnd(["--help"], env), runToEnd(["--version"], env)];
  assert.match(help.stdout, /Usage: node standalone\.mjs <gateway address>/);
  assert.deepEqual([help.status, said.status, said.stdout.trim()], [0, 0, version]);
});
