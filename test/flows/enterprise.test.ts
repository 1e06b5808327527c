import assert from "node:assert/strict";
import { test } from "node:test";
import { isFailure } from "../../src/failures/failure.ts";
import { credentialKey, storeCredential } from "../../src/oauth/tokens/clientCredential.ts";
import type { TokenSet } from "../../src/oauth/tokens/tokenSet.ts";
import { assertionFaults } from "../../src/sandbox/faults/sandboxFaults.ts";
import { connectWorld } from "../support/connectWorld.ts";
import { enterpriseWorld, withCompany } from "../support/enterpriseWorld.ts";
import { holdClock } from "../support/holdClock.ts";

const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer";

type Answer = { readonly error?: string };

const codeOf = (error: unknown) => (isFailure(error) ? error.code : String(error));

test("one page signs in to every gateway of the company, and none is shown again", () =>
  withCompany(3, { recordSecrets: true }, async (gateways) => {
    const world = enterpriseWorld(gateways);
    const first = await world.in(0);
    const others = [await world.in(1), await world.in(2)];
    const said = await Promise.all([first, ...others].map(({ id }) => world.call(id, "sample___whoami")));
    for (const text of said) assert.match(text, /Ada Lovelace/);
    const { grants } = gateways[0].observe();
    assert.deepEqual(
      { pages: world.opened.length, exchanged: grants[TOKEN_EXCHANGE], atSecond: gateways[1]?.observe().grants },
      { pages: 1, exchanged: 3, atSecond: { [JWT_BEARER]: 1 } },
    );
    // The assertion is for one redemption: it stands nowhere.
    const secrets = gateways[0].issuedSecrets();
    const assertions = secrets.filter(({ kind }) => kind === "id_jag");
    assert.equal(assertions.length, 3);
    const kept = [...world.secrets.entries.values(), world.stored.text ?? "", JSON.stringify(world.log.lines)].join(
      "\n",
    );
    assert.ok(
      kept.includes(secrets.find(({ kind }) => kind === "id_token")?.value ?? "none"),
      "what is kept was searched",
    );
    for (const { value } of assertions) assert.ok(!kept.includes(value));
    await world.stop();
  }));

