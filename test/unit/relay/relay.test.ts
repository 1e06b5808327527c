import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Server } from "@modelcontextprotocol/server";
import { ToolsOfAgents } from "../../../src/connections/toolRules/toolsOfAgents.ts";
import { GatewayFailure } from "../../../src/failures/failure.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import { silentLog } from "../../../src/lib/log.ts";
import type { Json } from "../../../src/mcp/passThrough.ts";
import type { Catalogue } from "../../../src/relay/catalogue.ts";
import type { SignInEnding } from "../../../src/relay/gatewayAccess.ts";
import { Relay } from "../../../src/relay/relay.ts";
import { soon, upstreamServer } from "../../support/mcpKernel.ts";
import { askedOverWeb } from "../../support/webExchange.ts";

const tool = (name: string) => ({ name, inputSchema: { type: "object" } });

/** A relay to a gateway without a network, a person whose sign-in is a switch, and editors in either era. */
function startRelay({
  catalogue,
  era = "legacy" as "legacy" | "modern",
}: {
  catalogue?: Catalogue;
  era?: "legacy" | "modern";
} = {}) {
  const tools = [tool("echo")];
  const server = upstreamServer(era, () => {
    const made = new Server(
      { name: "gate", version: "1" },
      { capabilities: { tools: {}, completions: {}, prompts: {} } },
    );
    made.setRequestHandler("tools/list", async () => ({ tools }) as never);
    made.setRequestHandler("tools/call", async ({ params }) => {
      if (params.name === "refuse") throw Object.assign(new Error("No such thing"), { code: -32602 });
      return { content: [{ type: "text" as const, text: params.name }] };
    });
    made.setRequestHandler("completion/complete", async () => ({ completion: { values: ["done"] } }));
    return made;
  });
  const person = {
    signedIn: true,
    asked: [] as string[],
    ending: { kind: "signedIn" } as SignInEnding,
    lacksScope: false,
  };
  const clock = { now: 0 };
  const hidden: string[] = [];
  const relay = new Relay(
    { id: "id", name: "Test", url: "https://gate.example/mcp", version: "1" },
    {
      access: {
        async fetch(url, init) {
          if (!person.signedIn) throw new GatewayFailure("sign_in_needed", { gateway: "Test" });
          if (person.lacksScope)
            throw new GatewayFailure("insufficient_scope", { gateway: "Test", needed: ["w"], granted: [] });
          return await server.fetch(url, init);
        },
        ready: async () => person.signedIn,
        async signIn(because) {
          person.asked.push(because);
          if (person.ending.kind === "signedIn") Object.assign(person, { signedIn: true, lacksScope: false });
          return person.ending;
        },
      },
      failureWords: failureText,
      agentTools: new ToolsOfAgents("Test", () => ({ hidden, rules: [] })),
      catalogue: { read: () => catalogue, write: async () => {} },
      log: silentLog,
      now: () => clock.now,
    },
  );
  const post = async (body: object, headers: Record<string, string> = {}) => {
    const init = {
      method: "POST",
      headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
      body: JSON.stringify(body),
    };
    const response = await askedOverWeb((asked) => relay.handle(asked), new Request("http://localhost/", init));
    const text = await response.text();
    const last = text.startsWith("{") ? text : [...text.matchAll(/^data: (.+)$/gm)].at(-1)?.[1];
    return { response, said: text, ...(last ? (JSON.parse(last) as { result?: Json; error?: Json }) : {}) };
  };
  /** An editor of today, with a session. */
  const startEditor = async () => {
    const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "editor", version: "1" } };
    const opened = await post({ jsonrpc: "2.0", id: 0, method: "initialize", params });
    const session = { "mcp-session-id": opened.response.headers.get("mcp-session-id") ?? "" };
    await post({ jsonrpc: "2.0", method: "notifications/initialized" }, session);
    return {
      capabilities: (opened.result?.capabilities ?? {}) as Json,
      /** The stream for what concerns no request; it ends with the relay. */
      listen: async () =>
        await askedOverWeb(
          (asked) => relay.handle(asked),
          new Request("http://localhost/", { headers: { accept: "text/event-stream", ...session } }),
        ),
      ask: async (method: string, asked: Json = {}) =>
        await post({ jsonrpc: "2.0", id: 1, method, params: asked }, session),
    };
  };
  return { relay, server, person, clock, tools, hidden, post, startEditor };
}

const kept: Catalogue = {
  era: "legacy",
  serverInfo: {},
  capabilities: { tools: {} },
  tools: [tool("kept")],
  prompts: [],
  resources: [],
  resourceTemplates: [],
  readAt: 0,
};

const namesOf = (result: Json | undefined) => ((result?.tools ?? []) as Json[]).map(({ name }) => name);
const textOf = (result: Json | undefined) => (result?.content as { text?: string }[] | undefined)?.[0]?.text ?? "";

