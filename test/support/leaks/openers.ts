import { setTimeout as delay } from "node:timers/promises";
import { CallerSession } from "../../../src/mcp/callerSession.ts";
import { CallerSessions } from "../../../src/mcp/callerSessions.ts";
import { askedOverWeb } from "../webExchange.ts";

// Run with --expose-gc: prints how many sessions are open, and how many of the requests that opened them are still in memory.
interface Opener {
  readonly name: string;
}

const sessions = new CallerSessions<Opener>({
  create: (id, _opener, onClosed) =>
    new CallerSession<Opener>(id, {
      serverInfo: { name: "us", version: "1" },
      capabilities: () => ({ tools: {} }),
      instructions: () => undefined,
      now: () => 0,
      route: () => ({ handle: async () => ({}), notify: async () => {}, sweep() {}, close: async () => {} }),
      onClosed,
    }),
  ownerOf: ({ name }) => name,
  isExpired: () => false,
});

async function open(): Promise<WeakRef<Opener>> {
  const opener: Opener = { name: "ada" };
  const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "editor", version: "2" } };
  const body = { jsonrpc: "2.0", id: 0, method: "initialize", params };
  const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const request = new Request("http://us.example/mcp", { method: "POST", headers });
  await (await askedOverWeb((asked) => sessions.handle(asked, body, opener), request)).text();
  return new WeakRef(opener);
}

const openers: WeakRef<Opener>[] = [];
for (let count = 0; count < 20; count++) openers.push(await open());
for (let round = 0; round < 10; round++) {
  (globalThis as { gc?: () => void }).gc?.();
  await delay(10);
}
// The last ones may be on the stack yet.
const kept = openers.slice(0, 15).filter((one) => one.deref() !== undefined).length;
console.log(JSON.stringify({ open: sessions.size, kept }));
process.exit(0);
