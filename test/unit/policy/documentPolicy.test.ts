import assert from "node:assert/strict";
import { test } from "node:test";
import { isFailure } from "../../../src/failures/failure.ts";
import { brokenPolicy } from "../../../src/policy/brokenPolicy.ts";
import { DocumentPolicy } from "../../../src/policy/documentPolicy.ts";
import { freeRules, type GatewayRules, noPolicy } from "../../../src/policy/policy.ts";
import type { PolicyDocument } from "../../../src/policy/policyDocument.ts";
import { readPolicy } from "../../../src/policy/readPolicy.ts";

const FILE = "/etc/gateway-connect/policy.json";
const A = "https://a.example.com/mcp";
const B = "https://b.example.com/mcp";

const policyOf = (document: Omit<PolicyDocument, "version">): DocumentPolicy => {
  const read = readPolicy(JSON.stringify({ version: 1, ...document }));
  if (read.kind === "broken") throw new Error(JSON.stringify(read.faults));
  return new DocumentPolicy(read.document, FILE);
};

/** The code and the rule of what stops an act. */
function stopped(act: () => void): readonly [code: string, rule: string] | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    assert.ok(isFailure(error));
    return [error.code, (error.facts as { readonly rule?: string }).rule ?? ""];
  }
}

const browser = { kind: "browser", settings: {} } as const;
const person = (...addresses: string[]) => ({ addresses, isMachine: false });