test("a call asks the person to sign in once, and goes on with what they did", async () => {
  const { relay, person, startEditor } = startRelay();
  const { ask } = await startEditor();
  person.signedIn = false;
  const { result } = await ask("tools/call", { name: "echo" });
  await relay.close();
  assert.deepEqual({ text: textOf(result), asked: person.asked }, { text: "echo", asked: ["sign_in_needed"] });
});

test("a call whose scopes do not reach asks for more of them", async () => {
  const { relay, person, startEditor } = startRelay();
  const { ask } = await startEditor();
  person.lacksScope = true;
  const { result } = await ask("tools/call", { name: "echo" });
  await relay.close();
  assert.deepEqual({ text: textOf(result), asked: person.asked }, { text: "echo", asked: ["insufficient_scope"] });
});

test("a call that nobody signs in for is a result that says why, and nothing else is ever asked for", async () => {
  const { relay, person, startEditor } = startRelay();
  const { ask } = await startEditor();
  await ask("tools/list");
  person.signedIn = false;
  person.ending = { kind: "cancelled" };
  const { result } = await ask("tools/call", { name: "echo" });
  const silent = [
    await ask("tools/list"),
    await ask("completion/complete", { ref: { type: "ref/prompt", name: "x" } }),
  ];
  await relay.close();
  assert.deepEqual(
    {
      isError: result?.isError,
      says: /sign/i.test(textOf(result)),
      silent: silent.map((one) => one.result),
      asked: person.asked.length,
    },
    { isError: true, says: true, silent: [{ tools: [tool("echo")] }, { completion: { values: [] } }], asked: 1 },
  );
});

test("lists of a gateway that cannot be asked are the ones that it had, and nobody is asked", async () => {
  const { relay, server, person, startEditor } = startRelay({ catalogue: kept });
  person.signedIn = false;
  const { ask } = await startEditor();
  const names = namesOf((await ask("tools/list")).result);
  await relay.close();
  assert.deepEqual(
    { names, asked: person.asked, requested: server.requested },
    { names: ["kept"], asked: [], requested: [] },
  );
});

test("the gateway's own errors reach the editor as they are", async () => {
  const { relay, startEditor } = startRelay();
  const { error } = await (await startEditor()).ask("tools/call", { name: "refuse" });
  await relay.close();
  assert.deepEqual([error?.code, error?.message], [-32602, "No such thing"]);
});

test("an editor that was given a list is told when it differs after a sign-in, and one that was not is not", async () => {
  const { relay, person, tools, startEditor } = startRelay({ catalogue: kept });
  person.signedIn = false;
  const [one, other] = [await startEditor(), await startEditor()];
  await one.ask("tools/list");
  person.signedIn = true;
  tools.push(tool("more"));
  const streams = [await one.listen(), await other.listen()];
  await relay.signedIn("ada");
  const names = namesOf((await one.ask("tools/list")).result);
  await relay.close();
  const heard = await Promise.all(streams.map(async (stream) => (await stream.text()).includes("tools/list_changed")));
  assert.deepEqual({ heard, names }, { heard: [true, false], names: ["echo", "more"] });
});

test("before the gateway was ever reached the relay may turn out to have everything, and says itself what changes", async () => {
  const [fresh, known] = [startRelay(), startRelay({ catalogue: kept })];
  for (const { person } of [fresh, known]) person.signedIn = false;
  const capabilities = [(await fresh.startEditor()).capabilities, (await known.startEditor()).capabilities];
  await Promise.all([fresh.relay.close(), known.relay.close()]);
  assert.deepEqual(capabilities, [
    {
      tools: { listChanged: true },
      prompts: { listChanged: true },
      resources: { listChanged: true, subscribe: true },
      completions: {},
      logging: {},
    },
    { tools: { listChanged: true } },
  ]);
});

test("another person gets connections of their own; the same one keeps theirs", async () => {
  const { relay, server, startEditor } = startRelay();
  const { ask } = await startEditor();
  await ask("tools/call", { name: "echo" });
  const opened = () => server.requested.filter((method) => method === "initialize").length;
  const counts = [opened()];
  for (const who of ["ada", "ada", "eve"]) {
    await relay.signedIn(who);
    await ask("tools/call", { name: "echo" });
    counts.push(opened());
  }
  await relay.close();
  assert.deepEqual(counts, [1, 2, 2, 3]);
});

test("signing out ends the sessions at the gateway, and editors keep theirs", async () => {
  const { relay, server, startEditor } = startRelay();
  const { ask } = await startEditor();
  await ask("tools/call", { name: "echo" });
  await relay.reset();
  const left = server.sessions.size;
  const { result } = await ask("tools/call", { name: "echo" });
  await relay.close();
  const closed = (await askedOverWeb((asked) => relay.handle(asked), new Request("http://localhost/"))).status;
  assert.deepEqual(
    { left, again: textOf(result), after: server.sessions.size, closed },
    { left: 0, again: "echo", after: 0, closed: 404 },
  );
});

