import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../../src/connections/connection.ts";
import { type AgreedIssuer, type ChangedSignIn, mayFollow } from "../../../../src/connections/signIn/agreedIssuer.ts";
import type { SignInFlow } from "../../../../src/oauth/signIn/signInFlow.ts";

const [before, after] = ["https://login.example.com", "https://other.example"];

/** Whether a gateway is followed from one issuer to another. */
function isFollowed(
  agreed: AgreedIssuer,
  {
    flow = "browser",
    clientSource = "registered",
    settings = {},
    canAskClient = false,
  }: {
    readonly canAskClient?: boolean;
    readonly flow?: SignInFlow;
    readonly clientSource?: "registered" | "configured" | "metadataDocument";
    readonly settings?: object;
  } = {},
): boolean | string {
  const authorization = { kind: "oauth", server: { issuer: before }, clientId: "a", clientSource, scopes: [] } as const;
  const connection: Connection = { id: "a", name: "tools", url: "https://gw.example.com/mcp", authorization };
  const resolved = { settings, flow } as unknown as ChangedSignIn["now"]["resolved"];
  const now = { kind: "protected", url: connection.url, server: { issuer: after }, scopes: [], resolved } as const;
  try {
    mayFollow({ now, before }, connection, { agreed, canAskClient });
    return true;
  } catch (failure) {
    return (failure as { code: string }).code;
  }
}

test("another issuer is followed by a person who agreed to it, and by nobody else", () => {
  assert.deepEqual(
    {
      shown: isFollowed(after),
      page: isFollowed("whichever"),
      notAsked: isFollowed(undefined),
      another: isFollowed("https://third.example"),
      document: isFollowed(after, { clientSource: "metadataDocument" }),
      machine: isFollowed("whichever", { flow: "clientCredentials" }),
      typedClient: isFollowed("whichever", { clientSource: "configured" }),
      configuredClient: isFollowed("whichever", { settings: { clientId: "ours" } }),
      typedAndAsked: isFollowed(after, { clientSource: "configured", canAskClient: true }),
      configuredAndAsked: isFollowed(after, { settings: { clientId: "ours" }, canAskClient: true }),
      machineAndAsked: isFollowed(after, { flow: "clientCredentials", canAskClient: true }),
      askedWithoutAgreeing: isFollowed(undefined, { clientSource: "configured", canAskClient: true }),
      secretInSettings: isFollowed(after, { settings: { clientId: "ours", clientSecret: {} }, canAskClient: true }),
      keyInSettings: isFollowed(after, { settings: { clientId: "ours", privateKey: {} }, canAskClient: true }),
    },
    {
      shown: true,
      page: true,
      notAsked: "issuer_changed",
      another: "issuer_changed",
      document: true,
      machine: "issuer_changed",
      typedClient: "issuer_changed",
      configuredClient: "issuer_changed",
      typedAndAsked: true,
      configuredAndAsked: true,
      machineAndAsked: "issuer_changed",
      askedWithoutAgreeing: "issuer_changed",
      secretInSettings: "issuer_changed",
      keyInSettings: "issuer_changed",
    },
  );
});

test("an issuer that was set is the decision of whoever set it", () => {
  const machine = { flow: "clientCredentials" } as const;
  assert.equal(isFollowed(undefined, { ...machine, settings: { issuer: after, clientId: "ours" } }), true);
});
