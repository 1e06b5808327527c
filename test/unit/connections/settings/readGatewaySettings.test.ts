import assert from "node:assert/strict";
import { test } from "node:test";
import { readGatewaySettings, usableSetting } from "../../../../src/connections/settings/readGatewaySettings.ts";
import { defaultRedirect } from "../../../../src/connections/settings/redirectUriSettings.ts";
import { landingPages } from "../../../../src/node/redirect/landingPage.ts";
import { loopbackRedirect } from "../../../../src/node/redirect/loopbackRedirect.ts";
import { failureOf, loopbackUris } from "../../../support/fakePorts.ts";

const url = "https://gw.example.com/mcp";

test("without settings the redirect URI is the one that AWS's guide registers", () => {
  const settings = readGatewaySettings(undefined, {}, url);
  assert.deepEqual(
    { settings, uris: loopbackRedirect({ pages: async () => landingPages() })(settings).uris },
    { settings: { maxResultMiB: 32, redirect: defaultRedirect }, uris: loopbackUris() },
  );
});

test("what is set for a gateway is used, wherever the trailing slash stands", () => {
  const entry = {
    clientId: "native-app",
    issuer: "https://login.example.com",
    scopes: ["openid"],
    resource: false,
    audience: "api://default",
    clientMetadataUrl: "https://example.com/client.json",
    redirectPorts: [4000],
    redirectPath: "/back",
    redirectHost: "127.0.0.1",
  };
  const { redirectPorts, redirectPath, redirectHost, ...rest } = entry;
  const expected = {
    ...rest,
    maxResultMiB: 32,
    redirect: { ports: redirectPorts, path: redirectPath, host: redirectHost },
  };
  assert.deepEqual(
    [readGatewaySettings({ [`${url}/`]: entry }, {}, url), readGatewaySettings({ [url]: entry }, {}, `${url}/`)],
    [expected, expected],
  );
});

test("a gateway's own redirect wins over the shared one, and what is empty counts as absent", () => {
  const shared = { redirectPorts: [5000], redirectPath: "/shared", redirectHost: "[::1]" };
  assert.deepEqual(
    [
      readGatewaySettings({ [url]: { redirectPorts: [4000], clientId: "", resource: "" } }, shared, url),
      readGatewaySettings({ "https://other.example.com/mcp": { clientId: "x" } }, shared, url),
    ],
    [
      { maxResultMiB: 32, redirect: { ports: [4000], path: "/shared", host: "[::1]" } },
      { maxResultMiB: 32, redirect: { ports: [5000], path: "/shared", host: "[::1]" } },
    ],
  );
});

test("a value that cannot be used is named, and never replaced by a guess", async () => {
  const set = (entry: unknown, shared = {}) => failureOf(() => readGatewaySettings({ [url]: entry }, shared, url));
  const invalid = (setting: string, found: string) => ({ code: "setting_invalid", facts: { setting, found } });
  assert.deepEqual(
    await Promise.all([
      set(null),
      set("x"),
      set({ clientId: 7 }),
      set({ scopes: "openid" }),
      set({ resource: true }),
      set({ redirectPorts: [0] }),
      set({ redirectPorts: [] }),
      set({}, { redirectPorts: ["3334"] }),
      set({}, { redirectPath: "callback" }),
      set({}, { redirectPath: "/callback?x=1" }),
      // The code would travel over the network.
      set({}, { redirectHost: "0.0.0.0" }),
      set({}, { redirectHost: "dev.example.com" }),
    ]),
    [
      invalid("gatewayConnect.gateways", "null"),
      invalid("gatewayConnect.gateways", '"x"'),
      invalid("gatewayConnect.gateways › clientId", "7"),
      invalid("gatewayConnect.gateways › scopes", '"openid"'),
      invalid("gatewayConnect.gateways › resource", "true"),
      invalid("gatewayConnect.redirectPorts", "[0]"),
      invalid("gatewayConnect.redirectPorts", "[]"),
      invalid("gatewayConnect.redirectPorts", '["3334"]'),
      invalid("gatewayConnect.redirectPath", '"callback"'),
      invalid("gatewayConnect.redirectPath", '"/callback?x=1"'),
      invalid("gatewayConnect.redirectHost", '"0.0.0.0"'),
      invalid("gatewayConnect.redirectHost", '"dev.example.com"'),
    ],
  );
});

test("where a secret is read can be set, and a secret that stands there itself is refused without being repeated", async () => {
  const read = (clientSecret: unknown) => readGatewaySettings({ [url]: { clientSecret } }, {}, url).clientSecret;
  const refused = async (clientSecret: unknown) => {
    const failure = await failureOf(() => read(clientSecret));
    return { code: (failure as { code?: string }).code, repeated: JSON.stringify(failure).includes("marked") };
  };
  assert.deepEqual(
    [read({ environment: "SECRET" }), read({ file: "/key.pem" }), read({ command: ["op", "read", "op://vault/key"] })],
    [
      { kind: "environment", name: "SECRET" },
      { kind: "file", path: "/key.pem" },
      { kind: "command", command: ["op", "read", "op://vault/key"] },
    ],
  );
  const bad: unknown[] = [
    "marked",
    "",
    null,
    {},
    { environment: "" },
    { command: [] },
    { command: "marked" },
    { command: [7] },
  ];
  bad.push({ environment: "A", file: "marked" });
  for (const one of bad) assert.deepEqual(await refused(one), { code: "setting_invalid", repeated: false });
});

test("products, ways and tokens that nobody knows are named", async () => {
  const set = (entry: unknown) => failureOf(() => readGatewaySettings({ [url]: entry }, {}, url));
  assert.deepEqual(
    await Promise.all([set({ identityProvider: "Okta" }), set({ token: "refresh" }), set({ signIn: "password" })]),
    [
      { code: "setting_invalid", facts: { setting: "gatewayConnect.gateways › identityProvider", found: '"Okta"' } },
      { code: "setting_invalid", facts: { setting: "gatewayConnect.gateways › token", found: '"refresh"' } },
      { code: "setting_invalid", facts: { setting: "gatewayConnect.gateways › signIn", found: '"password"' } },
    ],
  );
});

test("one setting is read whatever else is set, and one that cannot be used is as if it were not there", () => {
  const url = "https://gateway.example.com/mcp";
  const of = (own: unknown) => {
    const settings = { gateways: { [`${url}/`]: own }, shared: {} };
    return [usableSetting("policySession", settings, url), usableSetting("consentPortal", settings, url)];
  };
  const consentPortal = "https://consent.example.com";
  assert.deepEqual(of({ policySession: true, consentPortal, redirectPath: "no path" }), [true, consentPortal]);
  assert.deepEqual(of({ policySession: "yes", consentPortal: "http://consent.example.com" }), [undefined, undefined]);
  assert.deepEqual(of({}), [undefined, undefined]);
  assert.deepEqual(of("nothing"), [undefined, undefined]);
});
