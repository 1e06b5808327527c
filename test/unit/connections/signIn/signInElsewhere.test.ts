import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../../src/connections/connection.ts";
import type { ProtectedGateway } from "../../../../src/connections/discovery/discoverGateway.ts";
import type { SettingsValues } from "../../../../src/connections/settings/readGatewaySettings.ts";
import type { ClientElsewhere } from "../../../../src/connections/signIn/clientElsewhere.ts";
import { signInElsewhere } from "../../../../src/connections/signIn/signInElsewhere.ts";
import { noPolicy } from "../../../../src/policy/policy.ts";
import { FakeRedirect, MemorySecrets } from "../../../support/fakePorts.ts";
import { resolvedGateway } from "../../../support/resolved.ts";

const url = "https://gw.example.com/mcp";
const before: Connection = {
  id: "c",
  name: "Work",
  url,
  authorization: {
    kind: "oauth",
    server: { issuer: "https://old.example.com" },
    clientId: "client-of-before",
    clientSource: "configured",
    scopes: [],
  },
};
const now: ProtectedGateway = {
  kind: "protected",
  url,
  server: { issuer: "https://new.example.com" },
  scopes: [],
  resolved: resolvedGateway({ clientId: "client-of-before" }),
};
const values: SettingsValues = {
  gateways: {
    [url]: { clientId: "client-of-before", audience: "api" },
    "https://other.example.com": { scopes: ["a"] },
  },
  shared: { redirectPath: "/back" },
  enterprise: { issuer: "https://company.example.com", clientId: "editor" },
  policy: { ...noPolicy, state: { kind: "read", file: "/etc/gateway-connect/policy.json" } },
};

test("a client ID that is typed for another issuer changes nothing else of what is set, an administrator's rules least", async () => {
  const ask: ClientElsewhere = {
    wasAsked: true,
    clientId: async () => "client-of-next",
    credential: async () => undefined,
    refuse() {},
    write: async () => {},
  };
  const seen: SettingsValues[] = [];
  const world = {
    ...{ secrets: new MemorySecrets(), settings: () => values, connections: { all: [] } },
    clientElsewhere: async () => ask,
    redirect: () => new FakeRedirect(),
    signIn: async (_: Connection, settings: () => SettingsValues) => {
      seen.push(settings());
      return { kind: "cancelled" } as const;
    },
  };
  await signInElsewhere({ before: "https://old.example.com", now }, before, world as never);
  const gateways = { ...(values.gateways as object), [url]: { clientId: "client-of-next", audience: "api" } };
  assert.deepEqual(seen, [{ ...values, gateways }]);
});
