import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../../src/connections/connection.ts";
import { ConnectionBook } from "../../../../src/connections/connectionBook.ts";
import { KnownConnections } from "../../../../src/connections/knownConnections.ts";
import { neededConsent, type SharingConsent } from "../../../../src/connections/signIn/sharingConsent.ts";
import { type SharingWorld, SignInSharing } from "../../../../src/connections/signIn/signInSharing.ts";
import { identityProvider } from "../../../../src/oauth/identityProviders/identityProviders.ts";
import type { WantedSession } from "../../../../src/oauth/tokens/sharedSession.ts";
import type { TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";
import { QueueLock } from "../../../support/fakePorts.ts";

const server = { issuer: "https://login.example.com" };

const connection = (id: string, sharing?: SharingConsent): Connection => ({
  id,
  name: id,
  url: `https://${id}.example.com/mcp`,
  authorization: { kind: "oauth", server, clientId: "app", clientSource: "registered", scopes: ["read"] },
  ...(sharing && { sharing }),
});

const signIn = (sessionId: string, changes: Partial<TokenSet> = {}): TokenSet => ({
  sessionId,
  connectionId: "one",
  server,
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: ["read"],
  accessToken: unsignedJwt({ aud: "api" }),
  idToken: unsignedJwt({ aud: "app" }),
  issuedAt: 0,
  ...changes,
});

const wanted: WantedSession = {
  issuer: server.issuer,
  clientId: "app",
  scopes: ["read"],
  resource: undefined,
  audience: undefined,
  bearerToken: "access",
  provider: identityProvider("generic"),
  machine: false,
  proofs: [],
};

function sharing(world: Partial<SharingWorld> = {}, ...known: readonly Connection[]): SignInSharing {
  const file = { path: "connections.json", read: async () => undefined, write: async () => {} };
  const connections = new KnownConnections(new ConnectionBook(file, new QueueLock(), () => {}));
  for (const one of known) connections.draft(one);
  return new SignInSharing(connections, { bearerOf: () => "access", fits: () => true, ...world });
}

const [one, two] = [connection("one"), connection("two")];

test("whose sign-in it is is what the tokens say, else what the connection is that they were made for", () => {
  const from = (tokens: TokenSet, ...known: readonly Connection[]) =>
    sharing({}, ...known).offer(two, tokens)?.consent?.from;
  assert.deepEqual(
    {
      said: from(signIn("s", { gatewayHost: "said.example.com" }), one),
      known: from(signIn("s"), one),
      moved: from(signIn("s"), { ...one, url: "https://moved.example.com/mcp" }),
    },
    { said: "said.example.com", known: "one.example.com", moved: "moved.example.com" },
  );
});

test("where nobody knows any more whose sign-in it is, nobody is asked, and it is not used", () => {
  const { connectionId: _, ...ofNobody } = signIn("s");
  const known = sharing({}, two);
  assert.deepEqual(
    [known.offer(two, signIn("s")), known.offer(two, ofNobody), known.serving([signIn("s")], two, wanted)],
    [undefined, undefined, []],
  );
});

test("a consent counts for the token that the gateway gets, and for no tokens of another kind", () => {
  const idConsent = neededConsent(signIn("s"), two.url, { from: "one.example.com", bearer: "id" });
  const agreed = connection("two", idConsent);
  const may = (world: Partial<SharingWorld>) => sharing(world, one).allowed(agreed, signIn("s"))?.sessionId;
  assert.deepEqual(
    {
      id: may({ bearerOf: () => "id" }),
      access: may({ bearerOf: () => "access" }),
      "another kind": may({ bearerOf: () => "id", fits: () => false }),
      none: sharing({}, one).allowed(agreed, undefined),
      asked: sharing({ bearerOf: () => "id" }, one).offer(two, signIn("s"))?.consent,
      agreed: sharing({ bearerOf: () => "id" }, one).offer(agreed, signIn("s")),
    },
    {
      ...{ id: "s", access: undefined, "another kind": undefined, none: undefined },
      asked: idConsent,
      agreed: { tokens: signIn("s"), consent: undefined },
    },
  );
});

test("of the sign-ins in use those are offered that serve, one a person, and first the one that is used already", () => {
  const known = sharing({}, one);
  const all = [
    signIn("first"),
    signIn("used"),
    signIn("last"),
    signIn("bob", { account: { id: "bob", label: "Bob" } }),
    signIn("other scopes", { account: { id: "eve", label: "Eve" }, scopes: [] }),
    signIn("of nobody", { account: { id: "dan", label: "Dan" }, connectionId: "gone" }),
  ];
  const offered = (sessionId?: string) =>
    known.serving(all, { ...two, ...(sessionId && { sessionId }) }, wanted).map(({ tokens }) => tokens.sessionId);
  assert.deepEqual({ used: offered("used"), none: offered() }, { used: ["used", "bob"], none: ["last", "bob"] });
});
