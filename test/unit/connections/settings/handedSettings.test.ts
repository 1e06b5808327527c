import assert from "node:assert/strict";
import { test } from "node:test";
import type { editorSettings } from "../../../../src/connections/settings/editorSettings.ts";
import { gatewaySettings } from "../../../../src/connections/settings/gatewaySettings.ts";
import {
  handedSettings,
  readHandedSettings,
  type SetInWindow,
} from "../../../../src/connections/settings/handedSettings.ts";
import { readGatewaySettings, sharedSettings } from "../../../../src/connections/settings/readGatewaySettings.ts";
import { layersOf } from "../../../../src/connections/toolRules/toolLayers.ts";
import { isFailure } from "../../../../src/failures/failure.ts";
import type { AuthorizationServer } from "../../../../src/oauth/discovery/authorizationServer.ts";
import type { Authorization } from "../../../../src/oauth/signIn/recordedAuthorization.ts";
import { signInFlows } from "../../../../src/oauth/signIn/signInFlow.ts";

const url = "https://gw.example/mcp";
const path = "/storage/bridge/settings.json";

/** Each setting of a gateway with a value other than what holds without it. A new setting does not compile before it is here. */
const samples: Readonly<Record<keyof typeof gatewaySettings, unknown>> = {
  clientId: "app",
  issuer: "https://login.example",
  scopes: ["read"],
  resource: false,
  audience: "gateway",
  clientMetadataUrl: "https://corp.example/client.json",
  redirectPorts: [4000],
  redirectPath: "/back",
  redirectHost: "localhost",
  identityProvider: "okta",
  token: "id",
  dpop: false,
  signIn: "deviceCode",
  workload: { source: "github-actions" },
  awsProfile: "work",
  awsRegion: "eu-central-1",
  awsService: "bedrock-agentcore",
  clientAuthentication: "client_secret_post",
  clientSecret: { environment: "SECRET" },
  privateKey: { file: "/key.pem" },
  keyId: "k1",
  headers: {
    "X-Team": "blue",
    "X-Api-Key": { command: ["pass", "show"] },
    "X-Token": { environment: "T", before: "Key " },
  },
  policySession: true,
  authorizer: { customJWTAuthorizer: {} },
  hiddenTools: ["secret_tool"],
  consentPortal: "https://corp.example/consent",
  tools: { deny: ["*___delete"], readOnly: true },
  timeout: { "*": 9 },
  maxResultMiB: 2,
  protocolVersion: "2025-11-25",
};

/** What of the editor's own settings is handed over, or why it is not. */
const ofEditor: Readonly<Record<keyof typeof editorSettings, "handed" | { readonly not: string }>> = {
  tools: "handed",
  enterpriseIdentityProvider: "handed",
  "mcpJson.writeOnConnect": { not: "whether an entry is written, which is there" },
  "mcpJson.disableOnSignOut": { not: "what a window does to an entry" },
  "mcpJson.runtime": { not: "the program that the entry names already" },
};

const set = (more: Partial<SetInWindow> = {}, gateways: unknown = { [`${url}/`]: samples }): SetInWindow => ({
  settings: {
    gateways,
    shared: { redirectPorts: [5000], redirectPath: "/all", redirectHost: "[::1]", maxResultMiB: 3 },
    enterprise: { issuer: "https://corp.example", clientId: "editor", clientSecret: { environment: "CORP" } },
  },
  rules: { user: { deny: ["*___drop"] }, workspace: { allow: ["a___*"] } },
  gateways: [{ url, authorization: { kind: "none" } }],
  folders: ["/project/a"],
  ...more,
});

const company = { issuer: "https://corp.example", clientId: "editor" };

const oauth = (more: Partial<Extract<Authorization, { kind: "oauth" }>>): Authorization => ({
  kind: "oauth",
  server: { issuer: "https://login.example" } as AuthorizationServer,
  ...{ clientId: "app", clientSource: "configured", scopes: [] },
  ...more,
});

