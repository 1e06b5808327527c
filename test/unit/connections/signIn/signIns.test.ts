import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../../src/connections/connection.ts";
import { ConnectionBook } from "../../../../src/connections/connectionBook.ts";
import { KnownConnections } from "../../../../src/connections/knownConnections.ts";
import { SignIns } from "../../../../src/connections/signIn/signIns.ts";
import { identityProviderOf } from "../../../../src/oauth/identityProviders/identityProviders.ts";
import { SecretTokenStore } from "../../../../src/oauth/tokens/secretTokenStore.ts";
import { sessionIdOf, type TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { FakeAuthorizationServer } from "../../../support/fakeAuthorizationServer.ts";
import { failureOf, MemorySecrets, QueueLock, recordingLog } from "../../../support/fakePorts.ts";

const idp = new FakeAuthorizationServer();

const connection = (id: string, url: string): Connection => ({
  id,
  name: id,
  url,
  authorization: { kind: "oauth", server: idp.server, clientId: "app", clientSource: "registered", scopes: ["read"] },
});

const one = connection("one", "https://gw.example.com/mcp");
const sameHost = connection("two", "https://gw.example.com/other/mcp");
const otherPort = connection("three", "https://gw.example.com:8443/mcp");

async function tokensOf({ id }: Connection, subject = "u1", text = `marked-${subject}`): Promise<TokenSet> {
  return {
    sessionId: await sessionIdOf({ issuer: idp.issuer, clientId: "app", subject, connectionId: id }),
    connectionId: id,
    server: { ...idp.server, revocation_endpoint: `${idp.issuer}/revoke` },
    client: { clientId: "app", authMethod: "none" },
    account: { id: subject, label: subject },
    scopes: ["read"],
    accessToken: text,
    refreshToken: `${text}-refresh`,
    issuedAt: 0,
  };
}

const wanted = {
  issuer: idp.issuer,
  clientId: "app",
  scopes: ["read"],
  resource: undefined,
  audience: undefined,
  bearerToken: "access",
  provider: identityProviderOf(idp.server),
  machine: false,
  proofs: [],
} as const;

/** Sign-ins over memory; `revoked` is what the provider was asked to revoke. */
async function start(...connections: Connection[]) {
  const secrets = new MemorySecrets();
  const lock = new QueueLock();
  const place: { text: string | undefined; full: boolean; writes: number } = {
    text: undefined,
    full: false,
    writes: 0,
  };
  const file = {
    path: "connections.json",
    read: async () => place.text,
    async write(text: string) {
      if (place.full) throw new Error("no space left");
      place.text = text;
      place.writes += 1;
    },
  };
  const known = new KnownConnections(new ConnectionBook(file, lock, () => {}));
  const revoked: string[] = [];
  const store = new SecretTokenStore(secrets, lock);
  const signIns = new SignIns(known, {
    store,
    lock,
    log: recordingLog(),
    now: () => 0,
    onUnknownClient: async () => {},
    fetch: async (_, init) => {
      revoked.push(new URLSearchParams(String(init?.body)).get("token") ?? "");
      return new Response();
    },
    bearerOf: () => "access",
    fits: () => true,
    onChanged() {},
  });
  for (const each of connections) await known.book.add(each);
  const signIn = async (to: Connection, tokens: TokenSet) => signIns.keep(await signIns.begin(to), tokens);
  const now = ({ id }: Connection) => known.find(id) as Connection;
  return { signIns, known, secrets, store, place, revoked, signIn, now };
}

const both = (text: string) => [`${text}-refresh`, text];

test("a sign-in serves another connection of the same gateway host without a question, and another port only with one", async () => {
  const { signIns, signIn, now } = await start(one, sameHost, otherPort);
  await signIn(one, await tokensOf(one));
  const [same] = await signIns.serving(sameHost, wanted);
  const [other] = await signIns.serving(otherPort, wanted);
  assert.ok(same && other);
  const shared = [await signIns.share(sameHost, same, undefined), await signIns.share(otherPort, other, undefined)];
  assert.deepEqual(
    {
      asked: [same.consent, other.consent?.to],
      shared,
      tokens: [await signIns.stored(now(sameHost)), await signIns.stored(now(otherPort))].map(
        (one) => one?.accessToken,
      ),
    },
    { asked: [undefined, "gw.example.com:8443"], shared: [true, false], tokens: ["marked-u1", undefined] },
  );
});

test("a connection that takes part in a sign-in sends the token that is set by then", async () => {
  const { signIns, signIn, known, now } = await start(one, sameHost);
  await known.book.change(async ({ connections, signOuts }) => ({
    connections: connections.map((each) => ({ ...each, sends: "id" as const })),
    signOuts,
    result: undefined,
  }));
  await signIn(one, await tokensOf(one));
  const [shared] = await signIns.serving(now(sameHost), wanted);
  assert.ok(shared);
  assert.equal(await signIns.share(now(sameHost), shared, undefined), true);
  assert.deepEqual([now(one).sends, now(sameHost).sends], [undefined, undefined]);
});

test("tokens that cannot be kept are revoked, and those they would have replaced go on", async () => {
  for (const fail of ["secrets", "list"] as const) {
    const { signIns, signIn, secrets, place, revoked, now } = await start(one);
    await signIn(one, await tokensOf(one));
    const begun = await signIns.begin(now(one));
    if (fail === "list") place.full = true;
    else secrets.store = async () => Promise.reject(new Error("no space left"));
    const failed = await failureOf(async () => signIns.keep(begun, await tokensOf(one, "u2")));
    assert.deepEqual(
      {
        failed: fail === "secrets" ? (failed as { code?: string }).code : (failed as Error).message,
        revoked,
        kept: [...secrets.entries.keys()].length,
        goesOn: (await signIns.stored(now(one)))?.accessToken,
      },
      {
        failed: fail === "secrets" ? "secret_storage_failed" : "no space left",
        ...{ revoked: both("marked-u2"), kept: 1, goesOn: "marked-u1" },
      },
    );
  }
});

test("a sign-in that another one replaces is revoked, unless another connection uses it", async () => {
  const { signIns, signIn, revoked, now } = await start(one, sameHost);
  await signIn(one, await tokensOf(one));
  const [shared] = await signIns.serving(sameHost, wanted);
  assert.ok(shared);
  await signIns.share(sameHost, shared, undefined);
  await signIn(one, await tokensOf(one, "u2"));
  const before = [...revoked];
  await signIn(sameHost, await tokensOf(sameHost, "u3"));
  assert.deepEqual(
    {
      before,
      after: revoked,
      now: [await signIns.stored(now(one)), await signIns.stored(now(sameHost))].map((t) => t?.account.id),
    },
    { before: [], after: both("marked-u1"), now: ["u2", "u3"] },
  );
});

test("a sign-in of a newer version is neither asked for anew nor written over, and a sign-out takes it away", async () => {
  const { signIns, signIn, secrets, revoked, now } = await start(one);
  const tokens = await tokensOf(one);
  const key = `session:${tokens.sessionId}`;
  const begun = await signIns.begin(one);
  secrets.entries.set(key, '{"version":2}');
  const newer = { code: "stored_by_newer_version", facts: { key } };
  const first = await failureOf(() => signIns.keep(begun, tokens));
  secrets.entries.delete(key);
  await signIn(one, tokens);
  secrets.entries.set(key, '{"version":2}');
  const second = await failureOf(() => signIns.begin(now(one)));
  const { revocation } = await signIns.end(now(one));
  assert.deepEqual(
    { first, second, revoked, revocation, left: [...secrets.entries.keys()] },
    { first: newer, second: newer, revoked: both("marked-u1"), revocation: undefined, left: [] },
  );
});

test("a sign-out ends the sign-in that the list has by then, whichever window made it", async () => {
  const { signIns, signIn, known, secrets, revoked, place } = await start(one);
  await signIn(one, await tokensOf(one));
  const asHere = known.find("one") as Connection;
  const there = await tokensOf(one, "u2");
  await secrets.store(`session:${there.sessionId}`, JSON.stringify({ version: 1, ...there }));
  place.text = place.text?.replace(asHere.sessionId ?? "", there.sessionId);
  await signIns.end(asHere);
  assert.deepEqual(
    { revoked, session: known.find("one")?.sessionId },
    { revoked: both("marked-u2"), session: undefined },
  );
});

test("a connection that is removed with its sign-in is written once, and takes the sign-in from the others that use it", async () => {
  const { signIns, signIn, known, place, revoked } = await start(one, sameHost);
  await signIn(one, await tokensOf(one));
  const [shared] = await signIns.serving(sameHost, wanted);
  await signIns.share(sameHost, shared ?? assert.fail(), undefined);
  const begun = await signIns.begin(one);
  place.writes = 0;
  await signIns.end(known.find("one") ?? assert.fail(), true);
  const { writes } = place;
  const late = await signIns.keep(begun, await tokensOf(one, "u2"));
  assert.deepEqual(
    { writes, left: known.all.map(({ id, sessionId }) => [id, sessionId]), late, revoked },
    {
      writes: 1,
      left: [[sameHost.id, undefined]],
      late: false,
      revoked: [...both("marked-u1"), ...both("marked-u2")],
    },
  );
});

test("a sign-in that nobody uses is seen, and can be ended", async () => {
  const { signIns, secrets, revoked } = await start(one);
  const orphan = await tokensOf(one);
  await secrets.store(`session:${orphan.sessionId}`, JSON.stringify({ version: 1, ...orphan }));
  await secrets.store("session:damaged", "{");
  const seen = (await signIns.all()).map(({ tokens, connections }) => [tokens.account.id, connections]);
  await signIns.endUnused(orphan.sessionId);
  assert.deepEqual(
    { seen, revoked, left: [...secrets.entries.keys()] },
    { seen: [["u1", []]], revoked: both("marked-u1"), left: ["session:damaged"] },
  );
});
