import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { cpus } from "node:os";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import autocannon from "autocannon";
import { JwtVerifier } from "aws-jwt-verify";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { type AuthorizerWorld, authorize } from "../src/agentcore/authorizer/authorizer.ts";
import { signingKeys } from "../src/agentcore/authorizer/signingKeys.ts";
import { nodeSignatureCheck as check, nodeTokenHash as hash } from "../src/gateway/nodeTokenCrypto.ts";
import { type Asked, startChild } from "./childProcess.ts";
import type { ServerKind, ServerQuestion } from "./gatewayServers.ts";
import { type Algorithm, type BenchIssuer, startBenchIssuer } from "./gatewayTokens.ts";
import { median, percentile } from "./statistics.ts";

/**
 * Measures the gateway: the check of a token and the requests it lets in, next to what people would use for it, in one
 * run and in turns. It judges nothing.
 */
const SECONDS = Number(process.argv[2] ?? "4");
const parts = { checks, loads, addedToACall, manyConnections, manyCalls, manyTargets };
/** All, or one that is named. */
const chosen = Object.entries(parts).filter(([name]) => process.argv[3] === undefined || process.argv[3] === name);
if (!(SECONDS > 0) || chosen.length === 0) {
  const names = Object.keys(parts).join(" | ");
  throw new Error(`usage: npm run bench:gateway [-- <seconds per load> [${names}]]`);
}
const ROUNDS = 3;
/** The checks are quick to measure, and what is compared lies close together. */
const CHECK_ROUNDS = 15;
const CALLS = Math.max(100, Math.round(SECONDS * 100));
const mebibyte = 1024 * 1024;
const say = (line: string) => console.error(line);
const f = (value: number, digits = 0) => value.toLocaleString("en", { maximumFractionDigits: digits });

const ping = { jsonrpc: "2.0", id: 1, method: "ping" };
const call = (target: string) => ({
  jsonrpc: "2.0",
  id: 1,
  method: "tools/call",
  params: { name: target, arguments: {} },
});
const toolsList = { jsonrpc: "2.0", id: 1, method: "tools/list" };

const issuers: Record<Algorithm, BenchIssuer> = {
  RS256: await startBenchIssuer("RS256"),
  ES256: await startBenchIssuer("ES256"),
};
console.log(`\n${cpus()[0]?.model ?? "unknown"}, ${cpus().length} cores, Node ${process.version}`);
for (const [, part] of chosen) await part();
for (const one of Object.values(issuers)) one.stop();

/** The check alone, in this process. */
async function checks(): Promise<void> {
  console.log("\n### The check of a token alone, on one core\n");
  console.log("| | RS256 per second | p99 | ES256 per second | p99 |\n|---|---|---|---|---|");
  const rows = new Map<string, string[]>();
  for (const alg of ["RS256", "ES256"] as const) {
    say(`checking ${alg} tokens`);
    const { issuer, jwks, tokens } = issuers[alg];
    const all = await tokens(2000);
    const contenders = new Map<string, Contender>();
    const local = createLocalJWKSet(jwks as JSONWebKeySet);
    contenders.set("`jose.jwtVerify`", { verify: (token) => jwtVerify(token, local, { issuer, audience: "api" }) });
    const verifier = JwtVerifier.create({ issuer, audience: "api", jwksUri: `${issuer}/keys` });
    verifier.cacheJwks(jwks as never);
    contenders.set("`aws-jwt-verify`", { verify: (token) => verifier.verify(token) });
    // Whole texts, as they come from a socket.
    const given = all.map((token) => Buffer.from(`Bearer ${token}`).toString());
    contenders.set("our check, each token new", { given, ...ourCheck(issuer, true, { hash, check }) });
    contenders.set("our check, tokens it knows", { given, ...ourCheck(issuer, false, { hash, check }) });
    contenders.set("our check in the editor, with WebCrypto", { given, ...ourCheck(issuer, false, {}) });
    const times = new Map([...contenders.keys()].map((name) => [name, [] as number[]]));
    const rates = new Map([...contenders.keys()].map((name) => [name, [] as number[]]));
    for (let round = 0; round <= CHECK_ROUNDS; round++) {
      for (const [name, { verify, prepare, given = all }] of contenders) {
        await prepare?.();
        const begun = performance.now();
        const each: number[] = [];
        for (const token of given) {
          const at = performance.now();
          await verify(token);
          each.push(performance.now() - at);
        }
        // The first round warms up, and lets the memory know the tokens.
        if (round === 0) continue;
        rates.get(name)?.push((all.length / (performance.now() - begun)) * 1000);
        times.get(name)?.push(...each);
      }
    }
    for (const name of contenders.keys()) {
      const cells = [f(median(rates.get(name) ?? [])), `${f(percentile(times.get(name) ?? [], 0.99), 2)} ms`];
      rows.set(name, [...(rows.get(name) ?? []), ...cells]);
    }
  }
  for (const [name, cells] of rows) console.log(`| ${name} | ${cells.join(" | ")} |`);
}