test("an assertion is redeemed once: whoever comes by it later gets no token for it", () =>
  withCompany(1, { recordSecrets: true }, async (gateways) => {
    const world = enterpriseWorld(gateways);
    await world.in(0);
    const [{ issuer, clientId, clientSecret }] = gateways;
    const [used] = gateways[0].issuedSecrets().filter(({ kind }) => kind === "id_jag");
    const answer = await fetch(`${issuer}/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
      body: new URLSearchParams({ grant_type: JWT_BEARER, assertion: used?.value ?? "" }),
      signal: AbortSignal.timeout(10_000),
    });
    assert.deepEqual(
      [answer.status, await answer.json()],
      [400, { error: "invalid_grant", error_description: "The assertion was redeemed before." }],
    );
    assert.equal(gateways[0].observe().grants[JWT_BEARER], 2);
    await world.stop();
  }));

test("whatever is sent to the gateway's authorization server is refused, and it goes on", () =>
  withCompany(1, {}, async ([{ issuer }]) => {
    const post = (authorization: string, body: string) =>
      fetch(`${issuer}/token`, {
        method: "POST",
        headers: { authorization, "content-type": "application/x-www-form-urlencoded" },
        body,
        signal: AbortSignal.timeout(10_000),
      });
    const answers = [await post("Basic %%%", "grant_type=x"), await post("Basic YQ==", `a=${"x".repeat(70_000)}`)];
    const errors = await Promise.all(answers.map(async (one) => [one.status, ((await one.json()) as Answer).error]));
    assert.deepEqual(errors, [
      [401, "invalid_client"],
      [400, "invalid_request"],
    ]);
    assert.equal((await fetch(`${issuer}/jwks`)).status, 200);
  }));

test("a gateway with a company of its own is entered by that one, whatever is set, and from another window too", () =>
  withCompany(1, {}, async ([sandbox]) => {
    const { gatewayUrl, clientId, clientSecret = "", enterprise } = sandbox;
    assert.ok(enterprise);
    const set = { issuer: "https://login.other.example", clientId: "other" };
    const world = connectWorld({ enterprise: set });
    const { issuer, clientId: atCompany } = enterprise;
    const known = { clientId: async () => clientId, credential: async () => clientSecret };
    const asked = { ...known, company: { issuer, clientId: atCompany } };
    const ended = await world.connect(gatewayUrl, asked, undefined, "enterprise");
    assert.ok(ended.kind === "connected", JSON.stringify(ended));
    await world.gateways.signOut(ended.connection);
    const another = connectWorld({ enterprise: set, beside: world });
    await another.gateways.book.load();
    assert.match(await another.call(ended.connection.id, "sample___whoami"), /Ada Lovelace/);
    assert.deepEqual(
      [world.opened, another.opened].map(([page]) => page?.origin),
      [new URL(issuer).origin, new URL(issuer).origin],
    );
    await Promise.all([world.stop(), another.stop()]);
  }));

test("several gateways that sign in at once share one page", () =>
  withCompany(3, {}, async (gateways) => {
    const world = enterpriseWorld(gateways);
    const all = await Promise.all([world.in(0), world.in(1), world.in(2)]);
    assert.deepEqual([all.length, world.opened.length], [3, 1]);
    await world.stop();
  }));

test("a token that ends is obtained anew by both steps, and an ID token that ends with the refresh token of the sign-in", (t) =>
  withCompany(1, { accessTokenSeconds: 120 }, async (gateways) => {
    const moveOn = holdClock(t);
    const world = enterpriseWorld(gateways);
    const { id } = await world.in(0);
    moveOn(100);
    assert.match(await world.call(id, "sample___whoami"), /Ada Lovelace/);
    const { grants } = gateways[0].observe();
    assert.deepEqual([grants[TOKEN_EXCHANGE], grants[JWT_BEARER], grants.refresh_token], [2, 2, undefined]);
    moveOn(3_600);
    assert.match(await world.call(id, "sample___whoami"), /Ada Lovelace/);
    assert.deepEqual([gateways[0].observe().grants.refresh_token, world.opened.length], [1, 1]);
    await world.stop();
  }));

test("when the sign-in at the company has ended, one page brings back every gateway that waited for it", (t) =>
  withCompany(2, { accessTokenSeconds: 120 }, async (gateways) => {
    const world = enterpriseWorld(gateways);
    const [one, other] = [await world.in(0), await world.in(1)];
    const moveOn = holdClock(t);
    gateways[0].revokeAll();
    moveOn(3_700);
    const before = world.opened.length;
    for (const { id } of [one, other]) {
      const connection = world.gateways.find(id);
      assert.equal(connection && (await world.gateways.currentTokens(connection)), undefined);
    }
    await world.gateways.signIn(one.id, { scopes: [], chooseAccount: false }, { signal: new AbortController().signal });
    for (const { id } of [one, other]) assert.match(await world.call(id, "sample___whoami"), /Ada Lovelace/);
    assert.deepEqual([before, world.opened.length, world.prompts.length], [1, 2, 0]);
    await world.stop();
  }));

test("an ID token that the company takes no more is renewed once, and otherwise its refusal is told", (t) =>
  withCompany(1, { accessTokenSeconds: 120 }, async (gateways) => {
    const world = enterpriseWorld(gateways);
    const { id } = await world.in(0);
    const moveOn = holdClock(t);
    moveOn(130);
    gateways[0].setFaults({ identityTokenRefused: true });
    const connection = world.gateways.find(id);
    assert.ok(connection);
    // Renewed, and refused again.
    await assert.rejects(world.gateways.currentTokens(connection), { code: "enterprise_policy_refused" });
    const { grants } = gateways[0].observe();
    assert.deepEqual([grants.refresh_token, grants[TOKEN_EXCHANGE], world.opened.length], [1, 3, 1]);
    gateways[0].setFaults({});
    assert.match(await world.call(id, "sample___whoami"), /Ada Lovelace/);
    await world.stop();
  }));

for (const fault of assertionFaults) {
  test(`an assertion with the fault "${fault}" is redeemed nowhere`, () =>
    withCompany(1, {}, async (gateways) => {
      const world = enterpriseWorld(gateways);
      gateways[0].setFaults({ assertionFault: fault });
      const failure = await world.in(0).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.equal(codeOf(failure), "identity_assertion_invalid");
      const { grants } = gateways[0].observe();
      assert.deepEqual([grants[TOKEN_EXCHANGE], grants[JWT_BEARER]], [1, undefined]);
      // Nothing uses the sign-in that was made for it.
      assert.deepEqual([world.sessions(), gateways[0].observe().revocations[0]], [[], "refresh_token"]);
      await world.stop();
    }));
}

test("a refusal says which side refused, and whom to ask", () =>
  withCompany(1, {}, async (gateways) => {
    const world = enterpriseWorld(gateways);
    const refused = async (faults: object) => {
      gateways[0].setFaults(faults);
      return await world.in(0).then(
        () => undefined,
        (error: unknown) => (isFailure(error) ? error : undefined),
      );
    };
    const byCompany = await refused({ exchangeRefused: true });
    const byGateway = await refused({ redemptionRefused: true });
    assert.deepEqual([byCompany?.code, byGateway?.code], ["enterprise_policy_refused", "identity_assertion_refused"]);
    const { enterprise, issuer } = gateways[0];
    assert.deepEqual(
      [byCompany?.facts, byGateway?.facts].map((facts) => ({ ...facts })),
      [
        {
          ...{ issuer: enterprise?.issuer, audience: issuer, clientId: enterprise?.clientId },
          ...{ scopes: ["gateway.read"], status: 400, error: "invalid_target" },
          words: "The resource application is not connected to this one",
        },
        {
          ...{ issuer, identityProvider: enterprise?.issuer, clientId: gateways[0].clientId, withSecret: true },
          ...{ scopes: ["gateway.read"], status: 400, error: "invalid_grant" },
          words: "The assertion is not one that is trusted here",
        },
      ],
    );
    await world.stop();
  }));

test("a sign-out keeps the company's sign-in for other gateways, and the last one ends it", () =>
  withCompany(2, {}, async (gateways) => {
    const world = enterpriseWorld(gateways);
    const [one, other] = [await world.in(0), await world.in(1)];
    const company = gateways[0].enterprise?.issuer;
    const first = await world.gateways.signOut(one);
    assert.deepEqual(first.company, { issuer: company });
    assert.deepEqual(gateways[0].observe().revocations, ["access_token"]);
    assert.match(await world.call(other.id, "sample___whoami"), /Ada Lovelace/);
    const last = await world.gateways.signOut(other);
    assert.deepEqual(
      [last.company?.issuer, last.company?.revocation?.steps.map(({ token, kind }) => `${token}: ${kind}`)],
      [company, ["refresh token: revoked", "access token: revoked"]],
    );
    assert.deepEqual(
      [gateways[0].observe().revocations.slice(1), world.sessions()],
      [["refresh_token", "access_token"], []],
    );
    await world.stop();
  }));

test("tokens of gateways that the company lets in are neither shared nor taken for the company's own", () =>
  withCompany(2, {}, async (gateways) => {
    const world = enterpriseWorld(gateways);
    const [one, other] = [await world.in(0), await world.in(1)];
    const stored = await Promise.all(world.sessions().map((key) => world.store.read(key.replace("session:", ""))));
    const kinds = stored.map((tokens) => (tokens?.isIdentity ? "company" : tokens?.enterprise ? "gateway" : "other"));
    assert.deepEqual(kinds.sort(), ["company", "gateway", "gateway"]);
    assert.deepEqual([await world.gateways.accountsFor(one), await world.gateways.accountsFor(other)], [[], []]);
    assert.deepEqual(
      (await world.gateways.sessions()).map(({ connections }) => connections.map(({ name }) => name)).sort(),
      [["gateway-0"], ["gateway-1"]],
    );
    const { account, server, enterprise } = stored.find((tokens) => tokens?.enterprise) as TokenSet;
    assert.deepEqual([account.label, enterprise?.issuer === server.issuer], ["Ada Lovelace", false]);
    await world.stop();
  }));

test("it is used by itself only where the server says so and a client is known, and can be forced and turned off", () =>
  withCompany(1, {}, async (gateways) => {
    const { gatewayUrl, clientId } = gateways[0];
    const flowWith = async (gateway: object, company?: object) => {
      const world = enterpriseWorld(gateways, { gateway, ...(company && { company }) });
      const outcome = await world.in(0).then(({ authorization }) => authorization, codeOf);
      await world.stop();
      return typeof outcome === "string" ? outcome : outcome.kind === "oauth" && (outcome.signIn ?? "browser");
    };
    assert.ok(gatewayUrl && clientId);
    assert.deepEqual(
      [await flowWith({}), await flowWith({ signIn: "enterprise" }), await flowWith({ signIn: "browser" })],
      // This server has no page.
      ["enterprise", "enterprise", "endpoint_missing"],
    );
  }));

test("what is set wrongly about the company is told with its place, and no secret is repeated", () =>
  withCompany(1, {}, async (gateways) => {
    const wrong: readonly (readonly [object, string])[] = [
      [{ issuer: 5 }, "issuer"],
      [{ issuer: "no address" }, "issuer"],
      [{ clientId: "" }, "clientId"],
      [{ clientSecret: "s3cr3t" }, "clientSecret"],
      [{ secret: "s3cr3t" }, "secret"],
      [{ idToken: { command: [] } }, "idToken"],
      [{ scopes: "openid" }, "scopes"],
    ];
    for (const [company, place] of wrong) {
      const world = enterpriseWorld(gateways, { company });
      const failure = await world.in(0).then(
        () => undefined,
        (error: unknown) => error,
      );
      assert.ok(isFailure(failure, "setting_invalid"), `${JSON.stringify(company)}: ${codeOf(failure)}`);
      assert.equal(failure.facts.setting, `gatewayConnect.enterpriseIdentityProvider › ${place}`);
      assert.ok(!failure.facts.found.includes("s3cr3t"));
      assert.equal(world.opened.length, 0);
      await world.stop();
    }
    assert.deepEqual(gateways[0].observe().tokenRequests, 0);
  }));

test("what is left of a company when no gateway is there any more is ended and forgotten, the typed secret too", () =>
  withCompany(1, {}, async (gateways) => {
    const world = enterpriseWorld(gateways);
    const connection = await world.in(0);
    const { issuer = "", clientId = "" } = gateways[0].enterprise ?? {};
    await storeCredential(await credentialKey(issuer, clientId), "typed", world.secrets);
    await world.gateways.forgetCompanies();
    const isKept = (kind: string) => [...world.secrets.entries.keys()].some((key) => key.startsWith(kind));
    // In use: it stays.
    assert.deepEqual([world.sessions().length, gateways[0].observe().revocations], [2, []]);
    await world.store.delete(connection.sessionId ?? world.gateways.find(connection.id)?.sessionId ?? "");
    await world.gateways.forgetCompanies();
    assert.deepEqual([world.sessions(), isKept("credential:")], [[], false]);
    assert.ok(gateways[0].observe().revocations.includes("refresh_token"));
    await world.stop();
  }));