/** A policy, what is done under it, and by which rule that is stopped. */
const cases: readonly (readonly [
  what: string,
  document: Omit<PolicyDocument, "version">,
  act: (rules: GatewayRules) => void,
  stops: readonly [string, string] | undefined,
])[] = [
  ["no rule", {}, (rules) => rules.mayCall({ ...browser, issuer: "https://x.example" }, person()), undefined],
  [
    "another gateway",
    { gateways: [{ address: B }] },
    (rules) => rules.mayConnect(),
    ["managed_gateway_refused", "gateways"],
  ],
  ["no gateway at all", { gateways: [] }, (rules) => rules.mayConnect(), ["managed_gateway_refused", "gateways"]],
  ["this gateway", { gateways: [{ address: A }] }, (rules) => rules.mayConnect(), undefined],
  [
    "a gateway that is not allowed, by a call",
    { gateways: [{ address: B }] },
    (rules) => rules.mayCall(browser, person("ada@example.com")),
    ["managed_gateway_refused", "gateways"],
  ],
  [
    "a gateway that is not allowed, by an entry",
    { gateways: [{ address: B }], hosts: ["codex"] },
    (rules) => rules.mayEnter("codex"),
    ["managed_gateway_refused", "gateways"],
  ],
  [
    "another issuer",
    { issuers: ["https://login.example.com/a"] },
    (rules) => rules.maySignIn({ ...browser, issuer: "https://login.example.com/b" }),
    ["managed_issuer_refused", "issuers"],
  ],
  [
    "an issuer that is allowed for all and not for this gateway",
    { issuers: ["https://login.example.com"], gateways: [{ address: A, issuers: ["https://login.example.com/a"] }] },
    (rules) => rules.maySignIn({ ...browser, issuer: "https://login.example.com/b" }),
    ["managed_issuer_refused", "gateways[0].issuers"],
  ],
  [
    "an issuer that both allow",
    { issuers: ["https://login.example.com"], gateways: [{ address: A, issuers: ["https://login.example.com/a"] }] },
    (rules) => rules.maySignIn({ ...browser, issuer: "https://login.example.com/a" }),
    undefined,
  ],
  [
    "another way to sign in",
    { signIn: ["browser"] },
    (rules) => rules.maySignIn({ ...browser, kind: "deviceCode" }),
    ["managed_sign_in_refused", "signIn"],
  ],
  [
    "a machine where accounts are limited",
    { accounts: ["*@example.com"] },
    (rules) => rules.maySignIn({ ...browser, kind: "aws" }),
    ["managed_sign_in_refused", "accounts"],
  ],
  [
    "a machine that is named where accounts are limited",
    { accounts: ["*@example.com"], signIn: ["browser", "aws"] },
    (rules) => rules.mayCall({ ...browser, kind: "aws" }, { addresses: [], isMachine: true }),
    undefined,
  ],
  [
    "another account",
    { accounts: ["*@example.com"] },
    (rules) => rules.mayKeep(person("ada@evil.example")),
    ["managed_account_refused", "accounts"],
  ],
  [
    "nobody knows whose account",
    { accounts: ["*@example.com"] },
    (rules) => rules.mayKeep(person()),
    ["managed_account_refused", "accounts"],
  ],
  [
    "an account with two addresses, one of which is allowed",
    { accounts: ["*@example.com"] },
    (rules) => rules.mayKeep(person("ada@example.com", "ada@evil.example")),
    ["managed_account_refused", "accounts"],
  ],
  [
    "an account of a domain below",
    { accounts: ["*@example.com"] },
    (rules) => rules.mayKeep(person("ada@a.example.com")),
    ["managed_account_refused", "accounts"],
  ],
  [
    "an account with two signs",
    { accounts: ["*@example.com"] },
    (rules) => rules.mayKeep(person("ada@evil.example@example.com")),
    ["managed_account_refused", "accounts"],
  ],
  [
    "an account in other letters",
    { accounts: ["Ada@Example.com"] },
    (rules) => rules.mayKeep(person("aDA@eXAMPLE.COM")),
    undefined,
  ],
  [
    "a secret in a file",
    { credentials: ["environment"] },
    (rules) => rules.maySignIn({ ...browser, settings: { clientSecret: { file: "/x" } } }),
    ["managed_credential_refused", "credentials"],
  ],
  [
    "a header from a command, as it stands in the settings",
    { credentials: ["environment", "file"] },
    (rules) => rules.mayCall({ ...browser, settings: { headers: { "X-Key": { command: ["x"] } } } }),
    ["managed_credential_refused", "credentials"],
  ],
  [
    "a key in a file, as its reader has made it",
    { credentials: [] },
    (rules) => rules.maySignIn({ ...browser, settings: { privateKey: { kind: "file", path: "/x" } } }),
    ["managed_credential_refused", "credentials"],
  ],
  [
    "a text in a header, and the gateway's own rules",
    { credentials: [] },
    (rules) =>
      rules.maySignIn({
        ...browser,
        settings: { headers: { "X-Team": "blue" }, authorizer: { file: { command: 1 } } },
      }),
    undefined,
  ],
  ["another host", { hosts: ["codex"] }, (rules) => rules.mayEnter("cursor"), ["managed_entry_refused", "hosts"]],
  ["a host where there may be one", { hosts: ["codex"] }, (rules) => rules.mayServeHosts(), undefined],
  [
    "a host where there may be none",
    { hosts: [] },
    (rules) => rules.mayServeHosts(),
    ["managed_entry_refused", "hosts"],
  ],
  [
    "another name",
    { gateways: [{ address: A, name: "Finance" }] },
    (rules) => rules.mayBeCalled("Money"),
    ["managed_name_fixed", "gateways[0].name"],
  ],
  [
    "the name of another gateway",
    { gateways: [{ address: B, name: "Finance" }, { address: "https://*.example.com" }] },
    (rules) => rules.mayBeCalled("Finance"),
    ["managed_name_fixed", "gateways[0].name"],
  ],
  ["a name of one's own", { gateways: [{ address: A }] }, (rules) => rules.mayBeCalled("Money"), undefined],
  [
    "direct mode where it is off",
    { directMode: false },
    (rules) => rules.mayGoDirect(),
    ["managed_direct_refused", "directMode"],
  ],
  [
    "direct mode past rules for tools",
    { tools: { readOnly: true } },
    (rules) => rules.mayGoDirect(),
    ["managed_direct_refused", "tools"],
  ],
  ["direct mode where nothing is said", {}, (rules) => rules.mayGoDirect(), undefined],
  [
    "a shared sign-in where it is off",
    { shareSignIn: false },
    (rules) => rules.mayShareSignIn(),
    ["managed_sharing_refused", "shareSignIn"],
  ],
  [
    "a shared sign-in to a gateway that is none of those allowed",
    { shareSignIn: true, gateways: [{ address: B }] },
    (rules) => rules.mayShareSignIn(),
    ["managed_gateway_refused", "gateways"],
  ],
  ["a shared sign-in where nothing is said", {}, (rules) => rules.mayShareSignIn(), undefined],
];

