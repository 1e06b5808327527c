import type { Json } from "../../../src/mcp/passThrough.ts";
import type { Era } from "../../../src/mcp/upstreamClient.ts";
import { until } from "../until.ts";
import type { Host, Said } from "./parityHost.ts";
import { APP, LONG_NAME } from "./parityItems.ts";
import type { ParityServer } from "./parityServer.ts";

export interface ProbeWorld {
  readonly host: Host;
  readonly server: ParityServer;
  /** The name that the host knows a tool or prompt by. */
  readonly named: (name: string) => string;
}

/** Something of the protocol, and what host and server see of it. */
export interface Probe {
  readonly name: string;
  /** The eras of hosts and of servers that have it, where not all do. */
  readonly only?: { readonly host: Era; readonly server?: Era };
  /** @returns plain data that is the same each time */
  run(world: ProbeWorld): Promise<Json>;
}

/** What a server reads in `_meta`, without what belongs to the connection or the request alone. */
function plain(params: Json): Json {
  const { _meta, inputResponses: _, requestState: __, ...rest } = params;
  const own = Object.entries({ ...(_meta as Json | undefined) }).filter(([key]) => !ofTheWire(key));
  return { ...rest, ...(own.length > 0 && { _meta: Object.fromEntries(own) }) };
}

const ofTheWire = (key: string) => key === "progressToken" || key.startsWith("io.modelcontextprotocol/");

/** Calls a tool, with all that the server and the host saw of it. */
async function called(world: ProbeWorld, name: string, params: Json = {}): Promise<Json> {
  const { host } = world;
  const [asked, told] = [host.asked.length, host.told.length];
  const got = await asks(world, "tools/call", { name: world.named(name), ...params });
  // A server may ask in one round what another asks in the next.
  return {
    ...got,
    asked: host.asked.slice(asked).map(({ method, params }) => ({ method, params: question(params) })),
    told: host.told.slice(told).filter(ofCalls).map(news),
  };
}

const LEVEL = "io.modelcontextprotocol/logLevel";

/** Requests something, with what the server saw of it. */
async function asks({ host, server }: ProbeWorld, method: string, params: Json): Promise<Json> {
  const from = server.received.length;
  const answer = await host.request(method, params, { progress: true });
  const saw = server.received.slice(from).filter((one) => one.method === method);
  return { answer: plain(answer), saw: saw.map(({ params }) => plain(params)).at(0) ?? null };
}

/** 2026-07-28 has no ids of pages, and the earlier era gives each a new one. */
function question({ elicitationId, ...params }: Json = {}): Json {
  return { ...plain(params), ...(elicitationId !== undefined && { elicitationId: "an id" }) };
}

const ofCalls = ({ method }: Said) => method === "notifications/progress" || method === "notifications/message";
const news = ({ method, params: { progressToken: _, ...params } }: Said) => ({ method, params: plain(params) });

async function list({ host }: Pick<ProbeWorld, "host">, method: string, field: string) {
  const pages: Json[] = [];
  for (let cursor: unknown; ; ) {
    const page: Json = await host.request(method, cursor === undefined ? {} : { cursor });
    pages.push(page);
    cursor = page.nextCursor;
    if (cursor === undefined) break;
  }
  return {
    items: pages.flatMap((page) => (page[field] ?? []) as Json[]),
    first: { ...plain(pages[0] ?? {}), [field]: undefined },
    pages: pages.length,
  };
}

/** Says that something changed until the host heard, since nobody says when a stream is open. */
async function heard({ host, server }: ProbeWorld, change: Parameters<ParityServer["tell"]>[0], method: string) {
  const found = await until(async () => {
    await server.tell(change);
    return host.told.find((one) => one.method === method);
  }, method);
  return news(found);
}

const lists: readonly Probe[] = [
  ["tools", "tools/list", "tools"],
  ["prompts", "prompts/list", "prompts"],
  ["resources", "resources/list", "resources"],
  ["resource templates", "resources/templates/list", "resourceTemplates"],
].map(([name = "", method = "", field = ""]) => ({
  name: `list of ${name}`,
  run: async (world) => ({ ...(await list(world, method, field)) }),
}));

const own = { _meta: { "example.com/from-host": { kept: [1, null] } } };
const awkward = { say: "\u2028 „ä“ 🎉 \u0000", deep: [[[{}]]], none: null, number: 1e21, "": "" };

