import assert from "node:assert/strict";
import { test } from "node:test";
import { bridgeEntry, startHost, storageFolder } from "../support/bridgeHost.ts";
import { startEditor } from "../support/relayEditor.ts";
import { startGateway } from "../support/relayGateways.ts";
import { startRelay } from "../support/relayWorld.ts";
import { makeComputer, startStandalone } from "../support/standalone/startStandalone.ts";
import { patienceMs } from "../support/until.ts";

const EVENTS = { "content-type": "text/event-stream" };
const text = new TextEncoder();

/** A gateway that answers a call with a stream which it cuts, and that goes on in the next one, or knows nothing of it. */
async function startCutting(cuts: number, isKnown: boolean) {
  const seen = { calls: 0, resumed: [] as string[] };
  let id: unknown;
  const cut = (event: string) => {
    const begin = text.encode(event);
    return new Response(
      new ReadableStream({
        start: (stream) => stream.enqueue(begin),
        // What was sent is read before it breaks off.
        pull: (stream) => new Promise((done) => setTimeout(() => done(stream.error(new Error("cut"))), 50)),
      }),
      { headers: EVENTS },
    );
  };
  const gateway = await startGateway("legacy", 0, async (request) => {
    const resumed = request.headers.get("last-event-id");
    if (resumed !== null) {
      seen.resumed.push(resumed);
      if (!isKnown) return new Response("no such event", { status: 404 });
      if (seen.resumed.length < cuts) return cut(`id: event-${seen.resumed.length + 1}\nretry: 10\ndata:\n\n`);
      const result = { content: [{ type: "text", text: "done" }] };
      return new Response(`data: ${JSON.stringify({ jsonrpc: "2.0", id, result })}\n\n`, { headers: EVENTS });
    }
    if (request.method !== "POST") return undefined;
    const message = (await request.clone().json()) as { readonly id?: unknown; readonly method?: string };
    if (message.method !== "tools/call") return undefined;
    seen.calls += 1;
    id = message.id;
    return cut("id: event-1\nretry: 10\ndata:\n\n");
  });
  return { gateway, seen };
}

interface Agent {
  call(): Promise<string>;
  stop(): Promise<void>;
}

const textOf = (result: unknown): string => (result as { content: { text: string }[] }).content[0]?.text ?? "";
const limit = { timeout: patienceMs };

/** Who calls, by each of our programs. */
const agents: Readonly<Record<string, (url: string) => Promise<Agent>>> = {
  async window(url) {
    const world = await startRelay(url);
    const editor = await startEditor(world.socket, "test");
    return {
      call: async () => textOf(await editor.client.callTool({ name: "slow" }, undefined, limit)),
      async stop() {
        await editor.stop();
        await world.stop();
      },
    };
  },
  async bridge(url) {
    const world = await startRelay(url);
    const storage = await storageFolder();
    await storage.announce(world.socket);
    const host = await startHost(bridgeEntry(storage.folder, { waitMs: patienceMs }));
    return {
      call: async () => textOf(await host.client.callTool({ name: "slow" }, undefined, limit)),
      async stop() {
        await host.stop();
        await world.stop();
        await storage.remove();
      },
    };
  },
  async standalone(url) {
    const computer = makeComputer({});
    const { call, close } = await startStandalone([url, "--keychain", "off"], computer.env);
    return {
      call: () => call("slow"),
      async stop() {
        await close();
        computer.remove();
      },
    };
  },
};

for (const [name, start] of Object.entries(agents)) {
  test(`an answer whose stream is cut three times goes on where it was, and its call runs once: ${name}`, async () => {
    const { gateway, seen } = await startCutting(3, true);
    const agent = await start(gateway.url);
    try {
      const said = await agent.call();
      assert.deepEqual({ said, ...seen }, { said: "done", calls: 1, resumed: ["event-1", "event-2", "event-3"] });
    } finally {
      await agent.stop();
      await gateway.stop();
    }
  });

  test(`an answer whose stream is cut, at a gateway that knows nothing of it, is told, and its call runs once: ${name}`, async () => {
    const { gateway, seen } = await startCutting(1, false);
    const agent = await start(gateway.url);
    try {
      const said = await agent.call();
      assert.deepEqual(
        { told: /may have taken effect/.test(said), ...seen },
        { told: true, calls: 1, resumed: ["event-1"] },
        said,
      );
    } finally {
      await agent.stop();
      await gateway.stop();
    }
  });
}
