import assert from "node:assert/strict";
import { test } from "node:test";
import { type EditorNetwork, entryEnvironment } from "../../../src/hosts/entryEnvironment.ts";
import { hostEntry } from "../../../src/hosts/hostEntry.ts";

test("an entry says proxy, exceptions and certificates as the editor knows them, its settings before its environment", () => {
  const cases: readonly EditorNetwork[] = [
    { env: {} },
    { env: { HTTPS_PROXY: "http://proxy.test:3128", NO_PROXY: ".corp,10.0.0.1", NODE_EXTRA_CA_CERTS: "/etc/ca.pem" } },
    { env: { https_proxy: "http://a.test", HTTPS_PROXY: "http://b.test", ALL_PROXY: "http://c.test" } },
    { env: { ALL_PROXY: "https://all.test:8443/" }, proxy: "", direct: [] },
    { env: { HTTPS_PROXY: "http://b.test", NO_PROXY: "x" }, proxy: "http://set.test:8080", direct: ["one", "two"] },
    { env: { HTTPS_PROXY: "socks5://s.test" } },
    { env: { HTTPS_PROXY: "no address" } },
    { env: { NODE_EXTRA_CA_CERTS: "/home/${USER}/ca.pem", NO_PROXY: "" } },
  ];
  assert.deepEqual(cases.map(entryEnvironment), [
    {},
    {
      GATEWAY_CONNECT_PROXY: "http://proxy.test:3128",
      GATEWAY_CONNECT_NO_PROXY: ".corp,10.0.0.1",
      GATEWAY_CONNECT_CA_FILE: "/etc/ca.pem",
    },
    { GATEWAY_CONNECT_PROXY: "http://a.test" },
    { GATEWAY_CONNECT_PROXY: "https://all.test:8443" },
    { GATEWAY_CONNECT_PROXY: "http://set.test:8080", GATEWAY_CONNECT_NO_PROXY: "one,two" },
    {},
    {},
    {},
  ]);
});

test("a proxy's user name and password are in no entry", () => {
  const secret = { HTTPS_PROXY: "http://ada:marked@proxy.test:3128/?k=marked#marked" };
  const both = [entryEnvironment({ env: secret }), entryEnvironment({ env: {}, proxy: secret.HTTPS_PROXY })];
  assert.deepEqual(both, Array(2).fill({ GATEWAY_CONNECT_PROXY: "http://proxy.test:3128" }));
});

/** What Gemini CLI 0.61.0 takes for a secret by its name (`NEVER_ALLOWED_NAME_PATTERNS`); other hosts have fewer. */
const taken = /TOKEN|SECRET|PASSWORD|PASSWD|KEY|AUTH|CREDENTIAL|CREDS|PRIVATE|CERT/i;

test("no variable of an entry has a name that hosts take for a secret", () => {
  const environment = entryEnvironment({
    env: { HTTPS_PROXY: "http://p.test", NO_PROXY: "x", NODE_EXTRA_CA_CERTS: "/ca.pem" },
  });
  const start = { command: "/node", bridge: "/bridge.cjs", folder: "/data", environment };
  const names = Object.keys(hostEntry(start, { connectionId: "c1", nonce: "n" }).env);
  assert.deepEqual([names.length, names.filter((name) => taken.test(name))], [6, []]);
  assert.match("NODE_EXTRA_CA_CERTS", taken);
});
