import assert from "node:assert/strict";
import { test } from "node:test";
import { ToolListChangedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import type { Catalogue } from "../../src/relay/catalogue.ts";
import { startEditor } from "../support/relayEditor.ts";
import { startGateway, type TestGateway } from "../support/relayGateways.ts";
import { type RelayWorldForTests, startRelay } from "../support/relayWorld.ts";
import { until } from "../support/until.ts";

const remembered = (era: "legacy" | "modern"): Catalogue => ({
  era,
  serverInfo: { name: "everything-we-need", version: "9.9.9" },
  capabilities: { tools: { listChanged: true } },
  instructions: "As it was.",
  tools: [{ name: "old", inputSchema: { type: "object" } }],
  prompts: [],
  resources: [],
  resourceTemplates: [],
  readAt: 0,
});

async function worlds(
  era: "legacy" | "modern",
  options: { catalogue?: Catalogue; signedIn?: boolean },
  body: (gateway: TestGateway, world: RelayWorldForTests) => Promise<void>,
): Promise<void> {
  const gateway = await startGateway(era);
  const world = await startRelay(gateway.url, { catalogue: options.catalogue });
  world.access.signedIn = options.signedIn ?? true;
  try {
    await body(gateway, world);
  } finally {
    await world.stop();
    await gateway.stop();
  }
}

const textOf = (result: unknown) => ((result as { content?: { text: string }[] }).content ?? [])[0]?.text ?? "";

test("a signed-out start asks nobody, sends nothing, and lists nothing it never had", async () => {
  await worlds("legacy", { signedIn: false }, async (_gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    assert.deepEqual(
      {
        tools: (await editor.client.listTools()).tools,
        prompts: (await editor.client.listPrompts()).prompts,
        resources: (await editor.client.listResources()).resources,
        completion: (
          await editor.client.complete({ ref: { type: "ref/prompt", name: "x" }, argument: { name: "y", value: "z" } })
        ).completion.values,
        level: await editor.client.setLoggingLevel("debug"),
        asked: world.access.prompts,
        sent: world.access.sent,
      },
      { tools: [], prompts: [], resources: [], completion: [], level: {}, asked: [], sent: [] },
    );
    await editor.stop();
  });
});

test("a signed-out server still lists the tools it had, with its instructions", async () => {
  await worlds("legacy", { signedIn: false, catalogue: remembered("legacy") }, async (_gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    assert.deepEqual(
      {
        tools: (await editor.client.listTools()).tools.map((tool) => tool.name),
        instructions: editor.client.getInstructions(),
        asked: world.access.prompts,
        sent: world.access.sent,
      },
      { tools: ["old"], instructions: "As it was.", asked: [], sent: [] },
    );
    await editor.stop();
  });
});

for (const era of ["legacy", "modern"] as const) {
  test(`${era} gateway, remembered and signed in: at most four HTTP requests before the first tool list`, async () => {
    await worlds(era, { catalogue: remembered(era) }, async (gateway, world) => {
      // One page only, so that what is counted is the way there.
      const sentBeforeList: string[] = [];
      const original = world.access.intercept;
      world.access.intercept = (method, rpc) => {
        if (rpc === "tools/list" && sentBeforeList.length === 0) sentBeforeList.push(...world.access.sent);
        return original?.(method, rpc);
      };
      const editor = await startEditor(world.socket, "test");
      await editor.client.listTools();
      assert.deepEqual(
        {
          few: sentBeforeList.length <= 4,
          first: sentBeforeList.filter((sent) => !/^GET$|listen/.test(sent)),
          gateway: gateway.calls,
        },
        {
          few: true,
          first:
            era === "legacy"
              ? ["initialize", "notifications/initialized", "tools/list"]
              : ["server/discover", "tools/list"],
          gateway: [],
        },
      );
      await editor.stop();
    });
  });

  test(`${era} gateway: a call while signed out asks once and is then answered`, async () => {
    await worlds(era, { signedIn: false }, async (gateway, world) => {
      const editor = await startEditor(world.socket, "test");
      const result = await editor.client.callTool({ name: "echo", arguments: { b: 2 } });
      assert.deepEqual(
        {
          text: textOf(result),
          isError: result.isError,
          asked: world.access.prompts,
          calls: gateway.calls,
          refusals: editor.seen.filter(({ status }) => status >= 400),
        },
        { text: '{"b":2}', isError: undefined, asked: ["sign_in_needed"], calls: ["echo"], refusals: [] },
      );
      await editor.stop();
    });
  });
}

test("a sign-in that is cancelled becomes words the agent can read, and never a 401", async () => {
  await worlds("legacy", { signedIn: false }, async (gateway, world) => {
    world.access.onPrompt = async () => ({ kind: "cancelled" });
    const editor = await startEditor(world.socket, "test");
    const result = await editor.client.callTool({ name: "echo" });
    const prompt = await editor.client.getPrompt({ name: "greet" }).catch((error: Error) => error.message);
    assert.deepEqual(
      {
        isError: result.isError,
        says: textOf(result).includes("Sign In"),
        prompt: String(prompt).includes("Sign In"),
        asked: world.access.prompts.length,
        calls: gateway.calls,
        refusals: editor.seen.filter(({ status }) => status >= 400),
      },
      { isError: true, says: true, prompt: true, asked: 2, calls: [], refusals: [] },
    );
    await editor.stop();
  });
});

test("a call the token does not reach asks for more once, then goes through; if it still does not, it says so", async () => {
  await worlds("legacy", {}, async (_gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    world.access.lackingScope.add("echo");
    const reached = await editor.client.callTool({ name: "echo", arguments: { c: 3 } });
    world.access.lackingScope.add("echo");
    world.access.onPrompt = async () => ({ kind: "signedIn" });
    const refused = await editor.client.callTool({ name: "echo" });
    assert.deepEqual(
      {
        reached: textOf(reached),
        refused: refused.isError,
        says: textOf(refused).includes("write"),
        asked: world.access.prompts,
      },
      { reached: '{"c":3}', refused: true, says: true, asked: ["insufficient_scope", "insufficient_scope"] },
    );
    await editor.stop();
  });
});

test("an editor that cancels while the sign-in is open stops waiting for it", async () => {
  await worlds("legacy", { signedIn: false }, async (gateway, world) => {
    const open = new AbortController();
    let ended = false;
    world.access.onPrompt = (signal) =>
      new Promise((resolve) => {
        signal.addEventListener("abort", () => {
          ended = true;
          resolve({ kind: "cancelled" });
        });
        open.abort();
      });
    const editor = await startEditor(world.socket, "test");
    const cancel = new AbortController();
    open.signal.addEventListener("abort", () => cancel.abort("enough"));
    const result = await editor.client
      .callTool({ name: "echo" }, undefined, { signal: cancel.signal })
      .catch(() => "gave up");
    await until(() => ended, "the end of the waiting");
    assert.deepEqual({ result, calls: gateway.calls }, { result: "gave up", calls: [] });
    await editor.stop();
  });
});

test("a session the gateway forgot is opened again, and the call is made once", async () => {
  await worlds("legacy", {}, async (gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    await editor.client.callTool({ name: "echo" });
    await gateway.forgetSessions();
    const result = await editor.client.callTool({ name: "slow" });
    assert.deepEqual(
      { text: textOf(result), calls: gateway.calls, sessions: gateway.sessions.size },
      { text: "done", calls: ["echo", "slow"], sessions: 1 },
    );
    await editor.stop();
  });
});

test("a call that certainly was not sent is repeated; one that may have had effects is not", async () => {
  await worlds("legacy", {}, async (gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    await editor.client.listTools();
    let refuse = 1;
    world.access.intercept = (_method, rpc) => {
      if (rpc === "tools/call" && refuse-- > 0) {
        throw Object.assign(new TypeError("fetch failed"), {
          cause: Object.assign(new Error(), { code: "ECONNREFUSED" }),
        });
      }
      return undefined;
    };
    const repeated = await editor.client.callTool({ name: "log" });
    world.access.intercept = undefined;
    const lost = editor.client.callTool({ name: "slow", arguments: { forever: true } });
    await until(() => gateway.calls.includes("slow"), "the call at the gateway");
    gateway.dropStreams();
    const told = await lost;
    assert.deepEqual(
      {
        repeated: textOf(repeated),
        isError: told.isError,
        says: textOf(told).includes("may have taken effect"),
        calls: gateway.calls,
      },
      { repeated: "logged", isError: true, says: true, calls: ["log", "slow"] },
    );
    await editor.stop();
  });
});

test("signing out ends the sessions at the gateway, keeps the editor's, and the next call asks", async () => {
  await worlds("legacy", {}, async (gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    await editor.client.listTools();
    await world.relay.reset();
    world.access.signedIn = false;
    const sessions = gateway.sessions.size;
    const listed = (await editor.client.listTools()).tools.length;
    const silent = [...world.access.prompts];
    await editor.client.callTool({ name: "echo" });
    assert.deepEqual(
      {
        sessions,
        listed,
        silent,
        asked: world.access.prompts,
        deleted: world.access.sent.filter((sent) => sent === "DELETE").length,
      },
      { sessions: 0, listed: 9, silent: [], asked: ["sign_in_needed"], deleted: 1 },
    );
    await editor.stop();
  });
});

test("another account gets a session of its own; the same account keeps its one", async () => {
  await worlds("legacy", {}, async (gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    await world.relay.signedIn("ada");
    await editor.client.callTool({ name: "echo" });
    const adas = [...gateway.sessions.keys()];
    await world.relay.signedIn("ada");
    const still = [...gateway.sessions.keys()];
    await world.relay.signedIn("grace");
    await editor.client.callTool({ name: "echo" });
    await until(() => gateway.sessions.size === 1, "the end of the first account's session");
    const graces = [...gateway.sessions.keys()];
    assert.deepEqual({ same: still, other: graces.some((id) => adas.includes(id)) }, { same: adas, other: false });
    await editor.stop();
  });
});

test("after a sign-in an editor is told when its list differs from what it was given", async () => {
  await worlds("legacy", { signedIn: false, catalogue: remembered("legacy") }, async (_gateway, world) => {
    let changes = 0;
    const editor = await startEditor(world.socket, "test", {
      prepare: (client) => client.setNotificationHandler(ToolListChangedNotificationSchema, () => void changes++),
    });
    const before = (await editor.client.listTools()).tools.map((tool) => tool.name);
    await until(() => editor.seen.some(({ method }) => method === "GET"), "the editor's stream");
    world.access.signedIn = true;
    await world.relay.signedIn("ada");
    await until(() => changes > 0, "the announcement");
    const after = (await editor.client.listTools()).tools.length;
    assert.deepEqual(
      {
        before,
        after,
        changes,
        asked: world.access.prompts,
        kept: world.catalogue?.tools.length,
        told: world.toolsChanged.length,
      },
      { before: ["old"], after: 9, changes: 1, asked: [], kept: 9, told: 1 },
    );
    await editor.stop();
  });
});

test("a gateway that left the era it was remembered for is met in its new one", async () => {
  await worlds("modern", { catalogue: remembered("legacy") }, async (_gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    const result = await editor.client.callTool({ name: "echo", arguments: { d: 4 } });
    assert.deepEqual({ text: textOf(result), era: world.relay.catalogue()?.era }, { text: '{"d":4}', era: "modern" });
    await editor.stop();
  });
});

test("an editor that stops the server ends its session at the gateway", async () => {
  await worlds("legacy", {}, async (gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    const other = await startEditor(world.socket, "test");
    await editor.client.callTool({ name: "echo" });
    await other.client.callTool({ name: "echo" });
    const two = gateway.sessions.size;
    await editor.stop();
    await until(() => gateway.sessions.size === 1, "the end of one session");
    assert.deepEqual({ two, still: textOf(await other.client.callTool({ name: "echo" })) }, { two: 2, still: "{}" });
    await other.stop();
  });
});

test("the extension lists and calls without HTTP on its side, asks when it must, and is told failures as they are", async () => {
  await worlds("legacy", {}, async (gateway, world) => {
    const tools = (await world.relay.listTools()).map((tool) => tool.name);
    const steps: unknown[] = [];
    const slow = await world.relay.own.callTool(
      "slow",
      {},
      { onprogress: (progress) => steps.push(progress.progress) },
    );
    await world.relay.reset();
    world.access.signedIn = false;
    const list = await world.relay.listTools().catch((error) => error.code);
    const echo = await world.relay.own.callTool("echo", { e: 5 });
    world.access.intercept = () =>
      new Response("<html>down</html>", { status: 503, headers: { "content-type": "text/html" } });
    const down = await world.relay.own
      .callTool("echo", {})
      .catch((error) => ({ code: error.code, status: error.facts.status }));
    assert.deepEqual(
      {
        tools: tools.length,
        slow: textOf(slow),
        steps,
        list,
        echo: textOf(echo),
        asked: world.access.prompts,
        down,
        calls: gateway.calls,
      },
      {
        tools: 9,
        slow: "done",
        steps: [1, 2, 3],
        list: "sign_in_needed",
        echo: '{"e":5}',
        asked: ["sign_in_needed"],
        down: { code: "gateway_error", status: 503 },
        calls: ["slow", "echo"],
      },
    );
  });
});

test("a person who calls a tool, gets a prompt or reads a resource is told an error of JSON-RPC in its own words", async () => {
  for (const era of ["legacy", "modern"] as const) {
    await worlds(era, {}, async (_, world) => {
      const { own } = world.relay;
      const found = (act: Promise<unknown>) =>
        act.catch(({ code, facts }) => ({ code, what: facts.what, error: facts.error, words: facts.words }));
      const prompt = await own.getPrompt("greet", { who: "Ada" });
      const resource = await own.readResource("test://one");
      const completed = await own.complete({
        ref: { type: "ref/prompt", name: "greet" },
        argument: { name: "who", value: "A" },
      });
      const refused = (await found(own.callTool("refuse", {}))) as Record<string, unknown>;
      assert.deepEqual(
        {
          prompt: Array.isArray(prompt.messages),
          resource: Array.isArray(resource.contents),
          completed: completed.length > 0,
          refused: { ...refused, words: String(refused.words).includes("make no sense") },
        },
        {
          prompt: true,
          resource: true,
          completed: true,
          refused: { code: "answered_with_error", what: "refuse", error: -32602, words: true },
        },
      );
    });
  }
});

test("closing the relay ends every session at the gateway", async () => {
  await worlds("legacy", {}, async (gateway, world) => {
    const editor = await startEditor(world.socket, "test");
    await editor.client.callTool({ name: "echo" });
    await world.relay.own.callTool("echo", {});
    const open = gateway.sessions.size;
    await world.relay.close();
    assert.deepEqual({ open, left: gateway.sessions.size }, { open: 2, left: 0 });
    await editor.client.close();
  });
});