test("an editor never sees that a gateway refused with 403", async () => {
  const { relay, server, startEditor } = startRelay();
  const { ask } = await startEditor();
  server.intercept = ({ method }) => (method === "tools/call" ? new Response("no", { status: 403 }) : undefined);
  const { response, result } = await ask("tools/call", { name: "echo" });
  await relay.close();
  assert.deepEqual([response.status, result?.isError], [200, true]);
});

test("the extension's own calls connect by themselves and sign in as an editor's do", async () => {
  const { relay, person } = startRelay();
  person.signedIn = false;
  const result = await relay.own.callTool("echo", {});
  const names = (await relay.listTools()).map(({ name }) => name);
  await soon();
  const catalogue = relay.catalogue()?.tools.length;
  await relay.close();
  assert.deepEqual(
    { text: textOf(result), names, catalogue, asked: person.asked },
    { text: "echo", names: ["echo"], catalogue: 1, asked: ["sign_in_needed"] },
  );
});

test("an editor of 2026-07-28 needs one connection for lists and calls, whatever the gateway speaks", async () => {
  const counts: unknown[] = [];
  for (const era of ["legacy", "modern"] as const) {
    const { relay, server, post } = startRelay({ era });
    const _meta = {
      "io.modelcontextprotocol/protocolVersion": "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "editor", version: "2" },
      "io.modelcontextprotocol/clientCapabilities": { elicitation: { form: {} } },
    };
    const ask = async (method: string, params: Json) =>
      await post(
        { jsonrpc: "2.0", id: 1, method, params: { ...params, _meta } },
        {
          "mcp-protocol-version": "2026-07-28",
          "mcp-method": method,
          ...(params.name !== undefined && { "mcp-name": String(params.name) }),
        },
      );
    await ask("tools/list", {});
    const texts = [await ask("tools/call", { name: "echo" }), await ask("tools/call", { name: "echo" })].map(
      ({ result }) => textOf(result),
    );
    counts.push([
      ...texts,
      server.requested.filter((method) => method === "initialize" || method === "server/discover").length,
    ]);
    await relay.close();
  }
  // A server of the earlier era is first asked whether it speaks the later one.
  assert.deepEqual(counts, [
    ["echo", "echo", 2],
    ["echo", "echo", 1],
  ]);
});

test("a body that is no JSON, or does not say that it is, is refused", async () => {
  const { relay } = startRelay();
  const send = async (body: string, type: string) =>
    (
      await askedOverWeb(
        (asked) => relay.handle(asked),
        new Request("http://localhost/", { method: "POST", body, headers: { "content-type": type } }),
      )
    ).status;
  const statuses = [await send("{", "application/json"), await send("{}", "text/plain")];
  await relay.close();
  assert.deepEqual(statuses, [400, 415]);
});

/** A gateway behind a proxy that says that it is away. */
const away = (): Response => new Response("<html>Bad Gateway</html>", { status: 502 });

/** Lets the clock run until something holds, in steps that nothing is missed by. */
async function run(clock: TestContext["mock"]["timers"], holds: () => boolean): Promise<void> {
  for (let second = 0; second < 120 && !holds(); second++) {
    clock.tick(1000);
    for (let turn = 0; turn < 4; turn++) await soon();
  }
  assert.ok(holds());
}

test("a list is waited for while the gateway is away for a moment", async ({ mock }) => {
  const { relay, server, startEditor } = startRelay();
  server.intercept = away;
  mock.timers.enable({ apis: ["setTimeout"] });
  const editor = await startEditor();
  let listed: Json | undefined;
  void editor.ask("tools/list").then(({ result }) => {
    listed = result;
  });
  await soon();
  const before = listed;
  server.intercept = undefined;
  await run(mock.timers, () => listed !== undefined);
  await relay.close();
  assert.deepEqual([before, namesOf(listed)], [undefined, ["echo"]]);
});

/** What comes on a stream, from now on. */
function hearing(stream: Response): { heard(): string; readonly ended: Promise<void> | undefined } {
  let heard = "";
  const write = (text: string) => {
    heard += text;
  };
  const ended = stream.body
    ?.pipeThrough(new TextDecoderStream())
    .pipeTo(new WritableStream({ write }))
    .catch(() => {});
  return { heard: () => heard, ended };
}