interface Contender {
  readonly verify: (given: string) => Promise<unknown>;
  /** What it is given in place of tokens. */
  readonly given?: readonly string[];
  /** Before each round. */
  readonly prepare?: () => Promise<unknown>;
}

/** @param forgets before each round, so that no token of it is known; each is hashed and remembered all the same */
function ourCheck(issuer: string, forgets: boolean, how: Partial<AuthorizerWorld>): Contender {
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  const rules = { discoveryUrl, allowedAudience: ["api"] };
  const newKeys = () => signingKeys(discoveryUrl, { fetch, now: Date.now });
  let keys = newKeys();
  return {
    async prepare() {
      if (forgets) keys = newKeys();
      await keys.current();
    },
    async verify(header) {
      const decision = await authorize(header, rules, { keys, now: Date.now, clockSkewSeconds: 0, ...how });
      if (decision.kind !== "allowed") throw new Error(decision.kind);
    },
  };
}

interface Started {
  readonly child: Asked;
  readonly url: string;
}

async function start(
  kind: ServerKind,
  alg: Algorithm,
  more: Partial<Extract<ServerQuestion, { what: "start" }>> = {},
): Promise<Started> {
  const child = startChild("gatewayServers.mjs", ["--expose-gc"]);
  const { url } = await child.ask<{ url: string }>({ what: "start", kind, issuer: issuers[alg].issuer, ...more });
  return { child, url };
}

