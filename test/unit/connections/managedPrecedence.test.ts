import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { maySignIn, rulesOf } from "../../../src/connections/managed/managedGateway.ts";
import { resolveGateway } from "../../../src/connections/resolvedConnection.ts";
import { usableSetting } from "../../../src/connections/settings/readGatewaySettings.ts";
import { toolJudge } from "../../../src/connections/toolRules/keptBack.ts";
import { layersOf } from "../../../src/connections/toolRules/toolLayers.ts";
import { DocumentPolicy } from "../../../src/policy/documentPolicy.ts";
import type { PolicyDocument } from "../../../src/policy/policyDocument.ts";
import { readPolicy } from "../../../src/policy/readPolicy.ts";
import { webAddress } from "../../support/anyText.ts";
import { bulk, runs } from "../../support/bulk.ts";

const URL_OF = "https://gateway.example.com/mcp";
const policyOf = (document: Omit<PolicyDocument, "version">): DocumentPolicy => {
  const read = readPolicy(JSON.stringify({ version: 1, ...document }));
  if (read.kind === "broken") throw new Error(JSON.stringify(read.faults));
  return new DocumentPolicy(read.document, "/etc/gateway-connect/policy.json");
};
const redirect = () => ({}) as never;

/** Who sets a port to come back to, from the one that goes before all others to the one behind them. */
const places = ["policy", "gateway", "all"] as const;

test("an administrator goes before what is set for a gateway, and that before what is set for all", () => {
  for (const [index] of places.entries()) {
    const set = new Set<string>(places.slice(index));
    const [policy, own, all] = [[1001], [1002], [1003]];
    const settings = () => ({
      gateways: set.has("gateway") ? { [URL_OF]: { redirectPorts: own } } : {},
      shared: set.has("all") ? { redirectPorts: all } : {},
      policy: policyOf(set.has("policy") ? { settings: { redirectPorts: policy } } : {}),
    });
    const { redirect: read } = resolveGateway({ url: URL_OF }, { settings, redirect }).settings;
    assert.deepEqual(read.ports, [policy, own, all][index]);
  }
});

test("an administrator's largest answer goes before a person's, of one gateway or of all", () => {
  const read = (policy: number | undefined) =>
    usableSetting(
      "maxResultMiB",
      {
        gateways: { [URL_OF]: { maxResultMiB: 100 } },
        shared: { maxResultMiB: 200 },
        policy: policyOf(policy === undefined ? {} : { settings: { maxResultMiB: policy } }),
      },
      URL_OF,
    );
  assert.deepEqual([read(8), read(undefined)], [8, 100]);
});

const document: Omit<PolicyDocument, "version"> = {
  gateways: [{ address: "https://gateway.example.com", settings: { clientId: "fixed", scopes: ["a"] } }],
  issuers: ["https://login.example.com/tenant"],
  accounts: ["*@example.com"],
  signIn: ["browser"],
  credentials: ["environment"],
  tools: { deny: ["*delete*"] },
};

test("no setting widens what the file allows, whatever a person writes", () => {
  const policy = policyOf(document);
  const place = fc.constantFrom({ file: "/x" }, { command: ["x"] }, { environment: "X" }, "text", {});
  const value = fc.oneof(place, fc.jsonValue(), fc.constantFrom("deviceCode", "aws", "https://evil.example", "*"));
  const name = fc.constantFrom(
    ...[
      "clientId",
      "scopes",
      "issuer",
      "signIn",
      "clientSecret",
      "privateKey",
      "headers",
      "tools",
      "policy",
      "gateways",
    ],
  );
  const set = fc.dictionary(name, value);
  let met = 0;
  fc.assert(
    fc.property(set, set, webAddress("http", "https"), (own, shared, url) => {
      const settings = () => ({ gateways: { [URL_OF]: own, [url]: own, policy: {} }, shared, policy });
      const world = { settings, redirect };
      const allowed = (act: () => void) => {
        try {
          act();
          return true;
        } catch {
          return false;
        }
      };
      // Another gateway, another issuer, another way, another account: none comes in.
      if (new URL(url).hostname !== "gateway.example.com") {
        assert.ok(!allowed(() => rulesOf(url, world).mayConnect()));
      }
      const judged = (kind: "browser" | "aws", issuer: string) =>
        allowed(() => maySignIn(URL_OF, { kind, issuer }, world));
      assert.ok(!judged("aws", "https://login.example.com/tenant"));
      assert.ok(!judged("browser", "https://login.example.com/other"));
      const isLet = judged("browser", "https://login.example.com/tenant");
      const reads = JSON.stringify(["clientSecret", "privateKey", "headers"].map((one) => own[one]));
      if (isLet) assert.doesNotMatch(reads, /\{"(?:file|command)":/);
      if (isLet) met++;
      const resolved = allowed(() => {
        const read = resolveGateway({ url: URL_OF }, world).settings;
        assert.deepEqual([read.clientId, read.scopes, read.signIn], ["fixed", ["a"], "browser"]);
      });
      if (resolved) met++;
      const judge = toolJudge(layersOf(settings(), URL_OF, { user: shared.tools, workspace: own.tools }));
      assert.notEqual(judge({ name: "target___delete_all", isReadOnly: true }), undefined);
    }),
    runs(2_000),
  );
  assert.ok(met > bulk(100), `${met}`);
});