const handed = (window: SetInWindow, before: readonly unknown[] = []) =>
  readHandedSettings(JSON.stringify(handedSettings(window, before)), { path, url });

const reasonOf = (text: string | undefined, at = url): string => {
  try {
    readHandedSettings(text, { path, url: at });
    return "read";
  } catch (failure) {
    return isFailure(failure, "editor_settings_unusable") ? failure.facts.fault.kind : String(failure);
  }
};

for (const name of Object.keys(gatewaySettings) as (keyof typeof gatewaySettings)[]) {
  test(`what is set as ${name} is handed on, and means there what it means in a window`, () => {
    const own = { [url]: { [name]: samples[name] } };
    const window = set({}, own);
    const there = handed(window);
    const read = (values: Pick<typeof there, "gateways" | "shared">) =>
      readGatewaySettings(values.gateways, values.shared, url);
    const here = { gateways: own, shared: window.settings.shared };
    assert.deepEqual(read(there), read(here));
    assert.notDeepEqual(read(there), read({ gateways: {}, shared: here.shared }));
    const shared = { user: there.tools, workspace: there.windows[0]?.tools };
    assert.deepEqual(
      String(layersOf(there, url, shared).rules.map(({ place, rules }) => place("") + JSON.stringify(rules))),
      String(layersOf(here, url, window.rules).rules.map(({ place, rules }) => place("") + JSON.stringify(rules))),
    );
    assert.deepEqual(layersOf(there, url, shared).hidden, layersOf(here, url, window.rules).hidden);
    assert.deepEqual(layersOf(there, url, shared).timeout?.limits, layersOf(here, url, window.rules).timeout?.limits);
  });
}

test("what is set for all gateways is handed on, and of the editor's own settings each is or has its reason", () => {
  const window = set();
  const there = handed(window);
  assert.deepEqual(Object.keys(there.shared).sort(), [...sharedSettings].sort());
  assert.deepEqual([there.shared, there.enterprise], [window.settings.shared, window.settings.enterprise]);
  assert.deepEqual(Object.keys(there).sort(), [
    "chosen",
    "enterprise",
    "gateways",
    "shared",
    "tools",
    "version",
    "windows",
  ]);
  const reasons = Object.values(ofEditor).map((one) => (one === "handed" ? one : one.not));
  assert.equal(reasons.filter((one) => one === "handed").length, 2);
  assert.ok(reasons.every((one) => one.length > 5));
});

test("what may be a secret in a place that is for none is not written, and is refused there as it is here", () => {
  const secret = "sk-live-1234567890";
  const headers = {
    "X-Api-Key": secret,
    "X-Team": `Bearer ${secret}`,
    "X-Form": { value: secret },
    "X-Before": { environment: "A", before: `Bearer ${secret} ` },
  };
  for (const own of [
    { clientSecret: secret },
    { clientSecret: { value: secret } },
    { privateKey: secret },
    { workload: { source: secret } },
    { headers },
    { headers: secret },
  ]) {
    const window = set({}, { [url]: own });
    const text = JSON.stringify(handedSettings(window, []));
    assert.ok(!text.includes(secret), text);
    if ("headers" in own) continue;
    assert.throws(() => readGatewaySettings(handed(window).gateways, {}, url), { code: "setting_invalid" });
  }
  const enterprise = { issuer: "https://corp.example", clientId: "editor", clientSecret: secret };
  const window = set({ settings: { ...set().settings, enterprise } });
  assert.equal(handed(window).enterprise, false);
  // Those that say where a secret is read stay what they are.
  assert.deepEqual(handed(set()).gateways[url], samples);
});