async function load(url: string, token: string, message: object, limit: Partial<autocannon.Options>) {
  const result = await autocannon({
    url,
    method: "POST",
    headers: {
      authorization: `Bearer ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    },
    body: JSON.stringify(message),
    connections: 10,
    ...limit,
  });
  if (result.non2xx > 0 || result.errors > 0) {
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} failed, ${result.timeouts} timed out`);
  }
  return result;
}

/** Requests with a token, each server in a process of its own. */
async function loads(): Promise<void> {
  console.log("\n### Authorised requests over HTTP, the server on one core, 10 connections\n");
  console.log("| | RS256 per second | p99 | ES256 per second | p99 |\n|---|---|---|---|---|");
  const kinds: readonly (readonly [string, ServerKind, object])[] = [
    ["`node:http`, no check at all", "unchecked", ping],
    ["Express with `jose.jwtVerify`", "jose", ping],
    ["Express with `aws-jwt-verify`", "awsJwtVerify", ping],
    ["Express with `express-oauth2-jwt-bearer`", "expressOauth2", ping],
    ["the gateway, `ping`", "gateway", ping],
    ["the gateway, `tools/call` of a target in its process", "gateway", call("t0___tool0")],
  ];
  const rows = new Map<string, string[]>();
  for (const alg of ["RS256", "ES256"] as const) {
    say(`sending requests with ${alg} tokens`);
    const [token = ""] = await issuers[alg].tokens(1);
    const servers = await Promise.all(kinds.map(([, kind]) => start(kind, alg)));
    const rates = kinds.map(() => [] as number[]);
    const p99s = kinds.map(() => [] as number[]);
    for (let round = 0; round <= ROUNDS; round++) {
      for (const [at, [, , message]] of kinds.entries()) {
        const duration = round === 0 ? Math.min(1, SECONDS) : SECONDS;
        const { requests, latency } = await load(servers[at]?.url ?? "", token, message, { duration });
        if (round === 0) continue;
        rates[at]?.push(requests.average);
        p99s[at]?.push(latency.p99);
      }
    }
    await Promise.all(servers.map(({ child }) => child.stop()));
    for (const [at, [name]] of kinds.entries()) {
      rows.set(name, [...(rows.get(name) ?? []), f(median(rates[at] ?? [])), `${f(median(p99s[at] ?? []), 1)} ms`]);
    }
  }
  for (const [name, cells] of rows) console.log(`| ${name} | ${cells.join(" | ")} |`);
}

/** One call after the other, directly to a real MCP server and through the gateway. */
async function addedToACall(): Promise<void> {
  say("calling a target directly and through the gateway");
  const port = await freePort();
  const program = "node_modules/@modelcontextprotocol/server-everything/dist/index.js";
  const target = spawn(process.execPath, [program, "streamableHttp"], {
    env: { ...process.env, PORT: String(port) },
    stdio: "ignore",
  });
  const targetUrl = `http://127.0.0.1:${port}/mcp`;
  while (!(await fetch(targetUrl).catch(() => undefined))) await new Promise((resolve) => setTimeout(resolve, 50));
  const kinds = ["bytePipe", "sdkEnds", "gateway"] as const;
  const servers = await Promise.all(kinds.map((kind) => start(kind, "RS256", { targetUrl })));
  const [token = ""] = await issuers.RS256.tokens(1);
  const clients = await Promise.all([targetUrl, ...servers.map(({ url }) => url)].map((url) => client(url, token)));
  const names = ["directly", "through `node:http` that passes the bytes on", "through the SDK's two ends and no more"];
  const ways = [...names, "through the gateway"].map((name, at) => ({
    name,
    times: [] as number[],
    call: () => clients[at]?.callTool({ name: at === 3 ? "t0___echo" : "echo", arguments: { message: "hello" } }),
  }));
  for (let at = -50; at < CALLS; at++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const way = ways[(turn + at + 50) % ways.length];
      const begun = performance.now();
      await way?.call();
      if (at >= 0) way?.times.push(performance.now() - begun);
    }
  }
  await Promise.all(clients.map((one) => one.close()));
  await Promise.all(servers.map(({ child }) => child.stop()));
  target.kill();
  console.log(`\n### What is added to a call of server-everything over HTTP (${CALLS} calls each, in turns)\n`);
  console.log("| | median | added | p99 | added |\n|---|---|---|---|---|");
  const direct = ways[0]?.times ?? [];
  for (const { name, times } of ways) {
    const cells = [median, (all: number[]) => percentile(all, 0.99)].flatMap((of) => {
      return [`${f(of(times), 2)} ms`, times === direct ? "" : `${f(of(times) - of(direct), 2)} ms`];
    });
    console.log(`| ${name} | ${cells.join(" | ")} |`);
  }
}

async function client(url: string, token: string): Promise<Client> {
  const one = new Client({ name: "bench", version: "1.0.0" }, { versionNegotiation: { mode: "legacy" } });
  const headers = { authorization: `Bearer ${token}` };
  await one.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }));
  return one;
}

async function manyConnections(): Promise<void> {
  say("holding 1,000 connections");
  const { child, url } = await start("gateway", "RS256");
  const [token = ""] = await issuers.RS256.tokens(1);
  const before = await child.ask<{ rss: number }>({ what: "memory" });
  const { requests, latency } = await load(url, token, ping, { connections: 1000, duration: SECONDS, timeout: 30 });
  const after = await child.ask<{ rss: number }>({ what: "memory" });
  await child.stop();
  console.log("\n### 1,000 connections at once, each asking again when it has its answer\n");
  console.log("| answered | refused or failed | per second | p99 | memory before | after |\n|---|---|---|---|---|---|");
  const memory = [before.rss, after.rss].map((bytes) => `${f(bytes / mebibyte)} MiB`).join(" | ");
  console.log(`| ${f(requests.total)} | 0 | ${f(requests.average)} | ${f(latency.p99)} ms | ${memory} |`);
}

