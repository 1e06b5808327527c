import { randomUUID } from "node:crypto";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { type HttpAnswer, type HttpFetch, wholeBody } from "../src/lib/httpPort.ts";
import { silentLog } from "../src/lib/log.ts";
import { emptyReply, type HttpReply, type ServedRequest } from "../src/lib/servedHttp.ts";
import type { Json } from "../src/mcp/passThrough.ts";
import { nobody } from "../src/mcp/peer.ts";
import { jsonBody } from "../src/mcp/servedBody.ts";
import { StreamableHttp } from "../src/mcp/streamableHttp.ts";
import { UpstreamConnection } from "../src/mcp/upstreamConnection.ts";
import { httpTransport } from "../src/mcp/watchedTransport.ts";
import { messagePieces } from "../src/mcp/wire/messageLine.ts";
import { startRelaySocket } from "../src/node/bridge/relaySocket.ts";
import { failingWhenBusy } from "../src/relay/busyFailure.ts";
import { startEditor } from "../test/support/relayEditor.ts";
import { socketAddress } from "../test/support/socketAddress.ts";
import type { Ours } from "./builds.ts";
import { add } from "./calls.ts";
import { startChild } from "./childProcess.ts";
import { type Contender, directly, throughRelay } from "./contenders.ts";
import { throughFetchPipe } from "./fetchPipe.ts";
import type { GatewayPlace } from "./gatewayProcess.ts";
import { machineLine } from "./machine.ts";
import { options } from "./options.ts";
import { seededRandom, shuffled } from "./random.ts";
import { median } from "./statistics.ts";

/**
 * Measures a call through the relay piece by piece, each rung with what the one before has and one piece more, so that it can
 * be seen which piece takes what. All of it runs in this process but the gateway, so that processor time says most.
 */
const { rounds, seed, before, versions } = options(process.argv.slice(2));
const random = seededRandom(seed);
/** Of each rung in a turn, and how many turns a round has. */
const [BLOCK, BLOCKS] = [5, 80];

const gateway = startChild("gatewayProcess.mjs");
const { gatewayUrl } = await gateway.ask<GatewayPlace>({ what: "start", supportedVersions: versions });
const stops: (() => Promise<unknown>)[] = [() => gateway.stop()];

const { coreSignIn, startRelayHost } = (await import(new URL("ours/now.mjs", import.meta.url).href)) as Ours;
const tokens = await coreSignIn(gatewayUrl);
const host = await startRelayHost(`${process.cwd()}/dist/relay.cjs`, gatewayUrl, tokens);
stops.push(() => host.stop());
const authorized = host.access("ladder").fetch;
const withToken: HttpFetch = (url, request = {}) =>
  fetch(url, { ...request, headers: { ...request.headers, authorization: `Bearer ${tokens.accessToken}` } });

type Handle = (request: ServedRequest) => Promise<HttpReply>;

async function rung(name: string, make: () => Handle): Promise<Contender> {
  let handle = make();
  const socket = await startRelaySocket({
    address: socketAddress(),
    secret: randomUUID(),
    find: () => ({ handle: (request) => handle(request), pipe: async () => {} }),
    log: silentLog,
  });
  stops.push(() => socket.stop());
  return {
    name,
    async connect() {
      handle = make();
      return await startEditor(socket, "rung");
    },
  };
}

const handedOn = ["content-type", "accept", "mcp-session-id", "mcp-protocol-version"];

/** Bytes go on and come back. */
const passing =
  (send: HttpFetch, redirect: "manual" | undefined, read: (answer: HttpAnswer) => Promise<Uint8Array>) =>
  (): Handle =>
  async ({ method, headers: given, body }) => {
    if (method !== "POST") return emptyReply(405);
    const headers: Record<string, string> = {};
    for (const name of handedOn) {
      const value = given.get(name);
      if (value !== null) headers[name] = value;
    }
    const { signal } = new AbortController();
    const text = Buffer.from(body).toString();
    const answer = await send(gatewayUrl, { method, headers, signal, body: text, ...(redirect && { redirect }) });
    const answered: Record<string, string> = {};
    for (const name of ["content-type", "mcp-session-id"]) {
      const value = answer.headers.get(name);
      if (value !== null) answered[name] = value;
    }
    return { status: answer.status, headers: answered, body: [await read(answer)] };
  };

const whole = (answer: HttpAnswer) => wholeBody(answer.body, 1e8);

