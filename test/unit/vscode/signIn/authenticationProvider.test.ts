import assert from "node:assert/strict";
import { test } from "node:test";
import type { AuthenticationWorld } from "../../../../src/vscode/signIn/authenticationProvider.ts";
import { useFakeEditor } from "../../../support/fakeEditor.ts";

useFakeEditor({ authentication: { registerAuthenticationProvider: () => ({ dispose() {} }) } });
const { GatewayAuthenticationProvider } = await import("../../../../src/vscode/signIn/authenticationProvider.ts");

const account = { id: "ada", label: "Ada" };
const sessionOf = (sessionId: string) => ({
  tokens: { sessionId, scopes: ["read"], account, server: { issuer: "https://idp.example.com" } },
  connections: [],
});

test("a session is given as long as somebody is signed in with it, and what stood for its token is forgotten then", async () => {
  let signedIn = ["one", "two"];
  const world = { gateways: { sessions: async () => signedIn.map(sessionOf) } };
  const provider = new GatewayAuthenticationProvider(world as unknown as AuthenticationWorld);
  await provider.refresh();
  const sessions = await provider.getSessions(undefined, {});
  const given = () => sessions.map((session) => provider.isGiven(session));
  const before = given();
  signedIn = ["two"];
  await provider.refresh();
  const after = given();
  // What the editor kept of a session is nothing that somebody may call with.
  signedIn = ["one", "two"];
  await provider.refresh();
  provider.dispose();
  assert.deepEqual(
    [before, after, given()],
    [
      [true, true],
      [false, true],
      [false, true],
    ],
  );
});
