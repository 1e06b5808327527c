import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { takeTokens } from "../../../../src/oauth/tokens/readableTokens.ts";
import { SecretTokenStore } from "../../../../src/oauth/tokens/secretTokenStore.ts";
import { type SessionEnd, TokenManager } from "../../../../src/oauth/tokens/tokenManager.ts";
import { sessionIdOf, type TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { FakeAuthorizationServer, unsignedJwt } from "../../../support/fakeAuthorizationServer.ts";
import {
  failureOf,
  html,
  json,
  MemorySecrets,
  networkError,
  QueueLock,
  recordingLog,
} from "../../../support/fakePorts.ts";

const hour = 3_600_000;

/** A person who signed in at time 0 with a token of an hour, and as many windows as asked for. */
async function start(changes: Partial<TokenSet> = {}, without: readonly (keyof TokenSet)[] = []) {
  const idp = new FakeAuthorizationServer();
  idp.live.add("marked-refresh-0");
  const clock = { now: 0 };
  const secrets = new MemorySecrets();
  const lock = new QueueLock();
  const log = recordingLog();
  const ended: SessionEnd["because"][] = [];
  const renewed: string[] = [];
  const store = new SecretTokenStore(secrets, lock);
  const sessionId = await sessionIdOf({
    issuer: idp.issuer,
    clientId: "app",
    resource: changes.resource,
    subject: "u1",
  });
  const tokens: TokenSet = {
    sessionId,
    server: idp.server,
    client: { clientId: "app", authMethod: "none" },
    account: { id: "u1", label: "Ada" },
    scopes: ["read"],
    accessToken: "marked-access-0",
    refreshToken: "marked-refresh-0",
    idToken: "marked-id-0",
    issuedAt: 0,
    expiresAt: hour,
    ...changes,
  };
  const stored = Object.fromEntries(Object.entries(tokens).filter(([key]) => !without.some((name) => name === key)));
  await store.write(stored as unknown as TokenSet);
  const window = () =>
    new TokenManager(new SecretTokenStore(secrets, lock), {
      fetch: idp.fetch,
      now: () => clock.now,
      lock,
      log,
      onRenewed: ({ accessToken }) => renewed.push(accessToken),
      onEnded: ({ because }) => ended.push(because),
    });
  return {
    idp,
    clock,
    store,
    secrets,
    lock,
    log,
    sessionId,
    tokens,
    window,
    current: async (manager = window()) => (await manager.current(sessionId))?.accessToken,
    replace: async (refused: string, manager = window()) => (await manager.replace(sessionId, refused))?.accessToken,
    observed: async () => ({
      asked: idp.count("token"),
      stored: (await store.read(sessionId))?.accessToken,
      ended,
      renewed,
    }),
  };
}

/** The locks that are held while a provider is asked. */
const renewals = (names: readonly string[]): readonly string[] => names.filter((name) => name.startsWith("renew-"));

const untouched = { asked: 0, stored: "marked-access-0", ended: [], renewed: [] };

test("a fresh token is used without asking anybody", async () => {
  const world = await start();
  world.clock.now = hour - 60_001;
  const used = await world.current();
  assert.deepEqual({ used, ...(await world.observed()) }, { used: "marked-access-0", ...untouched });
});

test("a token with less than a minute left is renewed before it is used", async () => {
  const world = await start();
  world.clock.now = hour - 60_000;
  const used = await world.current();
  assert.deepEqual(
    { used, ...(await world.observed()), expiresAt: (await world.store.read(world.sessionId))?.expiresAt },
    {
      used: "marked-access-1",
      asked: 1,
      stored: "marked-access-1",
      ended: [],
      renewed: ["marked-access-1"],
      expiresAt: world.clock.now + hour,
    },
  );
});

test("a token without a known end is used until a gateway refuses it", async () => {
  const world = await start({}, ["expiresAt"]);
  world.clock.now = 1000 * hour;
  const before = await world.current();
  const after = await world.replace("marked-access-0");
  assert.deepEqual({ before, after }, { before: "marked-access-0", after: "marked-access-1" });
});

test("everyone waiting in one window shares one renewal", async () => {
  const world = await start();
  world.clock.now = hour;
  const manager = world.window();
  const used = await Promise.all([
    world.current(manager),
    world.current(manager),
    world.replace("marked-access-0", manager),
  ]);
  assert.deepEqual(
    { used, asked: world.idp.count("token"), locks: renewals(world.lock.names).length },
    { used: ["marked-access-1", "marked-access-1", "marked-access-1"], asked: 1, locks: 1 },
  );
});

test("what another window renewed already is not asked for again", async () => {
  const world = await start();
  world.clock.now = hour;
  const used = await Promise.all([world.current(world.window()), world.current(world.window())]);
  const late = await world.replace("marked-access-0", world.window());
  assert.deepEqual(
    { used, late, asked: world.idp.count("token"), locks: new Set(renewals(world.lock.names)).size },
    { used: ["marked-access-1", "marked-access-1"], late: "marked-access-1", asked: 1, locks: 1 },
  );
});

test("a renewal that failed does not stand in the way of the next one", async () => {
  const world = await start();
  world.clock.now = hour;
  const manager = world.window();
  world.idp.answer.token = () => html(503);
  const first = (await failureOf(() => manager.current(world.sessionId))) as { code: string };
  delete world.idp.answer.token;
  assert.deepEqual([first.code, await world.current(manager)], ["token_response_invalid", "marked-access-1"]);
});

test("what the answer leaves out stays as it was", async () => {
  const world = await start({ resource: "https://gw.example.com/mcp" });
  world.idp.rotates = false;
  world.clock.now = hour;
  await world.current();
  const kept = await world.store.read(world.sessionId);
  assert.deepEqual(
    { refresh: kept?.refreshToken, id: kept?.idToken, scopes: kept?.scopes, account: kept?.account.label },
    { refresh: "marked-refresh-0", id: "marked-id-0", scopes: ["read"], account: "Ada" },
  );
});

test("what the answer says replaces what was known, and an end that it leaves out is forgotten", async () => {
  const world = await start();
  world.idp.tokenFields = { scope: "read write", expires_in: undefined };
  world.clock.now = hour;
  await world.current();
  const kept = await world.store.read(world.sessionId);
  assert.deepEqual(
    { refresh: kept?.refreshToken, scopes: kept?.scopes, issuedAt: kept?.issuedAt, expiresAt: kept?.expiresAt },
    { refresh: "marked-refresh-1", scopes: ["read", "write"], issuedAt: hour, expiresAt: undefined },
  );
});

test("a renewal names the client and the resource, and no scope", async () => {
  const world = await start({ resource: "https://gw.example.com/mcp" });
  await world.replace("marked-access-0");
  assert.deepEqual(world.idp.forms[0]?.form, {
    grant_type: "refresh_token",
    refresh_token: "marked-refresh-0",
    client_id: "app",
    resource: "https://gw.example.com/mcp",
  });
});

test("an answer that says nothing about the sign-in signs nobody out", async () => {
  const passing = ["temporarily_unavailable", "server_error", "slow_down"].flatMap((error) =>
    [400, 401, 403].map((status): [() => Response, string] => [() => json({ error }, status), "token_refused"]),
  );
  const answers: [() => Response, string][] = [
    ...passing,
    [() => json({ error: "invalid_grant" }, 404), "token_refused"],
    [() => json({ error: "invalid_grant" }, 429), "token_refused"],
    [() => html(503), "token_response_invalid"],
    [() => json({ error: "invalid_grant" }, 500), "token_response_invalid"],
    [() => html(200), "token_response_invalid"],
    [() => html(400), "token_response_invalid"],
    [() => html(403), "token_response_invalid"],
    [() => html(407), "token_response_invalid"],
    [
      () => {
        throw networkError("ENOTFOUND");
      },
      "token_endpoint_unreachable",
    ],
    [
      () => {
        throw new DOMException("too late", "TimeoutError");
      },
      "token_endpoint_unreachable",
    ],
  ];
  for (const [answer, code] of answers) {
    const world = await start();
    world.clock.now = hour;
    world.idp.answer.token = answer;
    const failure = (await failureOf(() => world.current())) as { code: string };
    assert.deepEqual({ code: failure.code, ...(await world.observed()) }, { code, ...untouched, asked: 1 });
  }
});

test("while the provider is away the present token serves until its very end, and not beyond", async () => {
  const world = await start();
  world.idp.answer.token = () => html(503);
  world.clock.now = hour - 1;
  const used = await world.current();
  world.idp.answer.token = () => {
    world.clock.now = hour;
    return html(503);
  };
  const late = (await failureOf(() => world.current())) as { code: string };
  assert.deepEqual({ used, late: late.code }, { used: "marked-access-0", late: "token_response_invalid" });
});

test("a refusal that no repetition mends ends the session once, for all who wait, and keeps the refresh token", async () => {
  const errors = ["invalid_grant", "invalid_request", "invalid_token", "unauthorized_client", "invalid_client"];
  for (const error of errors) {
    for (const status of [400, 401, 403]) {
      const world = await start();
      world.idp.answer.token = () => json({ error }, status, { "www-authenticate": "Basic" });
      world.clock.now = hour;
      const manager = world.window();
      const used = await Promise.all([world.current(manager), world.current(manager)]);
      const again = [await world.current(manager), await world.current(), await world.replace("marked-access-0")];
      const { refreshToken, refused } = (await world.store.read(world.sessionId)) ?? {};
      assert.deepEqual(
        { used, again, refreshToken, refused, ...(await world.observed()) },
        {
          used: [undefined, undefined],
          again: [undefined, undefined, undefined],
          refreshToken: "marked-refresh-0",
          refused: error,
          // It may have been about the scopes, which were not named.
          asked: error === "invalid_request" ? 2 : 1,
          stored: "marked-access-0",
          ended: [error],
          renewed: [],
        },
      );
    }
  }
});

test("invalid_grant is no end where the store meanwhile holds other tokens", async () => {
  const world = await start();
  world.clock.now = hour;
  world.idp.answer.token = async () => {
    await world.store.write({ ...world.tokens, accessToken: "marked-other", refreshToken: "marked-other-refresh" });
    return json({ error: "invalid_grant" }, 400);
  };
  const used = await world.current();
  assert.deepEqual(
    { used, ...(await world.observed()) },
    { used: "marked-other", asked: 1, stored: "marked-other", ended: [], renewed: [] },
  );
});

test("a sign-out during a renewal wins: nothing is stored again, and what was just issued is revoked", async () => {
  const world = await start();
  world.clock.now = hour;
  world.idp.answer.token = async (form) => {
    await world.store.delete(world.sessionId);
    return world.idp.token(form);
  };
  const used = await world.current();
  assert.deepEqual(
    {
      used,
      ...(await world.observed()),
      revoked: world.idp.forms.filter(({ endpoint }) => endpoint === "revoke").map(({ form }) => form.token),
    },
    {
      used: undefined,
      asked: 1,
      stored: undefined,
      ended: [],
      renewed: [],
      revoked: ["marked-refresh-1", "marked-access-1"],
    },
  );
});

test("a sign-out that revoked the token being presented is not announced as an ended session", async () => {
  const world = await start();
  world.clock.now = hour;
  world.idp.answer.token = async () => {
    await world.store.delete(world.sessionId);
    return json({ error: "invalid_grant" }, 400);
  };
  const used = await world.current();
  assert.deepEqual(
    { used, ...(await world.observed()) },
    { used: undefined, asked: 1, stored: undefined, ended: [], renewed: [] },
  );
});

test("a new sign-in during a renewal is not overwritten", async () => {
  const world = await start();
  world.clock.now = hour;
  world.idp.answer.token = async (form) => {
    await world.store.write({ ...world.tokens, accessToken: "marked-new", refreshToken: "marked-new-refresh" });
    return world.idp.token(form);
  };
  const used = await world.current();
  assert.deepEqual({ used, stored: (await world.observed()).stored }, { used: "marked-new", stored: "marked-new" });
});

test("without a refresh token the session serves until its end, then ends once", async () => {
  const world = await start({}, ["refreshToken"]);
  const manager = world.window();
  world.clock.now = hour - 1;
  const before = await world.current(manager);
  world.clock.now = hour;
  const after = await Promise.all([world.current(manager), world.current(manager)]);
  assert.deepEqual(
    { before, after, ...(await world.observed()) },
    {
      before: "marked-access-0",
      after: [undefined, undefined],
      asked: 0,
      stored: undefined,
      ended: ["no_refresh_token"],
      renewed: [],
    },
  );
});

test("a refused token that cannot be renewed ends the session; an older refused one does not", async () => {
  const world = await start({}, ["refreshToken"]);
  const older = await world.replace("marked-access-of-yesterday");
  const refused = await world.replace("marked-access-0");
  assert.deepEqual(
    { older, refused, ended: (await world.observed()).ended, locks: renewals(world.lock.names).length },
    // What is in the store already needs no lock.
    { older: "marked-access-0", refused: undefined, ended: ["no_refresh_token"], locks: 1 },
  );
});

test("nobody signed in is no failure, and a damaged entry is", async () => {
  const world = await start();
  await world.store.delete(world.sessionId);
  const nobody = [await world.current(), await world.replace("marked-access-0")];
  const key = `session:${world.sessionId}`;
  world.secrets.entries.set(key, "{");
  assert.deepEqual(
    { nobody, damaged: await failureOf(() => world.current()), asked: world.idp.count("token") },
    {
      nobody: [undefined, undefined],
      damaged: { code: "stored_secret_unreadable", facts: { key } },
      asked: 0,
    },
  );
});

test("a client that signed in as itself asks again when its token ends, once for everyone, and is not signed out", async () => {
  const clientGrant = { scopes: ["read"], parameters: { scope: "read", audience: "api" } };
  const world = await start({ clientGrant }, ["refreshToken"]);
  world.idp.answer.token = () => json({ access_token: "marked-again", token_type: "bearer", expires_in: 3600 });
  world.clock.now = hour;
  const manager = world.window();
  const used = await Promise.all([world.current(manager), world.current(manager)]);
  const [asked] = world.idp.forms;
  world.idp.answer.token = () => json({ error: "invalid_client" }, 401);
  world.clock.now = 3 * hour;
  const refused = (await failureOf(() => world.current())) as { code?: string };
  const { ended, stored } = await world.observed();
  assert.deepEqual(
    { used, asked: asked?.form, refused: refused.code, ended, stored },
    {
      used: ["marked-again", "marked-again"],
      asked: { grant_type: "client_credentials", scope: "read", audience: "api", client_id: "app" },
      refused: "token_refused",
      ended: [],
      stored: "marked-again",
    },
  );
});

test("a gateway that takes ID tokens has them renewed by their own end, whatever the access token's is", async () => {
  const idToken = unsignedJwt({ iat: 0, exp: 600 });
  const world = await start({ idToken });
  const renewed = unsignedJwt({ iat: 590, exp: 7200 });
  world.idp.answer.token = () => json({ access_token: "marked-access-1", token_type: "bearer", expires_in: 3600 });
  const current = async () => (await world.window().current(world.sessionId, "id"))?.idToken;
  world.clock.now = 500_000;
  const early = await current();
  world.clock.now = 590_000;
  // The renewal brings no other ID token: this one serves until its end, and then only a sign-in helps.
  const late = await current();
  world.clock.now = 595_000;
  await current();
  world.clock.now = 600_001;
  const over = await current();
  const asked = world.idp.count("token");
  await world.store.write({ ...world.tokens, idToken: renewed });
  const again = await current();
  assert.deepEqual(
    { early, late, over, asked, again, ended: (await world.observed()).ended },
    { early: idToken, late: idToken, over: undefined, asked: 1, again: renewed, ended: [] },
  );
});

test("a renewal whose resource is refused is asked without it, and keeps its place", async () => {
  const resource = "https://gw.example.com/mcp";
  const world = await start({ resource });
  world.idp.answer.token = (form) =>
    form.resource === undefined
      ? json({ access_token: "marked-without", token_type: "bearer", expires_in: 3600 })
      : json({ error: "invalid_target" }, 400);
  world.clock.now = hour;
  const used = await world.current();
  assert.deepEqual(
    {
      used,
      resources: world.idp.forms.map(({ form }) => form.resource),
      stored: (await world.store.read(world.sessionId))?.resource,
    },
    { used: "marked-without", resources: [resource, undefined], stored: resource },
  );
});

test("a sign-out while a renewal is being stored waits for it, and what was stored does not come back", async () => {
  const world = await start();
  world.clock.now = hour;
  const get = world.secrets.get.bind(world.secrets);
  let signOut: Promise<unknown> | undefined;
  world.secrets.get = async (key) => {
    const text = await get(key);
    // The look before the write: whoever signs out in another window does it now.
    if (world.idp.count("token") === 1) signOut ??= takeTokens(world.store, world.sessionId, world.log);
    return text;
  };
  await world.current();
  const taken = (await signOut) as { readonly tokens: TokenSet } | undefined;
  assert.deepEqual(
    { stored: [...world.secrets.entries.keys()], taken: taken?.tokens.accessToken },
    { stored: [], taken: "marked-access-1" },
  );
});

test("a renewal keeps what a newer version put into the tokens, whatever it is", () =>
  fc.assert(
    fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (newer) => {
      const world = await start();
      const key = `session:${world.sessionId}`;
      const known = Object.keys(JSON.parse(world.secrets.entries.get(key) ?? ""));
      const unknown = Object.fromEntries(Object.entries(newer).filter(([name]) => !known.includes(name)));
      const before = { ...JSON.parse(world.secrets.entries.get(key) ?? ""), ...unknown };
      world.secrets.entries.set(key, JSON.stringify(before));
      world.clock.now = hour;
      await world.current();
      const after = JSON.parse(world.secrets.entries.get(key) ?? "");
      assert.equal(after.accessToken, "marked-access-1");
      for (const [name, value] of Object.entries(unknown)) {
        assert.equal(JSON.stringify(after[name]), JSON.stringify(value), name);
      }
    }),
    { numRuns: 50 },
  ));