for (const [what, document, act, stops] of cases) {
  test(`${what}: ${stops ? `stopped by ${stops[1]}` : "allowed"}`, () =>
    assert.deepEqual(
      stopped(() => act(policyOf(document).of(A))),
      stops,
    ));
}

test("what is set for a gateway goes before what is set for all, and the only way to sign in is set too", () => {
  const policy = policyOf({
    settings: { clientId: "all", redirectPorts: [3334] },
    signIn: ["browser", "deviceCode"],
    gateways: [
      { address: A, settings: { clientId: "own" }, signIn: ["browser"], name: "Finance", tools: { deny: ["x"] } },
      { address: "https://*.example.com" },
    ],
    tools: { readOnly: true },
  });
  const [own, other] = [policy.of(A), policy.of(B)];
  assert.deepEqual(
    [
      own.settings,
      other.settings,
      own.name,
      own.tools.map(({ place, rules }) => [place("deny"), rules]),
      other.tools.length,
    ],
    [
      { clientId: "own", redirectPorts: [3334], signIn: "browser" },
      { clientId: "all", redirectPorts: [3334] },
      "Finance",
      [
        [`${FILE} › tools › deny`, { readOnly: true }],
        [`${FILE} › gateways[0].tools › deny`, { deny: ["x"] }],
      ],
      1,
    ],
  );
});

test("an issuer in a private network is vouched for where every list has it, and by no policy without a list", () => {
  const inside = "https://idp.corp.internal/realms/a";
  const vouches = (document: Omit<PolicyDocument, "version">, issuer = inside) =>
    policyOf(document).of(A).vouchesFor(issuer);
  const own = (issuers: readonly string[]) => ({ gateways: [{ address: A, issuers }] });
  const listed = { issuers: ["https://*.corp.internal", "https://10.1.2.3"] };
  assert.deepEqual(
    [
      ...[vouches({}), vouches({ issuers: [] }), vouches({ issuers: ["https://login.example.com"] })],
      ...[vouches(listed), vouches(listed, "https://10.1.2.3"), vouches(listed, "https://10.1.2.4")],
      vouches(own(["https://idp.corp.internal/realms/a"])),
      vouches({ ...listed, ...own(["https://10.1.2.3"]) }),
      noPolicy.of(A).vouchesFor(inside),
      brokenPolicy(FILE, [], undefined).of(A).vouchesFor(inside),
      brokenPolicy(FILE, [], policyOf(listed)).of(A).vouchesFor(inside),
    ],
    [...[false, false, false], ...[true, true, false], true, false, false, false, true],
  );
});

test("a broken file lets nothing new begin, and what is in use goes on by the rules of before", () => {
  const before = policyOf({ gateways: [{ address: A, settings: { clientId: "own" } }], tools: { readOnly: true } });
  const faults = [{ path: "gatways", line: 2, column: 3, problem: "is not known" }];
  const after = (last: typeof before | undefined) => {
    const rules = brokenPolicy(FILE, faults, last).of(A);
    const acts: Readonly<Record<string, () => void>> = {
      connect: () => rules.mayConnect(),
      signIn: () => rules.maySignIn(browser),
      keep: () => rules.mayKeep(person("ada@example.com")),
      enter: () => rules.mayEnter("codex"),
      direct: () => rules.mayGoDirect(),
      share: () => rules.mayShareSignIn(),
      rename: () => rules.mayBeCalled("x"),
      call: () => rules.mayCall(browser),
      other: () => brokenPolicy(FILE, faults, last).of(B).mayCall(browser),
    };
    return [
      Object.entries(acts).map(([name, act]) => `${name}: ${stopped(act)?.[0]}`),
      rules.settings,
      rules.tools.length,
    ];
  };
  const news = ["connect", "signIn", "keep", "enter", "direct", "share", "rename"].map(
    (act) => `${act}: managed_policy_broken`,
  );
  assert.deepEqual(
    [after(before), after(undefined)],
    [
      [[...news, "call: undefined", "other: managed_gateway_refused"], { clientId: "own" }, 1],
      [[...news, "call: managed_policy_broken", "other: managed_policy_broken"], {}, 0],
    ],
  );
});

test("where there is no file everything is allowed and nothing is set", () => {
  assert.deepEqual([noPolicy.of(A), noPolicy.state.kind], [freeRules, "none"]);
});