async function manyCalls(): Promise<void> {
  const total = SECONDS < 1 ? 10_000 : 100_000;
  const rows = new Map<number, string[]>();
  for (const where of ["in its process", "over HTTP"]) {
    say(`making ${f(total)} calls of a target ${where}`);
    const { child, url, stop } = await startWith(1, where === "over HTTP");
    const tokens = await issuers.RS256.tokens(50);
    for (let done = 0; done <= total; done += total / 10) {
      const { heapUsed, rss } = await child.ask<{ heapUsed: number; rss: number }>({ what: "memory" });
      const cells = [`${f(heapUsed / mebibyte, 1)} MiB`, `${f(rss / mebibyte)} MiB`];
      rows.set(done, [...(rows.get(done) ?? []), ...cells]);
      const token = tokens[(done / (total / 10)) % tokens.length] ?? "";
      if (done < total) await load(url, token, call("t0___tool0"), { amount: total / 10 });
    }
    await stop();
  }
  console.log("\n### Memory after calls, garbage collected\n");
  console.log("| calls | heap, target in its process | resident | heap, target over HTTP | resident |");
  console.log("|---|---|---|---|---|");
  const shown = [...rows].filter((_, at) => [0, 1, 5, 10].includes(at));
  for (const [done, cells] of shown) console.log(`| ${f(done)} | ${cells.join(" | ")} |`);
}

async function manyTargets(): Promise<void> {
  const [token = ""] = await issuers.RS256.tokens(1);
  for (const where of ["in the gateway's process", "over HTTP, all in one other process"]) {
    say(`asking 1, 10 and 50 targets ${where}`);
    console.log(`\n### Targets ${where}, five tools each, one request after the other\n`);
    console.log("| targets | first `tools/list` | `tools/list`, median | `tools/call`, median | memory |");
    console.log("|---|---|---|---|---|");
    for (const targets of [1, 10, 50]) {
      const { child, url, stop } = await startWith(targets, where.startsWith("over HTTP"));
      await inTurn(url, token, ping, 50);
      const [first = 0] = await inTurn(url, token, toolsList, 1);
      const lists = await inTurn(url, token, toolsList, CALLS);
      const calls = await inTurn(url, token, call(`t${targets - 1}___tool0`), CALLS);
      const { rss } = await child.ask<{ rss: number }>({ what: "memory" });
      await stop();
      const times = [first, median(lists), median(calls)].map((ms) => `${f(ms, 2)} ms`);
      console.log(`| ${targets} | ${times.join(" | ")} | ${f(rss / mebibyte)} MiB |`);
    }
  }
}

/** A gateway with so many targets, in its process or over HTTP in another one. */
async function startWith(targets: number, overHttp: boolean) {
  if (!overHttp) {
    const { child, url } = await start("gateway", "RS256", { targets });
    return { child, url, stop: () => child.stop() };
  }
  const servers = startChild("gatewayServers.mjs");
  const { urls } = await servers.ask<{ urls: readonly string[] }>({ what: "httpTargets", count: targets });
  const { child, url } = await start("gateway", "RS256", { targetUrls: urls });
  return { child, url, stop: async () => void (await Promise.all([child.stop(), servers.stop()])) };
}

/** Milliseconds of each of so many requests, one after the other. */
async function inTurn(url: string, token: string, message: object, count: number): Promise<number[]> {
  const headers = {
    authorization: `Bearer ${token}`,
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
  };
  const times: number[] = [];
  for (let at = 0; at < count; at++) {
    const begun = performance.now();
    const response = await fetch(url, { method: "POST", headers, body: JSON.stringify(message) });
    await response.text();
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    times.push(performance.now() - begun);
  }
  return times;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address ? address.port : 0;
}