export const probes: readonly Probe[] = [
  { name: "what the host learns of the server", run: async ({ host }) => host.learned },
  {
    name: "what the server learns of the host",
    async run({ host, server }) {
      await host.request("tools/list", {});
      const { params = {} } = server.received.findLast(({ method }) => method === "initialize") ?? {};
      const { _meta } = server.received.findLast(({ method }) => method === "tools/list")?.params ?? {};
      const meta = (_meta ?? {}) as Json;
      const said = (name: string) => params[name] ?? meta[`io.modelcontextprotocol/${name}`] ?? null;
      return { clientInfo: said("clientInfo"), capabilities: params.capabilities ?? said("clientCapabilities") };
    },
  },
  { name: "ping", only: { host: "legacy" }, run: async ({ host }) => await host.request("ping") },
  ...lists,
  { name: "tool call", run: (world) => called(world, "echo", { arguments: awkward, ...own, somethingNew: [1] }) },
  { name: "tool call without arguments", run: (world) => called(world, "echo") },
  { name: "tool call by a long name", run: (world) => called(world, LONG_NAME) },
  { name: "tool call that fails", run: (world) => called(world, "fail") },
  { name: "tool call that is refused", run: (world) => called(world, "refuse") },
  { name: "tool that there is not", run: (world) => called(world, "nothing-such") },
  { name: "progress", run: (world) => called(world, "slow") },
  {
    name: "cancellation",
    async run({ host, server, named }) {
      const enough = new AbortController();
      const called = host.request("tools/call", { name: named("wait") }, { signal: enough.signal });
      const arrived = () => server.received.some(({ params }) => params.name === "wait");
      await until(arrived, "the call");
      enough.abort("enough");
      await called;
      await until(() => server.cancelled.length > 0, "the end of the call");
      return { cancelled: server.cancelled };
    },
  },
  {
    name: "logging",
    async run(world) {
      const { host, server } = world;
      const inCall = { _meta: { [LEVEL]: "warning" } };
      const set = host.era === "legacy" ? await host.request("logging/setLevel", { level: "warning" }) : {};
      const saw = await called(world, "log", host.era === "legacy" ? {} : inCall);
      const level = server.received.findLast(({ method }) => method === "logging/setLevel")?.params.level;
      const { _meta } = server.received.findLast(({ params }) => params.name === "log")?.params ?? {};
      return { set: plain(set), ...saw, level: level ?? (_meta as Json | undefined)?.[LEVEL] ?? null };
    },
  },
  { name: "elicitation of a form", run: (world) => called(world, "ask-form") },
  { name: "elicitation of a page", run: (world) => called(world, "ask-page") },
  { name: "a page that has to be opened first", run: (world) => called(world, "needs-page") },
  { name: "sampling", run: (world) => called(world, "sample") },
  { name: "roots", run: (world) => called(world, "ask-roots") },
  {
    name: "changed roots",
    only: { host: "legacy", server: "legacy" },
    async run({ host, server }) {
      const method = "notifications/roots/list_changed";
      await host.notify(method);
      await until(() => server.received.some((one) => one.method === method), method);
      return { arrived: true };
    },
  },
  ...["test://one", "test://bytes", "test://nowhere"].map(
    (uri): Probe => ({
      name: `read of ${uri}`,
      run: (world) => asks(world, "resources/read", { uri, ...own }),
    }),
  ),
  {
    name: "resource by its template",
    run: (world) => asks(world, "resources/read", { uri: "test://oslo/weather" }),
  },
  {
    name: "MCP Apps: the page of a tool",
    run: (world) => asks(world, "resources/read", { uri: APP.uri }),
  },
  {
    name: "prompt",
    run: (world) => asks(world, "prompts/get", { name: world.named("greet"), arguments: { who: "Ada" }, ...own }),
  },
  {
    name: "completion of a prompt's argument",
    run: (world) =>
      asks(world, "completion/complete", {
        ref: { type: "ref/prompt", name: world.named("greet") },
        argument: { name: "who", value: "A" },
        context: { arguments: { other: "B" } },
      }),
  },
  {
    name: "completion of a template's argument",
    run: (world) =>
      asks(world, "completion/complete", {
        ref: { type: "ref/resource", uri: "test://{city}/weather" },
        argument: { name: "city", value: "O" },
      }),
  },
  {
    name: "news of changes",
    async run(world) {
      const uri = "test://one";
      const end = await world.host.listen(uri);
      const news = {
        resource: await heard(world, { uri }, "notifications/resources/updated"),
        tools: await heard(world, "tools", "notifications/tools/list_changed"),
        prompts: await heard(world, "prompts", "notifications/prompts/list_changed"),
        resources: await heard(world, "resources", "notifications/resources/list_changed"),
      };
      await end();
      return news;
    },
  },
  { name: "request of an extension", run: (world) => asks(world, "example.com/double", { number: 21, ...own }) },
  {
    name: "notification of an extension",
    async run({ host, server }) {
      await host.notify("notifications/example.com/hello", { said: "hi" });
      // What was sent before has arrived when the answer to this has.
      await host.request("tools/call", { name: "echo" });
      const method = "notifications/example.com/hello";
      return { saw: server.received.filter((one) => one.method === method).map(({ params }) => plain(params)) };
    },
  },
];

/** What is left at least of a name that is shortened. */
const SHORTENED = 30;

/** The names that a host has for the tools and prompts of a server. */
export async function namesOf(host: Host): Promise<ProbeWorld["named"]> {
  const listed = [
    ...(await list({ host }, "tools/list", "tools")).items,
    ...(await list({ host }, "prompts/list", "prompts")).items,
  ];
  const prefix = listed.map(({ name }) => /^\w+?___/.exec(String(name))?.[0]).find(Boolean) ?? "";
  const names = listed.map(({ name }) => String(name));
  return (name) => {
    const whole = `${prefix}${name}`;
    if (names.includes(whole)) return whole;
    return names.find((one) => one.startsWith(whole.slice(0, SHORTENED))) ?? whole;
  };
}