for (const [authorization, chosen] of [
  [{ kind: "none" }, { settings: {} }],
  [{ kind: "aws" }, { settings: { signIn: "aws" } }],
  [
    { kind: "aws", profile: "prod", region: "eu-north-1", identity: { name: "ada", account: "1" } },
    { settings: { signIn: "aws", awsProfile: "prod", awsRegion: "eu-north-1" } },
  ],
  [oauth({}), { settings: {} }],
  ...signInFlows.flatMap((signIn) =>
    signIn === "browser" ? [] : [[oauth({ signIn }), { settings: { signIn } }] as const],
  ),
  [oauth({ signIn: "enterprise", company }), { settings: { signIn: "enterprise" }, company }],
] as const) {
  test(`how somebody chose to sign in when they connected is handed on: ${JSON.stringify(chosen)}`, () =>
    assert.deepEqual(handed(set({ gateways: [{ url, authorization }] })).chosen, { [url]: chosen }));
}

test("what one of the two kept copies has lost of other workspaces is in the other one", () => {
  const of = (folder: string) => ({ folders: [folder], tools: { deny: [folder] } });
  const kept = (...windows: readonly unknown[]) => ({ windows });
  const windowsAfter = (...before: readonly unknown[]) =>
    handed(set({ folders: ["/c"], rules: { user: {}, workspace: { deny: ["/c"] } } }), before).windows;
  const all = [of("/c"), of("/a"), of("/b")];
  const damaged = { folders: [1], tools: { deny: ["/a"] } };
  for (const before of [
    [undefined, kept(of("/a"), of("/b"))],
    [kept(of("/a"), of("/b")), undefined],
    [kept(of("/a"), damaged), kept(damaged, of("/b"))],
    [kept(of("/a"), of("/b")), kept({ ...of("/b"), tools: {} }, of("/a"))],
    [{ windows: 1 }, kept(of("/a"), of("/b"))],
  ]) {
    assert.deepEqual(windowsAfter(...before), all);
  }
  assert.deepEqual(windowsAfter(undefined, undefined), [of("/c")]);
});

test("the rules of other workspaces stay when a window hands over, the latest first, and no more than fifty", () => {
  let before: unknown;
  for (let count = 0; count < 60; count++)
    before = handedSettings(
      set({ folders: [`/project/${count}`], rules: { user: {}, workspace: { deny: [`${count}`] } } }),
      [before, before],
    );
  before = handedSettings(set({ folders: ["/project/30"], rules: { user: {}, workspace: undefined } }), [before]);
  const { windows } = handed(set({ folders: [], rules: { user: {}, workspace: undefined } }), [before]);
  assert.equal(windows.length, 50);
  assert.deepEqual(windows.slice(0, 3), [
    { folders: [] },
    { folders: ["/project/30"] },
    { folders: ["/project/59"], tools: { deny: ["59"] } },
  ]);
  assert.equal(windows.filter(({ folders }) => folders[0] === "/project/30").length, 1);
});

test("what is missing, damaged, newer or of other gateways is refused, whatever else is in it", () => {
  const whole = handedSettings(set(), []);
  const text = (more: object) => JSON.stringify({ ...whole, ...more });
  assert.deepEqual(
    [
      ...[undefined, "", "{", "[]", "null", text({ version: 0 }), text({ version: "1" })],
      ...[text({ gateways: [] }), text({ gateways: { [url]: "all" } }), text({ shared: undefined })],
      ...[text({ windows: {} }), text({ windows: [{ folders: [1] }] }), text({ version: 2 }), text({ gateways: {} })],
      ...[text({ later: { more: true } }), text({}), text({ chosen: undefined })],
      ...[text({ chosen: [] }), text({ chosen: { [url]: "aws" } }), text({ chosen: { [url]: { settings: 1 } } })],
      text({ chosen: { [url]: { settings: { signIn: "by magic" } } } }),
      text({ chosen: { [url]: { settings: {}, company: { issuer: 1 } } } }),
    ].map((one) => reasonOf(one)),
    [
      ...["missing", ...Array(11).fill("damaged")],
      ...["newer", "unknown", "read", "read", "read", ...Array(5).fill("damaged")],
    ],
  );
  assert.equal(reasonOf(text({}), `${url}/`), "read");
  assert.equal(reasonOf(text({}), "https://other.example/mcp"), "unknown");
});
