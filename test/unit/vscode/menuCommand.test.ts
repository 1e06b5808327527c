import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../src/connections/connection.ts";
import type { GatewaySummary } from "../../../src/connections/gatewayStatus.ts";
import { type AnyFailure, GatewayFailure } from "../../../src/failures/failure.ts";
import { noPolicy, type Policy } from "../../../src/policy/policy.ts";
import { useFakeEditor } from "../../support/fakeEditor.ts";
import { resolvedConnection } from "../../support/resolved.ts";

interface Item {
  readonly label: string;
  readonly kind?: number;
}

/** The lists that were shown, one after the other, and what is chosen in each. */
const lists: string[][] = [];
let answers: readonly string[] = [];
useFakeEditor({
  window: {
    async showQuickPick(items: readonly Item[]) {
      const labels = items.filter(({ kind }) => kind === undefined).map(({ label }) => label.replace(/^\S+ /, ""));
      lists.push(labels);
      const wanted = answers[lists.length - 1];
      return items.find(({ label }) => wanted !== undefined && label.endsWith(wanted));
    },
  },
});
const { menuCommand } = await import("../../../src/vscode/commands/menuCommand.ts");

const connection: Connection = {
  id: "c1",
  name: "Work",
  url: "https://gw.example.com/mcp",
  authorization: {
    kind: "oauth",
    server: { issuer: "https://login.example.com", device_authorization_endpoint: "https://login.example.com/device" },
    clientId: "app",
    clientSource: "configured",
    scopes: [],
  },
};
const tokens = {
  sessionId: "s",
  server: { issuer: "https://login.example.com" },
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: [],
  accessToken: "access",
  issuedAt: 0,
} as const;

const gateway = (name: string, state: GatewaySummary["state"], settings = {}): GatewaySummary => ({
  connection: { ...connection, id: name, name, ...(state.kind === "signedIn" && { sessionId: "s" }) },
  state,
  resolved: resolvedConnection(connection.authorization, settings),
  tools: 1,
});

/** The lists that a person sees who chooses these. */
async function menu(gateways: readonly GatewaySummary[], ...chosen: string[]): Promise<readonly string[][]> {
  return await menuOnMachine(noPolicy, gateways, ...chosen);
}

const failures: string[] = [];

async function menuOnMachine(
  policy: Policy,
  gateways: readonly GatewaySummary[],
  ...chosen: string[]
): Promise<readonly string[][]> {
  lists.length = 0;
  answers = chosen;
  const signIn = { waiting: false, code: undefined };
  await menuCommand(gateways, { signIn, policy, showFailure: (one) => void failures.push((one as AnyFailure).code) });
  return [...lists];
}

const general = [
  ...["Connect Gateway…", "Show Log", "Copy Diagnostics"],
  ...["Report Issue…", "Sign Out of Everything and Clean Up…"],
];

test("the menu offers what the flow allows that the settings name now", async () => {
  const offered = async (settings: Readonly<Record<string, unknown>>) => {
    const [labels = []] = await menu([gateway("Work", { kind: "signedOut" }, settings)]);
    return labels.filter((label) => /Code|Secret/.test(label));
  };
  assert.deepEqual(
    { people: await offered({}), machine: await offered({ signIn: "clientCredentials" }) },
    { people: ["Sign In with a Code…"], machine: ["Change the Client Secret…"] },
  );
});

test("the acts of the only gateway are in the menu itself: what it needs first, what takes it away last", async () => {
  const [signedIn, signedOut] = [
    await menu([gateway("Work", { kind: "signedIn", tokens })]).then(([list]) => list),
    await menu([gateway("Work", { kind: "signedOut" })]).then(([list]) => list),
  ];
  assert.deepEqual(
    { signedIn, signedOut },
    {
      signedIn: [
        "Run a Tool of Work…",
        "Explain Access",
        "Use Another Account…",
        "Ping",
        "Add to mcp.json…",
        "Sign Out",
        "Remove Gateway…",
        ...general,
      ],
      signedOut: [
        "Sign In to Work",
        "Run a Tool of Work…",
        "Sign In with a Code…",
        "Explain Access",
        "Ping",
        "Add to mcp.json…",
        "Remove Gateway…",
        ...general,
      ],
    },
  );
});

test("several gateways are listed after what they need, the acts of one are a list of their own, and a way leads back", async () => {
  const gateways = [gateway("finance", { kind: "signedIn", tokens }), gateway("hr", { kind: "signedOut" })];
  const [all, acts, again] = await menu(gateways, "finance", "All Gateways");
  assert.deepEqual(
    { all, acts: [acts?.[0], acts?.at(-1)], again },
    {
      all: ["Sign In to hr", "finance", "hr", ...general],
      acts: ["Run a Tool of finance…", "All Gateways"],
      again: all,
    },
  );
});

test("what an administrator manages of a gateway has its line, and a file of theirs that is broken comes first", async () => {
  const managed = [{ kind: "name", what: "Finance", rule: "gateways[0].name" }] as const;
  const [ruled = []] = await menu([{ ...gateway("finance", { kind: "signedIn", tokens }), managed }]);
  assert.ok(ruled.includes("See What Your Organisation Manages"), ruled.join());
  const fault = new GatewayFailure("managed_policy_broken", {
    file: "/etc/gateway-connect/policy.json",
    faults: ["3:14 expected a list"],
  }) as AnyFailure;
  const [broken = []] = await menuOnMachine({ ...noPolicy, fault }, [], "so that nothing new is connected.");
  assert.match(broken[0] ?? "", /rules cannot be read/);
  assert.deepEqual(failures, ["managed_policy_broken"]);
});

test("nothing that a filter by a gateway's name finds takes something away", async () => {
  const one = await menu([gateway("finance", { kind: "signedIn", tokens })]);
  const many = await menu(
    [gateway("finance", { kind: "signedIn", tokens }), gateway("hr", { kind: "signedIn", tokens })],
    "finance",
  );
  const shown = [...one, ...many].flat();
  const found = shown.filter((label) => label.includes("finance"));
  assert.deepEqual(
    { found, destructive: shown.filter((label) => /Remove|Sign Out/.test(label)).length },
    { found: ["Run a Tool of finance…", "finance", "Run a Tool of finance…"], destructive: 6 },
  );
});
