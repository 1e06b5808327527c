import assert from "node:assert/strict";
import { test } from "node:test";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type Seen, socketFetch } from "../support/relayEditor.ts";
import { startGateway, type TestGateway } from "../support/relayGateways.ts";
import { type RelayWorldForTests, startRelay } from "../support/relayWorld.ts";
import { until } from "../support/until.ts";

/** An editor of tomorrow: the SDK's v2 client, 2026-07-28 and nothing else. */
async function startModernEditor(world: RelayWorldForTests, prepare?: (client: Client) => void) {
  const seen: Seen[] = [];
  const client = new Client(
    { name: "editor", version: "2" },
    {
      versionNegotiation: { mode: { pin: "2026-07-28" } },
      capabilities: { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} },
    },
  );
  prepare?.(client);
  const transport = new StreamableHTTPClientTransport(new URL("http://localhost/test"), {
    fetch: socketFetch(world.socket, seen) as never,
  });
  await client.connect(transport);
  return { client, seen };
}

async function worlds(
  era: "legacy" | "modern",
  signedIn: boolean,
  body: (gateway: TestGateway, world: RelayWorldForTests) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway(era);
  const world = await startRelay(gateway.url);
  world.access.signedIn = signedIn;
  try {
    await body(gateway, world);
  } finally {
    await world.stop();
    await gateway.stop();
  }
}

const textOf = (result: { content: readonly unknown[] }) => (result.content as { text?: string }[])[0]?.text ?? "";

for (const era of ["legacy", "modern"] as const) {
  test(`an editor of 2026-07-28 and a ${era} gateway: lists, calls, progress, log messages and cancelling`, async () => {
    await worlds(era, true, async (gateway, world) => {
      const logs: unknown[] = [];
      const { client, seen } = await startModernEditor(world, (prepared) =>
        prepared.setNotificationHandler("notifications/message", ({ params }) => void logs.push(params.data)),
      );
      const steps: unknown[] = [];
      const cancel = new AbortController();
      assert.deepEqual(
        {
          server: client.getServerVersion()?.name,
          tools: (await client.listTools()).tools.length,
          echo: (await client.callTool({ name: "echo", arguments: { a: 1 } })).structuredContent,
          slow: textOf(
            await client.callTool({ name: "slow" }, { onprogress: (progress) => steps.push(progress.progress) }),
          ),
          steps,
          log: textOf(
            await client.callTool({ name: "log", _meta: { "io.modelcontextprotocol/logLevel": "warning" } as never }),
          ),
          logs,
          read: (await client.readResource({ uri: "test://one" })).contents.length,
          refuse: await client.callTool({ name: "refuse" }).catch((error) => error.code),
          forever: await client
            .callTool(
              { name: "slow", arguments: { forever: true } },
              { signal: cancel.signal, onprogress: () => cancel.abort("enough") },
            )
            .catch(() => "gave up"),
          cancelled: await until(() => gateway.cancelled.length > 0, "the cancelling").then(() => gateway.cancelled),
          refusals: seen.filter(({ status }) => status === 401 || status === 403),
        },
        {
          server: "Test",
          tools: 9,
          echo: { echoed: { a: 1 } },
          slow: "done",
          steps: [1, 2, 3],
          log: "logged",
          logs: [{ text: "from the tool" }],
          read: 1,
          refuse: -32602,
          forever: "gave up",
          cancelled: ["slow"],
          refusals: [],
        },
      );
      await client.close();
    });
  });

  test(`an editor of 2026-07-28 and a ${era} gateway: questions travel as results, each to the call it belongs to`, async () => {
    await worlds(era, true, async (gateway, world) => {
      const names = ["Ada", "Grace"];
      const { client } = await startModernEditor(world, (prepared) => {
        prepared.setRequestHandler("elicitation/create", async () => ({
          action: "accept",
          content: { name: names.shift() ?? "nobody" },
        }));
        prepared.setRequestHandler("sampling/createMessage", async () => ({
          model: "m",
          role: "assistant",
          content: { type: "text", text: "Hi" },
        }));
        prepared.setRequestHandler("roots/list", async () => ({ roots: [{ uri: "file:///work" }] }));
      });
      const [one, two] = await Promise.all([client.callTool({ name: "ask" }), client.callTool({ name: "ask" })]);
      const said = [textOf(one), textOf(two)].map((text) => /"name":"(\w+)"/.exec(text)?.[1]).sort();
      assert.deepEqual(
        {
          said,
          sample: textOf(await client.callTool({ name: "sample" })),
          roots: textOf(await client.callTool({ name: "roots" })),
          calls: gateway.calls.filter((name) => name === "ask").length,
        },
        {
          said: ["Ada", "Grace"],
          sample: '{"type":"text","text":"Hi"}',
          roots: '[{"uri":"file:///work"}]',
          // Both eras run the tool twice a call: the test gateway's handler is asked again with the answer.
          calls: 4,
        },
      );
      await client.close();
    });
  });

  test(`an editor of 2026-07-28 and a ${era} gateway: changes arrive on the stream that listens for them`, async () => {
    await worlds(era, true, async (gateway, world) => {
      const changes: string[] = [];
      const { client } = await startModernEditor(world, (prepared) => {
        prepared.setNotificationHandler("notifications/tools/list_changed", () => void changes.push("tools"));
        prepared.setNotificationHandler(
          "notifications/resources/updated",
          ({ params }) => void changes.push(params.uri),
        );
      });
      await client.listTools();
      const subscription = await client.listen({ toolsListChanged: true, resourceSubscriptions: ["test://one"] });
      await until(() => {
        void gateway.touchResource("test://one");
        return changes.includes("test://one");
      }, "the changed resource");
      await gateway.addTool("new");
      await until(() => changes.includes("tools"), "the changed list");
      assert.deepEqual((await client.listTools()).tools.at(-1)?.name, "new");
      await subscription.close();
      await client.close();
    });
  });
}

test("an editor of 2026-07-28 starts silently while signed out, and its first call asks once", async () => {
  await worlds("legacy", false, async (_gateway, world) => {
    const { client } = await startModernEditor(world);
    const tools = (await client.listTools()).tools;
    const silent = { asked: [...world.access.prompts], sent: [...world.access.sent] };
    const echo = textOf(await client.callTool({ name: "echo", arguments: { b: 2 } }));
    assert.deepEqual(
      { tools, silent, echo, asked: world.access.prompts },
      { tools: [], silent: { asked: [], sent: [] }, echo: '{"b":2}', asked: ["sign_in_needed"] },
    );
    await client.close();
  });
});
