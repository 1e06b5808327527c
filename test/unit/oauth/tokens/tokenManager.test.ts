import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { newProofKey } from "../../../../src/oauth/tokens/proofs.ts";
import { takeTokens } from "../../../../src/oauth/tokens/readableTokens.ts";
import { SecretTokenStore } from "../../../../src/oauth/tokens/secretTokenStore.ts";
import { type SessionEnd, TokenManager } from "../../../../src/oauth/tokens/tokenManager.ts";
import { KEY_LOST, sessionIdOf, type TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
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
  const unknown: string[] = [];
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
      log,
      onRenewed: ({ accessToken }) => renewed.push(accessToken),
      onEnded: ({ because }) => ended.push(because),
      onUnknownClient: async ({ accessToken }) => void unknown.push(accessToken),
    });
  return {
    idp,
    clock,
    store,
    secrets,
    lock,
    log,
    ended,
    unknown,
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
  assert.deepEqual(
    world.log.lines.filter((line) => line.startsWith("warn")).map((line) => line.includes("token_response_invalid")),
    [true],
  );
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
  // They may be of one family, which a revocation would end.
  assert.equal(world.idp.count("revoke"), 0);
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

test("a renewal without a key that can sign ends the sign-in, and the provider is not asked without a proof", async () => {
  const proofKey = { kty: "EC", crv: "P-256", x: "marked", y: "marked", d: "marked" } as const;
  const { clock, idp, window, sessionId, ended, store } = await start({ proofKey, isBound: true });
  clock.now = hour;
  assert.deepEqual(
    { tokens: await window().current(sessionId), asked: idp.count("token"), ended },
    { tokens: undefined, asked: 0, ended: [KEY_LOST] },
  );
  assert.equal((await store.read(sessionId))?.refreshToken, "marked-refresh-0");
});

test("a proof that the provider does not take, by its clock say, ends no sign-in", async () => {
  for (const error of ["invalid_dpop_proof", "use_dpop_nonce"]) {
    const { clock, idp, window, sessionId, ended } = await start({ proofKey: await newProofKey(), isBound: true });
    idp.answer.token = () => json({ error }, 400, { "dpop-nonce": "n" });
    clock.now = hour;
    const failure = await failureOf(() => window().current(sessionId));
    assert.deepEqual(
      [(failure as { code: string }).code, idp.count("token"), ended],
      ["token_refused", error === "use_dpop_nonce" ? 2 : 1, []],
    );
    delete idp.answer.token;
    assert.equal((await window().current(sessionId))?.accessToken, "marked-access-1");
  }
});

test("a renewal that brings a token of any bearer leaves the key for the next one, and nothing bound", async () => {
  const proofKey = await newProofKey();
  const { clock, idp, window, sessionId } = await start({ proofKey, isBound: true });
  clock.now = hour;
  const plain = await window().current(sessionId);
  idp.tokenFields = { token_type: "dPoP" };
  clock.now = 2 * hour;
  const bound = await window().current(sessionId);
  assert.deepEqual(
    [plain, bound].map((tokens) => [tokens?.isBound, tokens?.proofKey]),
    [
      [undefined, proofKey],
      [true, proofKey],
    ],
  );
});

/** What the provider was asked to revoke, in order. */
const revoked = ({ idp }: { readonly idp: FakeAuthorizationServer }) =>
  idp.forms.filter(({ endpoint }) => endpoint === "revoke").map(({ form }) => form.token);

/** An ID token that is believed in an answer to the client. Libraries look at the real clock. */
const believed = (claims: object, iss = "https://login.example.com", aud = "app") =>
  unsignedJwt({ iss, aud, sub: "u1", iat: 0, exp: 32_503_680_000, ...claims });

/** An answer that brings a refresh token, and is of no use otherwise. */
const useless = () => json({ refresh_token: "marked-fresh", token_type: "bearer" });

test("the refresh token of an answer that is of no use otherwise is kept, since the one before it may be spent", async () => {
  const world = await start();
  world.clock.now = hour;
  world.idp.answer.token = useless;
  const failure = (await failureOf(() => world.current())) as { code?: string };
  const { refreshToken, accessToken, scopes } = (await world.store.read(world.sessionId)) ?? {};
  assert.deepEqual(
    { failure: failure.code, refreshToken, accessToken, scopes, revoked: revoked(world) },
    {
      ...{ failure: "token_response_invalid", refreshToken: "marked-fresh", accessToken: "marked-access-0" },
      ...{ scopes: ["read"], revoked: [] },
    },
  );
  delete world.idp.answer.token;
  world.idp.live.add("marked-fresh");
  assert.equal(await world.current(), "marked-access-1");
});

test("the refresh token of such an answer is revoked where somebody signed out meanwhile, and overwrites no other sign-in", async () => {
  const outcomes = [];
  for (const meanwhile of ["sign-out", "new sign-in", "renewal with the same access token"]) {
    const world = await start();
    world.clock.now = hour;
    world.idp.answer.token = async () => {
      if (meanwhile === "sign-out") await world.store.delete(world.sessionId);
      const changes = meanwhile === "new sign-in" ? { accessToken: "marked-new" } : {};
      if (meanwhile !== "sign-out")
        await world.store.write({ ...world.tokens, ...changes, refreshToken: "marked-new-refresh" });
      return useless();
    };
    await failureOf(() => world.current());
    outcomes.push([meanwhile, (await world.store.read(world.sessionId))?.refreshToken, revoked(world)]);
  }
  assert.deepEqual(outcomes, [
    ["sign-out", undefined, ["marked-fresh", "marked-access-0"]],
    ["new sign-in", "marked-new-refresh", []],
    ["renewal with the same access token", "marked-new-refresh", []],
  ]);
});

test("a sign-in whose client the provider does not know is told as that before it ends, and no other is", async () => {
  for (const error of ["invalid_client", "invalid_grant"]) {
    const world = await start();
    world.clock.now = hour;
    world.idp.answer.token = () => json({ error }, 401);
    await world.current();
    assert.deepEqual(
      { unknown: world.unknown, ended: world.ended, logged: world.log.lines.some((line) => line.includes(error)) },
      { unknown: error === "invalid_client" ? ["marked-access-0"] : [], ended: [error], logged: true },
    );
  }
});

test("tokens that the secret storage does not keep serve from memory, which the log has", async () => {
  const world = await start();
  const window = world.window();
  await world.current(window);
  world.clock.now = hour;
  world.secrets.store = async () => {
    throw new Error("the keychain is locked");
  };
  const used = [await world.current(window), await world.current(window)];
  assert.deepEqual(
    { used, asked: world.idp.count("token"), logged: world.log.lines.filter((line) => line.startsWith("warn")).length },
    { used: ["marked-access-1", "marked-access-1"], asked: 1, logged: 1 },
  );
  const logged = world.log.lines.filter((line) => line.includes(world.idp.issuer));
  assert.deepEqual([logged.length, logged.filter((line) => line.includes("Ada")).length], [2, 1]);
});

test("a secret storage that cannot be read as a renewal is to be kept loses nothing of it", async () => {
  const world = await start();
  const window = world.window();
  world.clock.now = hour;
  const get = world.secrets.get.bind(world.secrets);
  world.secrets.get = async (key) => {
    if (world.idp.count("token") === 1) throw new Error("the keychain is locked");
    return await get(key);
  };
  const used = await world.current(window);
  world.secrets.get = get;
  assert.deepEqual(
    [used, await world.current(window), world.idp.count("token")],
    ["marked-access-1", "marked-access-1", 1],
  );
});

test("a sign-in that another version keeps meanwhile is not written over, and the failure is told as what it is", async () => {
  const world = await start();
  world.clock.now = hour;
  const key = `session:${world.sessionId}`;
  world.idp.answer.token = (form) => {
    world.secrets.entries.set(key, '{"version":2}');
    return world.idp.token(form);
  };
  assert.deepEqual(
    { failure: await failureOf(() => world.current()), kept: world.secrets.entries.get(key) },
    { failure: { code: "stored_by_newer_version", facts: { key } }, kept: '{"version":2}' },
  );
});

test("a renewed ID token takes the place of the one before, and one without an end serves until it is refused", async () => {
  const endless = unsignedJwt({ iat: 0 });
  const [first, second] = [unsignedJwt({ iat: 0, exp: 600 }), believed({ iat: 590 })];
  const world = await start({ idToken: first });
  world.idp.tokenFields = { id_token: second };
  const current = async () => (await world.window().current(world.sessionId, "id"))?.idToken;
  world.clock.now = 590_000;
  const renewed = await current();
  const kept = (await world.store.read(world.sessionId))?.idToken;
  await world.store.write({ ...world.tokens, idToken: endless });
  world.clock.now = 1000 * hour;
  const asked = world.idp.count("token");
  assert.deepEqual(
    { renewed, kept, endless: await current(), askedForIt: world.idp.count("token") - asked },
    { renewed: second, kept: second, endless, askedForIt: 0 },
  );
});

test("an ID token serves until the moment of its end, and not in it", async () => {
  const world = await start({ idToken: unsignedJwt({ iat: 0, exp: 600 }), idTokenKept: true });
  const current = async () => (await world.window().current(world.sessionId, "id")) !== undefined;
  world.clock.now = 599_999;
  const before = await current();
  world.clock.now = 600_000;
  assert.deepEqual([before, await current()], [true, false]);
});

test("a refused ID token is replaced by another one, and only by another one", async () => {
  const [first, second] = [believed({}), believed({ iat: 1 })];
  const world = await start({ idToken: first });
  const replace = async (refused: string) => (await world.window().replace(world.sessionId, refused, "id"))?.idToken;
  const older = await replace("of yesterday");
  world.idp.tokenFields = { id_token: second };
  assert.deepEqual([older, await replace(first), world.idp.count("token")], [first, second, 1]);
});

test("a workload asks its platform again when its token ends, and is not signed out by a refusal", async () => {
  const claims = { iss: "https://platform.example.com", sub: "job", aud: "https://login.example.com", exp: 9_000_000 };
  const world = await start(
    {
      workloadGrant: {
        identity: {
          source: { kind: "environment", name: "PLATFORM_TOKEN" } as never,
          ...{ audience: "issuer", grant: "jwt-bearer" },
        },
        parameters: { scope: "read" },
      },
    },
    ["refreshToken"],
  );
  const window = () =>
    new TokenManager(world.store, {
      fetch: world.idp.fetch,
      now: () => world.clock.now,
      log: world.log,
      readCredential: async () => unsignedJwt(claims),
      onEnded: ({ because }) => world.ended.push(because),
    });
  world.idp.answer.token = () => json({ access_token: "marked-again", token_type: "bearer", expires_in: 3600 });
  world.clock.now = hour;
  const used = (await window().current(world.sessionId))?.accessToken;
  const [asked] = world.idp.forms;
  world.idp.answer.token = () => json({ error: "invalid_grant" }, 400);
  world.clock.now = 2 * hour;
  const refused = (await failureOf(() => window().current(world.sessionId))) as { code?: string };
  assert.deepEqual(
    { used, asked: [asked?.form.grant_type, asked?.form.scope], refused: refused.code, ended: world.ended },
    {
      used: "marked-again",
      asked: ["urn:ietf:params:oauth:grant-type:jwt-bearer", "read"],
      ...{ refused: "workload_refused", ended: [] },
    },
  );
});

/** A company's identity provider, with a person signed in there, and a gateway's tokens obtained by way of it. */
async function atCompany() {
  const resource = "https://gw.example.com/mcp";
  const company = new FakeAuthorizationServer("https://company.example.com");
  company.live.add("marked-company-refresh");
  const identity = await sessionIdOf({ issuer: company.issuer, clientId: "at-company", subject: "ada" });
  const world = await start(
    { enterprise: { issuer: company.issuer, identity, resource, scopes: ["read"], exchangedAt: 0 } },
    ["refreshToken"],
  );
  const { idp, clock, store } = world;
  const idToken = (n: number) => believed({ sub: "ada", iat: n }, company.issuer, "at-company");
  await store.write({
    sessionId: identity,
    server: company.server,
    client: { clientId: "at-company", authMethod: "none" },
    account: { id: "ada", label: "Ada" },
    scopes: ["openid"],
    isIdentity: true,
    accessToken: "marked-company",
    refreshToken: "marked-company-refresh",
    idToken: idToken(0),
    issuedAt: 0,
    expiresAt: 10 * hour,
  });
  /** The ID tokens that the company exchanges; any other is refused. */
  const taken = new Set([idToken(0)]);
  company.answer.token = (form) => {
    if (!form.grant_type?.endsWith("token-exchange")) return company.token(form);
    if (!taken.has(form.subject_token ?? "")) return json({ error: "invalid_grant" }, 400);
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
    const iat = clock.now / 1000;
    const claims = {
      iss: company.issuer,
      aud: idp.issuer,
      client_id: "app",
      sub: "ada",
      jti: "1",
      iat,
      exp: iat + 300,
    };
    return json({
      access_token: `${part({ typ: "oauth-id-jag+jwt", alg: "RS256" })}.${part({ ...claims, resource })}.c2ln`,
      ...{ issued_token_type: "urn:ietf:params:oauth:token-type:id-jag", token_type: "N_A", expires_in: 300 },
    });
  };
  idp.answer.token = ({ grant_type: grant = "" }) =>
    grant.endsWith("jwt-bearer")
      ? json({ access_token: "marked-by-company", token_type: "bearer", expires_in: 3600 })
      : json({ error: "unsupported_grant_type" }, 400);
  const manager = () =>
    new TokenManager(store, {
      fetch: (url, init) => (new URL(url).origin === company.issuer ? company : idp).fetch(url, init as RequestInit),
      now: () => clock.now,
      log: world.log,
      onEnded: ({ because }) => world.ended.push(because),
    });
  return { ...world, company, identity, idToken, taken, manager };
}

test("a gateway's tokens by way of a company are obtained anew, and say when the company last agreed", async () => {
  const { clock, manager, sessionId, idp, company, store, ended } = await atCompany();
  clock.now = 2 * hour;
  const used = (await manager().current(sessionId))?.accessToken;
  const { enterprise, namesScopes, scopes } = (await store.read(sessionId)) ?? {};
  assert.deepEqual(
    { used, exchangedAt: enterprise?.exchangedAt, issuer: enterprise?.issuer, namesScopes, scopes, ended },
    {
      ...{ used: "marked-by-company", exchangedAt: 2 * hour, issuer: company.issuer, namesScopes: undefined },
      ...{ scopes: ["read"], ended: [] },
    },
  );
  assert.deepEqual([company.count("token"), idp.count("token")], [1, 1]);
});

test("an ID token that the company takes no more is renewed first, and where none comes the sign-in ends as the company's", async () => {
  const { clock, manager, sessionId, company, taken, idToken, ended, store, identity } = await atCompany();
  clock.now = 2 * hour;
  taken.clear();
  taken.add(idToken(1));
  company.tokenFields = { id_token: idToken(1) };
  const used = (await manager().current(sessionId))?.accessToken;
  const renewed = (await store.read(identity))?.idToken;
  taken.clear();
  company.live.clear();
  clock.now = 4 * hour;
  const over = await manager().current(sessionId);
  assert.deepEqual(
    { used, renewed, over, ended, refused: (await store.read(sessionId))?.refused },
    {
      ...{ used: "marked-by-company", renewed: idToken(1), over: undefined },
      ...{ ended: ["invalid_grant", "identity_ended"], refused: "identity_ended" },
    },
  );
});

test("what a company or a gateway's server refuses in mid-renewal ends nobody's sign-in", async () => {
  const { clock, manager, sessionId, idp, store, ended } = await atCompany();
  clock.now = 2 * hour;
  idp.answer.token = () => json({ error: "invalid_grant" }, 400);
  const failure = (await failureOf(() => manager().current(sessionId))) as { code?: string };
  assert.deepEqual(
    { failure: failure.code, ended, refused: (await store.read(sessionId))?.refused },
    { failure: "identity_assertion_refused", ended: [], refused: undefined },
  );
});

test("whoever waited for a renewal while somebody signed out is signed out, and nobody is asked", async () => {
  const world = await start();
  world.clock.now = hour;
  let used: Promise<string | undefined> | undefined;
  await world.lock.run(`renew-${world.sessionId}`, async () => {
    used = world.current();
    await new Promise((resolve) => setImmediate(resolve));
    await world.store.delete(world.sessionId);
  });
  assert.deepEqual([await used, world.idp.forms.length], [undefined, 0]);
});

test("nobody has to be told of renewals and ends", async () => {
  const world = await start();
  const { fetch } = world.idp;
  const manager = new TokenManager(world.store, { fetch, now: () => world.clock.now, log: world.log });
  world.clock.now = hour;
  const renewed = await manager.current(world.sessionId);
  world.idp.answer.token = () => json({ error: "invalid_client" }, 401);
  world.clock.now = 3 * hour;
  assert.deepEqual([renewed?.accessToken, await manager.current(world.sessionId)], ["marked-access-1", undefined]);
});

test("without the lock on sign-ins nothing is written", async () => {
  const world = await start();
  world.clock.now = hour;
  const run = world.lock.run.bind(world.lock);
  world.lock.run = async (name, act) => {
    if (name === "sign-ins") throw new Error("the folder is read-only");
    return await run(name, act);
  };
  await assert.rejects(world.current(), { message: "the folder is read-only" });
  assert.equal((await world.store.read(world.sessionId))?.accessToken, "marked-access-0");
});

test("another token of a client without a refresh token is another sign-in, which a renewal does not overwrite", async () => {
  const clientGrant = { scopes: ["read"], parameters: { scope: "read" } };
  const world = await start({ clientGrant }, ["refreshToken"]);
  const { refreshToken: _, ...tokens } = world.tokens;
  world.clock.now = hour;
  world.idp.answer.token = async () => {
    await world.store.write({ ...tokens, accessToken: "marked-other" });
    return json({ access_token: "marked-again", token_type: "bearer", expires_in: 3600 });
  };
  assert.deepEqual([await world.current(), (await world.observed()).stored], ["marked-other", "marked-other"]);
});

test("it is known whether the last renewal brought another ID token, where there is one", async () => {
  const kept = [];
  for (const [without, answer] of [
    [[], {}],
    [[], { id_token: believed({ iat: 7 }) }],
    [["idToken"], {}],
  ] as const) {
    const world = await start({ idTokenKept: true }, without);
    world.idp.tokenFields = answer;
    world.clock.now = hour;
    await world.current();
    kept.push((await world.store.read(world.sessionId))?.idTokenKept);
  }
  assert.deepEqual(kept, [true, undefined, undefined]);
});

test("a refused ID token that no renewal replaces is not sent again: only a sign-in helps", async () => {
  const world = await start({ idToken: believed({}) });
  const refused = await world.window().replace(world.sessionId, world.tokens.idToken ?? "", "id");
  assert.deepEqual([refused, world.idp.count("token"), world.ended], [undefined, 1, []]);
});

test("a provider that wants the scopes named in a renewal is asked with them from then on", async () => {
  const world = await start();
  world.idp.answer.token = (form) => (form.scope === undefined ? json({ error: "invalid_scope" }, 400) : undefined);
  const asked = [];
  const known = [];
  for (const now of [hour, 3 * hour]) {
    world.clock.now = now;
    await world.current();
    asked.push(world.idp.count("token"));
    known.push((await world.store.read(world.sessionId))?.namesScopes);
  }
  const other = await start();
  other.clock.now = hour;
  await other.current();
  assert.deepEqual(
    { asked, known, other: Object.hasOwn((await other.store.read(other.sessionId)) ?? {}, "namesScopes") },
    { asked: [2, 3], known: [true, true], other: false },
  );
});

test("an ID token that a company did not renew last time is used to its end, without asking for another", async () => {
  const { clock, manager, sessionId, company, identity, store, taken } = await atCompany();
  const soon = believed({ sub: "ada", exp: 2 * 3600 + 30 }, company.issuer, "at-company");
  taken.add(soon);
  const there = await store.read(identity);
  assert.ok(there);
  await store.write({ ...there, idToken: soon, idTokenKept: true });
  clock.now = 2 * hour;
  const used = (await manager().current(sessionId))?.accessToken;
  assert.deepEqual([used, company.count("token")], ["marked-by-company", 1]);
});
