import assert from "node:assert/strict";
import { test } from "node:test";
import { gatewaySettings } from "../../../../src/connections/settings/gatewaySettings.ts";
import type { SettingsValues } from "../../../../src/connections/settings/readGatewaySettings.ts";
import { withoutGatewaySetting } from "../../../../src/connections/settings/setForGateways.ts";
import { settingRows } from "../../../../src/connections/settings/settingRows.ts";
import type { Authorization } from "../../../../src/oauth/signIn/recordedAuthorization.ts";
import { freeRules, type Policy } from "../../../../src/policy/policy.ts";
import { resolvedConnection } from "../../../support/resolved.ts";

const url = "https://gw.example.com/mcp";

test("all that can be set is listed, what is set first, and nothing else of what stands there", () => {
  const gateways = { [`${url}/`]: { scopes: ["read"], clientId: "app", mistyped: 1 } };
  const rows = settingRows({ gateways, shared: {} }, url);
  assert.deepEqual(
    rows.slice(0, 2).map(({ name, set, isManaged }) => [name, set, isManaged]),
    [
      ["clientId", "app", false],
      ["scopes", ["read"], false],
    ],
  );
  assert.deepEqual(rows.map(({ name }) => name).toSorted(), Object.keys(gatewaySettings).toSorted());
  assert.ok(rows.slice(2).every(({ set }) => set === undefined));
});

const authorization: Authorization = {
  kind: "oauth",
  clientId: "found",
  clientSource: "registered",
  scopes: ["tools.read"],
  server: { issuer: "https://login.example.com", token_endpoint: "https://login.example.com/token" },
};

test("beside what is not set stands what holds for all gateways, or what was found out", () => {
  const rows = settingRows(
    { gateways: {}, shared: { redirectHost: "127.0.0.1" } },
    url,
    resolvedConnection(authorization),
  );
  const used = Object.fromEntries(
    rows.flatMap(({ name, used: value }) => (value === undefined ? [] : [[name, value]])),
  );
  assert.deepEqual(used, {
    ...{ clientId: "found", issuer: "https://login.example.com", scopes: ["tools.read"], redirectHost: "127.0.0.1" },
    ...{ token: "access", signIn: "browser" },
  });
});

test("what the administrator has set goes before what the person has, and is told apart", () => {
  const policy = { of: () => ({ ...freeRules, settings: { clientId: "theirs" } }) } as unknown as Policy;
  const values: SettingsValues = { gateways: { [url]: { clientId: "mine", audience: "a" } }, shared: {}, policy };
  assert.deepEqual(
    settingRows(values, url).flatMap(({ name, set, isManaged }) => (set === undefined ? [] : [[name, set, isManaged]])),
    [
      ["clientId", "theirs", true],
      ["audience", "a", false],
    ],
  );
});

test("a setting that is taken back leaves everything else, and no entry with nothing in it", () => {
  const others = { "https://other.example.com": { clientId: "x" } };
  assert.deepEqual(
    [
      withoutGatewaySetting({ ...others, [`${url}/`]: { clientId: "a", dpop: true } }, url, "dpop"),
      withoutGatewaySetting({ ...others, [url]: { dpop: true } }, url, "dpop"),
      withoutGatewaySetting(undefined, url, "dpop"),
    ],
    [{ ...others, [`${url}/`]: { clientId: "a" } }, others, {}],
  );
});