for (const [what, tools] of [
  ["tools", [tool("echo")]],
  ["none", []],
] as const) {
  test(`a list that cannot be had is an error, and the editor is told when the gateway is back with ${what}`, async ({
    mock,
  }) => {
    const { relay, server, startEditor, tools: listed } = startRelay();
    listed.splice(0, listed.length, ...tools);
    server.intercept = away;
    mock.timers.enable({ apis: ["setTimeout"] });
    const editor = await startEditor();
    const stream = hearing(await editor.listen());
    let answer: Awaited<ReturnType<typeof editor.ask>> | undefined;
    void editor.ask("tools/list").then((one) => {
      answer = one;
    });
    await run(mock.timers, () => answer !== undefined);
    const tooEarly = stream.heard();
    server.intercept = undefined;
    await run(mock.timers, () => stream.heard().includes("notifications/tools/list_changed"));
    const names = namesOf((await editor.ask("tools/list")).result);
    await relay.close();
    await stream.ended;
    assert.deepEqual(
      { code: (answer?.error?.data as Json | undefined)?.code, tooEarly, names },
      { code: "gateway_error", tooEarly: "", names: tools.map(({ name }) => name) },
    );
  });
}

test("a hidden tool is not listed, a call to it reaches nobody, and an editor hears when that changes", async () => {
  const { relay, tools, hidden, startEditor } = startRelay();
  tools.push(tool("drop"));
  hidden.push("drop");
  const editor = await startEditor();
  const stream = hearing(await editor.listen());
  const first = namesOf((await editor.ask("tools/list")).result);
  const refused = (await editor.ask("tools/call", { name: "drop", arguments: {} })).result;
  const own = await relay.own.callTool("drop", {});
  hidden.pop();
  relay.settingsChanged();
  for (let turn = 0; turn < 20 && !stream.heard().includes("tools/list_changed"); turn++) await soon();
  const told = stream.heard().includes("tools/list_changed");
  const later = namesOf((await editor.ask("tools/list")).result);
  await relay.close();
  await stream.ended;
  assert.deepEqual(
    { first, refused: [refused?.isError, JSON.stringify(refused?.content).includes("hidden")], own, told, later },
    {
      ...{ first: ["echo"], refused: [true, true], own: { content: [{ type: "text", text: "drop" }] } },
      ...{ told: true, later: ["echo", "drop"] },
    },
  );
});

test("an editor hears of a gateway that was away for long as soon as somebody has seen it back", async ({ mock }) => {
  const { relay, server, startEditor } = startRelay();
  server.intercept = away;
  mock.timers.enable({ apis: ["setTimeout"] });
  const editor = await startEditor();
  const stream = hearing(await editor.listen());
  let answer: unknown;
  void editor.ask("tools/list").then((one) => {
    answer = one;
  });
  await run(mock.timers, () => answer !== undefined);
  for (let minute = 0; minute < 10; minute++) {
    mock.timers.tick(60_000);
    for (let turn = 0; turn < 4; turn++) await soon();
  }
  server.intercept = undefined;
  const before = stream.heard();
  const isServing = relay.isServing();
  relay.isBack();
  for (let turn = 0; turn < 20 && !stream.heard().includes("tools/list_changed"); turn++) await soon();
  const after = stream.heard();
  await relay.close();
  await stream.ended;
  assert.deepEqual(
    { isServing, before, told: after.includes("notifications/tools/list_changed") },
    { isServing: true, before: "", told: true },
  );
});

test("a list that the gateway does not have is empty while it is away, and one that was kept is the one that it had", async ({
  mock,
}) => {
  const { relay, server, startEditor } = startRelay({ catalogue: kept });
  server.intercept = away;
  mock.timers.enable({ apis: ["setTimeout"] });
  const editor = await startEditor();
  const asked = async (method: string) => {
    let answer: { readonly result?: Json } | undefined;
    void editor.ask(method).then((one) => {
      answer = one;
    });
    await run(mock.timers, () => answer !== undefined);
    return answer?.result;
  };
  const [tools, prompts] = [await asked("tools/list"), await asked("prompts/list")];
  await relay.close();
  assert.deepEqual([namesOf(tools), prompts], [["kept"], { prompts: [] }]);
});

test("a gateway that was restarted with other tools is found again, and the editor is told", async ({ mock }) => {
  const { relay, server, startEditor, tools } = startRelay();
  const editor = await startEditor();
  const stream = hearing(await editor.listen());
  const before = namesOf((await editor.ask("tools/list")).result);
  for (let turn = 0; turn < 50 && server.requested.at(-1) !== "GET"; turn++) await soon();
  mock.timers.enable({ apis: ["setTimeout"] });
  tools.push(tool("new"));
  const sessions = [...server.sessions.values()];
  server.sessions.clear();
  await Promise.all(sessions.map((session) => session.close()));
  await run(mock.timers, () => stream.heard().includes("notifications/tools/list_changed"));
  const after = namesOf((await editor.ask("tools/list")).result);
  await relay.close();
  await stream.ended;
  assert.deepEqual([before, after], [["echo"], ["echo", "new"]]);
});