/** Messages are read, and go on by our transport. */
const byTransport = (): Handle => {
  const transport = new StreamableHttp(new URL(gatewayUrl), { fetch: failingWhenBusy(authorized) });
  const waiting = new Map<unknown, (message: object) => void>();
  transport.onmessage = (message) => waiting.get((message as { id?: unknown }).id)?.(message);
  return async ({ method, body }) => {
    if (method !== "POST") return emptyReply(405);
    const message = jsonBody(body) as JSONRPCMessage;
    const { id } = message as { id?: unknown };
    if (id === undefined) {
      await transport.send(message);
      return emptyReply(202);
    }
    const answered = new Promise<object>((resolve) => waiting.set(id, resolve));
    await transport.send(message);
    const answer = await answered;
    waiting.delete(id);
    const { protocolVersion } = (answer as { result?: { protocolVersion?: string } }).result ?? {};
    if (protocolVersion !== undefined) transport.setProtocolVersion(protocolVersion);
    return {
      status: 200,
      headers: { "content-type": "application/json", "mcp-session-id": "one" },
      body: messagePieces(answer),
    };
  };
};

/** Messages are read, and go on by a connection with the SDK's client. */
const byConnection = (negotiation: "legacy" | { readonly pin: string }) => (): Handle => {
  let opened: Promise<UpstreamConnection> | undefined;
  const open = () =>
    UpstreamConnection.open({
      caller: { clientInfo: { name: "ladder", version: "1.0.0" }, capabilities: {} },
      peer: nobody,
      server: new URL(gatewayUrl),
      transport: async (connecting: () => AbortSignal | undefined) =>
        httpTransport({ url: gatewayUrl, fetch: failingWhenBusy(authorized) }, connecting),
      negotiation,
      era: undefined,
      connectTimeoutMs: 10_000,
      signal: new AbortController().signal,
      tool: () => undefined,
      onRelisted() {},
    });
  return async (request) => {
    if (request.method !== "POST") return emptyReply(405);
    const message = jsonBody(request.body) as unknown as { id?: unknown; method: string; params?: Json };
    const { id, method, params } = message;
    if (id === undefined) return emptyReply(202);
    opened ??= open();
    const connection = await opened;
    const { serverInfo, capabilities } = connection.identity;
    const result =
      method === "initialize"
        ? { protocolVersion: "2025-11-25", serverInfo, capabilities }
        : await connection.request({ method, params, options: { signal: request.signal, mayCarry: true } });
    return {
      status: 200,
      headers: { "content-type": "application/json", "mcp-session-id": "one" },
      body: messagePieces({ jsonrpc: "2.0", id, result }),
    };
  };
};

const pipe = await throughFetchPipe(gatewayUrl, tokens.accessToken);
stops.push(() => pipe.stop());
const buffered = async (answer: HttpAnswer) => Buffer.from(await (answer as unknown as Response).arrayBuffer());
const all: Contender[] = [
  directly(gatewayUrl, tokens.accessToken),
  pipe.contender,
  await rung("relay's socket", passing(withToken, undefined, buffered)),
  await rung("redirects seen", passing(withToken, "manual", buffered)),
  await rung("body in pieces", passing(withToken, "manual", whole)),
  await rung("token", passing(authorized, "manual", whole)),
  await rung("transport", byTransport),
  await rung("connection", byConnection("legacy")),
  await rung("connection, 2026-07-28", byConnection({ pin: "2026-07-28" })),
  throughRelay(host, "relay"),
];
if (before !== undefined) {
  const old = (await import(new URL("ours/before.mjs", import.meta.url).href)) as Ours;
  const oldHost = await old.startRelayHost(`${before}/dist/relay.cjs`, gatewayUrl, tokens);
  stops.push(() => oldHost.stop());
  all.push(throughRelay(oldHost, "relay, before"));
}

const wall = new Map<string, number[]>();
const used = new Map<string, number[]>();
for (let round = 0; round <= rounds; round++) {
  const connected = [];
  for (const one of all) connected.push({ name: one.name, ...(await one.connect()) });
  for (const { client } of connected) await client.listTools();
  for (let block = 0; block < BLOCKS; block++) {
    for (const { name, client } of shuffled(connected, random)) {
      const took: number[] = [];
      const start = process.cpuUsage();
      for (let call = 0; call < BLOCK; call++) {
        const begun = performance.now();
        await add(client);
        took.push(performance.now() - begun);
      }
      const { user, system } = process.cpuUsage(start);
      if (round === 0) continue;
      wall.set(name, [...(wall.get(name) ?? []), ...took]);
      used.set(name, [...(used.get(name) ?? []), (user + system) / BLOCK]);
    }
  }
  for (const { stop } of connected) await stop();
}
console.log(`${machineLine(rounds, seed)}\n`);
console.log("| | wall, median | over direct | by the pipe's | processor, median |\n|---|---|---|---|---|");
const micros = (name: string) => median(wall.get(name) ?? []) * 1000;
const base = micros("direct");
for (const { name } of all) {
  const over = micros(name) - base;
  const share = over / (micros("fetchPipe") - base);
  console.log(
    `| ${name} | ${micros(name).toFixed(0)} µs | ${over.toFixed(0)} µs | ${share.toFixed(2)}× | ${median(used.get(name) ?? []).toFixed(0)} µs |`,
  );
}
for (const stop of stops.reverse()) await stop();
// The connections of the rungs would look for their gateway for minutes.
process.exit();
