import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayState } from "../../../../src/connections/gatewayState.ts";
import type { GatewaySummary } from "../../../../src/connections/gatewayStatus.ts";
import { Catalogues } from "../../../../src/connections/tree/catalogues.ts";
import { gatewayLook } from "../../../../src/connections/tree/gatewayLook.ts";
import { GatewayTree } from "../../../../src/connections/tree/gatewayTree.ts";
import type { LocalProgram, TreeNode } from "../../../../src/connections/tree/treeNode.ts";
import { type AnyFailure, type FailureCode, GatewayFailure } from "../../../../src/failures/failure.ts";
import { failureText } from "../../../../src/failures/failureText.ts";
import { english, type Translate } from "../../../../src/failures/translate.ts";
import type { TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import type { Catalogue, Listed } from "../../../../src/relay/catalogue.ts";
import { failureSamples } from "../../../support/failureSamples.ts";
import { resolvedConnection } from "../../../support/resolved.ts";

const server = { issuer: "https://login.example.com" };
const authorization = { kind: "oauth", server, clientId: "app", clientSource: "configured", scopes: [] } as const;
const resolved = resolvedConnection(authorization);

const tokens: TokenSet = {
  ...{ sessionId: "s", server, client: { clientId: "app", authMethod: "none" }, scopes: [] },
  ...{ account: { id: "ada", label: "Ada Lovelace" }, accessToken: "marked", issuedAt: 0 },
};

const refused = new GatewayFailure("gateway_refused_token", { gateway: "g", status: 401, error: "" }) as AnyFailure;
const gone = new GatewayFailure("gateway_unreachable", { url: "https://a.example", reason: "ECONNREFUSED" });

const states = {
  signedIn: { kind: "signedIn", tokens },
  open: { kind: "open" },
  signedOut: { kind: "signedOut" },
  signingIn: { kind: "signingIn" },
  attention: { kind: "attention", failure: refused },
} as const satisfies Record<string, GatewayState>;

const summary = (id: string, state: GatewayState, more: Partial<GatewaySummary> = {}): GatewaySummary => ({
  connection: { id, name: id, url: `https://${id.toLowerCase()}.example.com/mcp`, sessionId: "s", authorization },
  ...{ state, resolved, tools: undefined, ...more },
});

const catalogue = (lists: Partial<Catalogue>): Catalogue => ({
  ...{ era: "legacy", serverInfo: {}, capabilities: {}, readAt: 0 },
  ...{ tools: [], prompts: [], resources: [], resourceTemplates: [], ...lists },
});

/** A view whose catalogues are counted when they are read. */
function world() {
  const kept = new Map<string, Catalogue>();
  const changed: (TreeNode | undefined)[] = [];
  let reads = 0;
  const stamps = new Map<Catalogue, string>();
  const catalogues = new Catalogues({
    read: (id) => {
      reads++;
      return kept.get(id);
    },
    stamp(id) {
      const one = kept.get(id);
      if (!one) return undefined;
      if (!stamps.has(one)) stamps.set(one, String(stamps.size));
      return stamps.get(one);
    },
  });
  const words = { say: english, time: (moment: number) => `<${moment}>`, failureWords: failureText };
  /** What the editor finds wrong with the schemas of tools, by their names. */
  const invalid = new Map<string, readonly string[]>();
  const tree = new GatewayTree({
    ...{ catalogues, words, invalid: ({ name }) => invalid.get(name) ?? [] },
    onChanged: (node) => changed.push(node),
  });
  /** Shows what is open as the editor does. */
  const draw = (node?: TreeNode): TreeNode[] => {
    const children = [...tree.children(node)];
    for (const child of children) tree.look(child);
    return children;
  };
  const shown = (nodes: readonly TreeNode[]) =>
    nodes.map((node) => {
      const { label, description = "" } = tree.look(node);
      return `${label} ${description}`.trim();
    });
  return { kept, tree, changed, draw, shown, invalid, reads: () => reads };
}

const tool = (name: string, more: Listed = {}): Listed => ({ name, inputSchema: {}, ...more });

test("each state has words, an icon of its own shape, what can be done, and what a screen reader says", () => {
  const { tree, draw } = world();
  tree.update([
    summary("Finance", states.signedIn),
    summary("Open", states.open, { resolved: undefined }),
    summary("Hr", states.signedOut),
    summary("New", states.signingIn),
    summary("Crm", states.attention),
    summary("Reports", states.signedIn, { down: { since: 5, failure: gone as AnyFailure } }),
  ]);
  assert.deepEqual(
    draw().map((node) => {
      const { description, icon, context, spoken } = tree.look(node);
      return [description, icon, context, spoken];
    }),
    [
      ["Ada Lovelace", "circle-large-filled", "gateway.signedIn.usable.oauth.person", "Gateway Finance, Ada Lovelace"],
      ["needs no sign-in", "circle-large-filled", "gateway.usable", "Gateway Open, needs no sign-in"],
      ["signed out", "circle-large-outline", "gateway.signedOut.oauth.person", "Gateway Hr, signed out"],
      ["signing in…", "sync~spin", "gateway.oauth.person", "Gateway New, signing in…"],
      [
        "This gateway refused a token that was just issued.",
        "warning",
        "gateway.signedIn.explain.oauth.person",
        "Gateway Crm, This gateway refused a token that was just issued.",
      ],
      [
        "not reached since <5>",
        "error",
        "gateway.signedIn.explain.oauth.person",
        "Gateway Reports, not reached since <5>",
      ],
    ],
  );
});

test("a gateway whose tools a rule of the editor keeps from its agent says so, with what helps", () => {
  const { tree, draw } = world();
  tree.update([summary("Finance", states.signedIn, { barred: "notAllowed" })]);
  const [node] = draw();
  assert.ok(node);
  const { description, tooltip = [] } = tree.look(node);
  assert.equal(description, "not for the editor's agent · Ada Lovelace");
  assert.match(tooltip.join("\n").replaceAll("\\", ""), /allowedServers does not name it.*\{"serverName":"Finance"\}/);
});

test("in no state does an item repeat its own name beside it", () => {
  const name = "Quartz";
  const failures = Object.entries(failureSamples).map(([code, facts]) => {
    const named = "gateway" in facts ? { ...facts, gateway: name } : facts;
    return new GatewayFailure(code as FailureCode, named as never) as AnyFailure;
  });
  assert.ok(failures.filter((failure) => failureText(failure).title.includes(name)).length > 4);
  const all: readonly GatewayState[] = [
    ...Object.values(states),
    ...failures.map((failure) => ({ kind: "attention", failure }) as const),
  ];
  const down = { since: 5, failure: gone as AnyFailure };
  for (const state of all) {
    for (const more of [{}, { down }]) {
      const { tree, draw } = world();
      tree.update([summary(name, state, more)]);
      const looks = draw().map((node) => tree.look(node).description ?? "");
      assert.ok(looks.length > 0);
      assert.doesNotMatch(looks.join(), /quartz/i);
    }
  }
  const { tree } = world();
  const program: LocalProgram = { kind: "localGateway", name, url: "http://127.0.0.1:8000/mcp" };
  tree.update([
    { ...summary(name, states.open), connection: { ...summary(name, states.open).connection, url: program.url } },
  ]);
  tree.run([program]);
  const [local] = tree.children().filter(({ kind }) => kind === "local");
  const [item] = tree.children(local);
  assert.equal(item && tree.look(item).description, ":8000 · connected");
});

test("who is signed in is said in the person's language, a machine too", () => {
  const say: Translate = (sentence, ...args) => `«${english(sentence, ...args)}»`;
  const words = { say, time: String, failureWords: failureText };
  const account = { id: "app", label: "app", machine: true } as const;
  const gateway = summary("Ci", { kind: "signedIn", tokens: { ...tokens, account } });
  const { tooltip = [] } = gatewayLook(gateway, { tools: undefined, all: [gateway] }, words);
  assert.match(tooltip.join("\n"), /«Signed in as «.*the machine app.* at login/);
});

test("accounts that would read alike are told apart by their issuers, and by their subjects at one issuer", () => {
  const { tree, draw, shown } = world();
  const as = (id: string, issuer: string, label = "Ada Lovelace"): GatewayState => ({
    kind: "signedIn",
    tokens: { ...tokens, server: { issuer }, account: { id, label } },
  });
  const [okta, entra] = ["https://acme.okta.com/oauth2/default", "https://login.microsoftonline.com/acme/v2.0"];
  tree.update([summary("One", as("ada", okta)), summary("Two", as("ada", okta))]);
  const same = shown(draw());
  tree.update([
    summary("One", as("ada", okta)),
    summary("Two", as("4711", entra)),
    summary("Three", as("g", okta, "G")),
  ]);
  const issuers = shown(draw());
  tree.update([summary("One", as("ada", okta)), summary("Two", as("ada2", okta))]);
  assert.deepEqual(
    [same, issuers, shown(draw())],
    [
      ["One Ada Lovelace", "Two Ada Lovelace"],
      ["One Ada Lovelace (acme.okta.com)", "Two Ada Lovelace (login)", "Three G"],
      ["One Ada Lovelace (ada)", "Two Ada Lovelace (ada2)"],
    ],
  );
});

test("a gateway has its targets, then tools of its own, then resources and prompts", () => {
  const { kept, tree, draw, shown } = world();
  kept.set(
    "Finance",
    catalogue({
      tools: [
        tool("jira___create_ticket", { title: "Create a ticket" }),
        tool("jira___drop", { title: "Delete everything", annotations: { destructiveHint: true } }),
        tool("search"),
      ],
      resources: [{ uri: "file:///a", name: "a" }],
      prompts: [{ name: "greet" }],
    }),
  );
  tree.update([summary("Finance", states.signedIn)]);
  const [gateway] = draw() as [TreeNode];
  const [target, own, resources, prompts] = draw(gateway) as [TreeNode, TreeNode, TreeNode, TreeNode];
  const [, destructive] = draw(target) as [TreeNode, TreeNode];
  const { icon, context, spoken, click } = tree.look(destructive);
  assert.deepEqual(
    {
      gateway: shown([gateway]),
      under: shown([target, own, resources, prompts]),
      tools: shown(draw(target)),
      lists: [shown(draw(resources)), shown(draw(prompts))],
      destructive: { icon, context, spoken, click },
      above: [tree.parent(destructive) === target, tree.parent(target) === gateway, tree.parent(own) === gateway],
      found: tree.tool("Finance", "jira___drop") === destructive,
    },
    {
      gateway: ["Finance Ada Lovelace · 3 tools"],
      under: ["jira 2", "search", "Resources 1", "Prompts 1"],
      tools: ["Create a ticket create_ticket", "Delete everything drop"],
      lists: [["a file:///a"], ["greet"]],
      destructive: {
        ...{ icon: "warning", context: "tool.destructive.shown", click: "openTool" },
        spoken: "Tool Delete everything, may destroy things",
      },
      above: [true, true, true],
      found: true,
    },
  );
});

test("a gateway that has never been listed says so and asks nobody, and one that has nothing says that", () => {
  const { kept, tree, draw } = world();
  kept.set("Empty", catalogue({}));
  tree.update([summary("New", states.signedIn), summary("Out", states.signedOut), summary("Empty", states.open)]);
  assert.deepEqual(
    draw().map((gateway) => draw(gateway).map((node) => [tree.look(node).label, tree.look(node).click])),
    [
      [["Not listed yet.", "refreshGateway"]],
      [["Sign in to see its tools.", "signIn"]],
      [["It has no tools, resources or prompts.", undefined]],
    ],
  );
});

test("a tool that the editor leaves out says why, and one that its agent knows by another name says which", () => {
  const { kept, tree, draw, invalid } = world();
  const tools = [tool("a___fine"), tool("a___broken", { description: "Breaks." }), tool("a___größe.v2")];
  kept.set("Finance", catalogue({ tools }));
  invalid.set("a___broken", ["Value is not accepted. *Valid* values: …"]);
  tree.update([summary("Finance", states.signedIn)]);
  const [gateway] = draw() as [TreeNode];
  const [target] = draw(gateway) as [TreeNode];
  const looks = draw(target).map((node) => tree.look(node));
  assert.deepEqual(
    looks.map(({ label, description, icon, spoken }) => [label, description, icon, spoken]),
    [
      ["fine", "", "tools", "Tool fine"],
      [
        "broken",
        "left out by the editor, schema not valid",
        "circle-slash",
        "Tool broken · left out by the editor, schema not valid",
      ],
      ["größe.v2", "", "tools", "Tool größe.v2"],
    ],
  );
  const [fine, broken, named] = looks.map(({ tooltip = [] }) => tooltip.join("\n"));
  assert.match(broken ?? "", /It can be run here\\\..*\nValue is not accepted\\\. \\\*Valid\\\*/);
  assert.match(named ?? "", /agent knows it as a\\_\\_\\_gr\\_\\_e\\_v2/);
  assert.doesNotMatch(fine ?? "", /agent/);
});

test("what runs on this machine stands in a section of its own, with its port and who is connected to it", () => {
  const { tree, draw, shown, changed } = world();
  const url = "http://127.0.0.1:47110/mcp";
  const sandbox: LocalProgram = { kind: "sandbox", name: "Okta", url };
  const local: LocalProgram = {
    kind: "localGateway",
    name: "tools",
    url: "http://127.0.0.1:1234/mcp",
    file: "/a.json",
    notRun: ["search (connector): its tools are listed and answer with stubs"],
  };
  tree.run([sandbox, local]);
  const connection = { id: "a", name: "Sandbox", url, authorization: { kind: "none" } } as const;
  tree.update([summary("a", states.open, { connection })]);
  const [, section] = draw() as [TreeNode, TreeNode];
  const programs = draw(section);
  const [, gateway] = programs.map((node) => tree.look(node).tooltip?.join("\n"));
  assert.match(gateway ?? "", /search \\\(connector\\\)\\: its tools are listed and answer with stubs$/);
  const contexts = programs.map((node) => tree.look(node).context);
  const events = changed.length;
  tree.run([local]);
  assert.deepEqual(
    { shown: shown(programs), contexts, change: changed.slice(events), left: shown(draw(section)) },
    {
      shown: ["Sandbox (Okta) :47110 · connected as Sandbox", "tools :1234 · 1 target runs at AWS only"],
      contexts: ["program.sandbox.connected", "program.localGateway"],
      change: [section],
      left: ["tools :1234 · 1 target runs at AWS only"],
    },
  );
});

test("with 50 gateways and 2,000 tools only what is open is made, and a change concerns one item", () => {
  const { kept, tree, draw, changed, reads } = world();
  const ids = Array.from({ length: 50 }, (_, index) => `gateway${index}`);
  for (const id of ids) {
    kept.set(
      id,
      catalogue({ tools: Array.from({ length: 40 }, (_, index) => tool(`target${index % 4}___tool${index}`)) }),
    );
  }
  const all = ids.map((id) => summary(id, states.signedIn));
  tree.update(all);
  const nodes = draw();
  const under = draw(nodes[7]);
  const before = { changes: changed.splice(0).length, reads: reads() };
  tree.update(all);
  const same = changed.splice(0).length;
  tree.update(all.map((one, index) => (index === 7 ? summary("gateway7", states.signedOut) : one)));
  const one = changed.splice(0);
  tree.listed("gateway9");
  const listed = changed.splice(0);
  tree.update(all.slice(1));
  const gone = changed.splice(0);
  assert.deepEqual(
    { under: under.length, before, same, one, listed, gone, reads: reads() },
    {
      ...{ under: 4, before: { changes: 1, reads: 50 }, same: 0 },
      ...{ one: [nodes[7]], listed: [nodes[9]], gone: [undefined], reads: 50 },
    },
  );
});

test("a tool that is hidden from agents stands back, says so, and is not counted among theirs", () => {
  const { kept, tree, draw, shown, changed } = world();
  kept.set("Finance", catalogue({ tools: [tool("a"), tool("b", { title: "The second" })] }));
  tree.update([summary("Finance", states.signedIn)]);
  const [gateway] = draw() as [TreeNode];
  draw(gateway);
  changed.splice(0);
  tree.update([summary("Finance", states.signedIn, { toolLayers: { hidden: ["b"], rules: [] } })]);
  const events = changed.splice(0);
  const [, hidden] = draw(gateway) as [TreeNode, TreeNode];
  const { isFaint, icon, context, spoken } = tree.look(hidden);
  assert.deepEqual(
    { events, shown: shown([gateway, hidden]), look: { isFaint, icon, context, spoken } },
    {
      events: [gateway],
      shown: ["Finance Ada Lovelace · 1 of 2 tools", "The second hidden from the agent"],
      look: {
        ...{ isFaint: true, icon: "eye-closed", context: "tool.hidden" },
        spoken: "Tool The second · hidden from the agent",
      },
    },
  );
});

test("items are the same for as long as they stand for the same thing, and new when a gateway lists others", () => {
  const { kept, tree, draw, shown } = world();
  kept.set("Finance", catalogue({ tools: [tool("a"), tool("b")] }));
  tree.update([summary("Finance", states.signedIn)]);
  const [gateway] = draw() as [TreeNode];
  const [first] = draw(gateway);
  const again = draw(gateway)[0] === first;
  kept.set("Finance", catalogue({ tools: [tool("b", { title: "The second" })] }));
  tree.listed("Finance");
  assert.deepEqual(
    { again, gateway: draw()[0] === gateway, shown: [shown([gateway]), shown(draw(gateway))] },
    { again: true, gateway: true, shown: [["Finance Ada Lovelace · 1 tool"], ["The second b"]] },
  );
});

test("no text of others becomes a link, an icon or a command in what an item tells, and no token is in it", () => {
  const { kept, tree, draw } = world();
  const evil = "[run](command:evil) $(trash) <b>x</b>";
  kept.set("Finance", catalogue({ tools: [tool("a", { title: evil, description: evil })] }));
  tree.update([summary("Finance", states.signedIn)]);
  const [gateway] = draw() as [TreeNode];
  const texts = [gateway, ...draw(gateway)].flatMap((node) => tree.look(node).tooltip ?? []).join("\n");
  assert.deepEqual([/(?<!\\)[[\]()<>`$]/.test(texts), texts.includes("marked")], [false, false]);
});
