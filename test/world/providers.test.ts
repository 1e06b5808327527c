import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { stateLine } from "../../src/connections/gatewayStatus.ts";
import { failureText } from "../../src/failures/failureText.ts";
import { deviceCodeGrant } from "../../src/oauth/signIn/deviceCode.ts";
import { connectWorld } from "../support/connectWorld.ts";
import { type FakeAuthorizationServer, unsignedJwt } from "../support/fakeAuthorizationServer.ts";
import { failureOf, html, json } from "../support/fakePorts.ts";
import { until } from "../support/until.ts";
import { connectedEditor, editorWorld } from "./support/editor.ts";
import { startWorldGateway } from "./support/gateway.ts";
import { programFor, programWorld } from "./support/program.ts";
import { startProvider } from "./support/provider.ts";
import { eachPair, type WorldTests, worldRows } from "./support/rows.ts";
import { startSdkServer } from "./support/sdkServer.ts";

const gone = ["invalid_request", "invalid_token", "unauthorized_client", "invalid_grant", "refresh_token_expired"];

const deadRefreshToken: WorldTests = {
  ...eachPair([400, 401, 403], gone, (status, error) => [
    `HTTP ${status} ${error} at a renewal asks for a sign-in, once`,
    async (t) => {
      const { provider, world, id } = await editorWorld(t);
      provider.answer.token = refusingRenewal(() => json({ error, error_description: "It has expired." }, status));
      world.later(3_601_000);
      const answers = [await world.call(id, "echo"), await world.call(id, "echo")];
      const prompts = world.prompts.map(({ because }) => because);
      assert.deepEqual(
        { answers, prompts, renewals: renewals(provider) },
        { answers: ["{}", "{}"], prompts: ["sign_in_needed"], renewals: 1 },
      );
    },
  ]),
  "without an editor a dead refresh token opens the browser, once": async (t) => {
    const { start, provider, computer, clock } = await programWorld(t);
    const standalone = await start();
    await standalone.call("echo");
    provider.answer.token = refusingRenewal(() => json({ error: "invalid_request" }, 400));
    clock.moveOn(3601);
    const answers = [await standalone.call("echo"), await standalone.call("echo")];
    assert.deepEqual(
      { answers, browsers: computer.opened().length, renewals: renewals(provider) },
      { answers: ["{}", "{}"], browsers: 2, renewals: 1 },
    );
  },
  "a dead refresh token stays no longer than until the next start: that one signs in": async (t) => {
    const { start, provider, computer, clock } = await programWorld(t);
    const first = await start();
    await first.call("echo");
    await first.close();
    provider.answer.token = refusingRenewal(() => json({ error: "invalid_request" }, 400));
    clock.moveOn(3601);
    const answer = await (await start()).call("echo");
    assert.deepEqual({ answer, browsers: computer.opened().length }, { answer: "{}", browsers: 2 });
  },
  "in the editor a dead refresh token leads to one prompt at the next call, and a sign-out still revokes it": async (
    t,
  ) => {
    const { provider, world, id } = await editorWorld(t);
    world.person.stays = true;
    provider.answer.token = refusingRenewal(() => json({ error: "invalid_token" }, 401));
    world.later(3_601_000);
    const call = world.call(id, "echo");
    await until(() => world.opened.length === 2, "the page is opened");
    const connection = world.gateways.find(id);
    assert.ok(connection);
    const before = provider.live.size;
    await world.gateways.signOut(connection);
    world.stop();
    await call.catch(() => {});
    const observed = { prompts: world.prompts.map(({ because }) => because), renewals: renewals(provider) };
    assert.deepEqual(
      { ...observed, live: [before, provider.live.size] },
      { prompts: ["sign_in_needed"], renewals: 1, live: [1, 0] },
    );
  },
  "what passes signs nobody out: a proxy's page, a provider that is busy": async (t) => {
    const { start, provider, computer, clock } = await programWorld(t);
    const standalone = await start();
    await standalone.call("echo");
    const passing = [
      () => html(403),
      () => html(407),
      () => html(200),
      () => json({ error: "server_error" }, 500),
      () => json({ error: "temporarily_unavailable" }, 400),
      () => json({ error: "slow_down" }, 400),
    ];
    clock.moveOn(3601);
    const told: string[] = [];
    for (const answer of passing) {
      provider.answer.token = refusingRenewal(answer);
      told.push(await standalone.call("echo"));
    }
    delete provider.answer.token;
    const answer = await standalone.call("echo");
    assert.deepEqual(
      { told: told.filter((text) => text !== "{}").length, answer, browsers: computer.opened().length },
      { told: passing.length, answer: "{}", browsers: 1 },
    );
  },
};

/** A provider that answers `invalid_client` for all clients but those that register from now on. */
function forgetClients(provider: FakeAuthorizationServer): void {
  const known = new Set<string>();
  const unknown = ({ client_id = "" }: Readonly<Record<string, string>>) =>
    known.has(client_id) ? undefined : json({ error: "invalid_client" }, 401, { "www-authenticate": "Basic" });
  provider.answer.register = () => {
    const id = `new-${known.size + 1}`;
    known.add(id);
    return json({ client_id: id }, 201);
  };
  for (const endpoint of ["token", "revoke", "device"]) provider.answer[endpoint] = unknown;
}

const registrations = (provider: FakeAuthorizationServer) => provider.count("register");

const forgottenClient: WorldTests = {
  "a renewal by a client that was forgotten registers anew and opens the browser, once": async (t) => {
    const { start, provider, computer, clock } = await programWorld(t);
    const standalone = await start();
    await standalone.call("echo");
    forgetClients(provider);
    clock.moveOn(3601);
    const answer = await standalone.call("echo");
    const [, second] = computer.opened().map(({ url }) => new URL(url).searchParams.get("client_id"));
    assert.deepEqual(
      { answer, second, browsers: computer.opened().length, registrations: registrations(provider) },
      { answer: "{}", second: "new-1", browsers: 2, registrations: 2 },
    );
  },
  "in the editor too, and what comes after needs no browser": async (t) => {
    const { provider, world, id } = await editorWorld(t);
    forgetClients(provider);
    const answers: string[] = [];
    for (let times = 0; times < 3; times++) {
      world.later(3_601_000);
      answers.push(await world.call(id, "echo"));
    }
    const { authorization } = world.gateways.find(id) ?? {};
    assert.deepEqual(
      {
        answers,
        prompts: world.prompts.length,
        registrations: registrations(provider),
        client: authorization?.kind === "oauth" && authorization.clientId,
      },
      { answers: ["{}", "{}", "{}"], prompts: 1, registrations: 2, client: "new-1" },
    );
  },
  "a code exchange by a client that was forgotten since registers anew, and the browser opens once more": async (t) => {
    const { start, provider, computer } = await programWorld(t);
    provider.answer.authorize = () => {
      if (provider.count("authorize") === 1) forgetClients(provider);
      return undefined;
    };
    const standalone = await start();
    const answer = await standalone.call("echo");
    assert.deepEqual(
      { answer, browsers: computer.opened().length, registrations: registrations(provider) },
      { answer: "{}", browsers: 2, registrations: 2 },
    );
  },
  "a device code for a client that was forgotten registers anew, and is shown": async (t) => {
    const { start, provider, computer } = await programWorld(t);
    const device = { device_authorization_endpoint: `${provider.issuer}/device` };
    Object.assign(provider.server, device, { grant_types_supported: ["authorization_code", deviceCodeGrant] });
    provider.answer.register = () => {
      forgetClients(provider);
      return json({ client_id: "old" }, 201);
    };
    const standalone = await start("--device-code");
    const answer = await standalone.call("echo");
    assert.deepEqual(
      { answer, browsers: computer.opened().length, registrations: registrations(provider) },
      { answer: "{}", browsers: 0, registrations: 2 },
    );
  },
  "a sign-out whose client was forgotten says so, and the next sign-in registers anew": async (t) => {
    const { provider, world, id } = await editorWorld(t);
    const connection = world.gateways.find(id);
    assert.ok(connection);
    forgetClients(provider);
    const { revocation } = await world.gateways.signOut(connection);
    const answer = await world.call(id, "echo");
    assert.deepEqual(
      { steps: revocation?.steps.map(({ kind }) => kind), answer, registrations: registrations(provider) },
      { steps: ["failed", "failed"], answer: "{}", registrations: 2 },
    );
  },
  "a client that does not become known by registering is told, after one more try": async (t) => {
    const { start, provider, computer } = await programWorld(t);
    provider.answer.token = () => json({ error: "invalid_client" }, 401);
    const standalone = await start();
    await standalone.says(/HTTP 401, invalid_client/);
    assert.deepEqual([computer.opened().length, registrations(provider)], [2, 2]);
  },
  "a client that somebody else registered is not replaced: it is told": async (t) => {
    const { start, provider, computer, clock } = await programWorld(t);
    const standalone = await start("--client-id", "ours");
    await standalone.call("echo");
    forgetClients(provider);
    clock.moveOn(3601);
    const told = await standalone.call("echo");
    assert.match(told, /invalid_client/);
    assert.deepEqual([computer.opened().length, registrations(provider)], [2, 0]);
  },
};

/** What a provider says to a renewal that names its scopes, or does not. */
const refusals: Readonly<Record<string, () => Response>> = {
  "as Entra does where client and resource are one": () =>
    json(
      { error: "invalid_request", error_description: "AADSTS90009: Application is requesting a token for itself." },
      400,
    ),
  "for an invalid scope": () => json({ error: "invalid_scope" }, 400),
  "for an invalid request": () => json({ error: "invalid_request", error_description: "scope parameter" }, 401),
};

const scopesOfRenewals: WorldTests = eachPair([true, false], Object.entries(refusals), (named, [what, answer]) => [
  `a provider that refuses ${what} renewals ${named ? "that name their scopes" : "without scopes"}: asked the other way, and so from then on`,
  async (t) => {
    const provider = await startProvider(t);
    Object.assign(provider.server, { scopes_supported: ["openid", "offline_access"] });
    const { world, id } = await connectedEditor(t, provider);
    const takes = { scope: !named };
    provider.answer.token = (form) => {
      if (form.grant_type !== "refresh_token") return undefined;
      return (form.scope !== undefined) === takes.scope ? undefined : answer();
    };
    const asked: boolean[][] = [];
    for (let times = 0; times < 3; times++) {
      // The provider may change its mind, and then it is asked the other way again.
      if (times === 2) takes.scope = !takes.scope;
      const before = provider.forms.length;
      world.later(3_601_000);
      assert.equal(await world.call(id, "echo"), "{}");
      asked.push(provider.forms.slice(before).map(({ form }) => form.scope !== undefined));
    }
    const learned = takes.scope ? [[false], [false], [false, true]] : [[false, true], [true], [true, false]];
    assert.deepEqual({ asked, prompts: world.prompts }, { asked: learned, prompts: [] });
  },
]);

/** What an optional member may be instead of what it should be. */
const senseless: readonly (readonly [string, unknown])[] = [
  ["null", null],
  ["missing", undefined],
  ["a list", ["a"]],
  ["an object", { a: 1 }],
  ["true", true],
];

const membersThatAreNull: WorldTests = {
  ...eachPair(["refresh_token", "expires_in", "scope", "id_token"], senseless, (member, [what, value]) => [
    `${member} that is ${what} keeps nobody from signing in, nor from what the other members say`,
    async (t) => {
      const { provider, world, id } = await editorWorld(t, { [member]: value });
      const answer = await world.call(id, "echo");
      assert.deepEqual({ answer, tokens: provider.count("token") }, { answer: "{}", tokens: 1 });
    },
  ]),
  ...eachPair(["verification_uri_complete", "interval", "expires_in"], senseless, (member, [what, value]) => [
    `${member} of a device code that is ${what} keeps nobody from entering it`,
    async (t) => {
      const provider = await startProvider(t);
      const endpoint = `${provider.issuer}/device`;
      Object.assign(provider.server, { device_authorization_endpoint: endpoint });
      const code = { device_code: "d", user_code: "ABCD", verification_uri: `${provider.issuer}/code` };
      provider.answer.device = () => json({ ...code, interval: 1, expires_in: 600, [member]: value });
      const { world, id } = await connectedEditor(t, provider, undefined, "deviceCode");
      assert.deepEqual([await world.call(id, "echo"), world.codes.length], ["{}", 1]);
    },
  ]),
  ...Object.fromEntries(
    senseless.map(([what, value]) => [
      `a renewal whose refresh_token is ${what} leaves the old one in its place, for the next renewal`,
      async (t: TestContext) => {
        const { provider, world, id } = await editorWorld(t);
        provider.rotates = false;
        provider.tokenFields = { refresh_token: value };
        const answers: string[] = [];
        for (let times = 0; times < 2; times++) {
          world.later(3_601_000);
          answers.push(await world.call(id, "echo"));
        }
        assert.deepEqual(
          { answers, prompts: world.prompts, renewals: renewals(provider) },
          { answers: ["{}", "{}"], prompts: [], renewals: 2 },
        );
      },
    ]),
  ),
  "a rotated refresh token is kept whatever else its answer turns out to be, and the next renewal spends it": async (
    t,
  ) => {
    const { start, provider, computer, clock } = await programWorld(t);
    const standalone = await start();
    await standalone.call("echo");
    provider.tokenFields = { access_token: null };
    clock.moveOn(3601);
    const told = await standalone.call("echo");
    provider.tokenFields = {};
    const answer = await standalone.call("echo");
    assert.deepEqual(
      { told: told === "{}", answer, browsers: computer.opened().length, renewals: renewals(provider) },
      { told: false, answer: "{}", browsers: 1, renewals: 2 },
    );
  },
};

const noTokenType: WorldTests = Object.fromEntries(
  [undefined, null, "", "Bearer", "bearer", "BEARER"].map((type) => [
    `token_type ${JSON.stringify(type) ?? "that is missing"} is Bearer, at sign-in and renewal`,
    async (t: TestContext) => {
      const { provider, world, id } = await editorWorld(t, { token_type: type });
      world.later(3_601_000);
      const answer = await world.call(id, "echo");
      assert.deepEqual({ answer, prompts: world.prompts.length, renewals: renewals(provider) }, renewedOnce);
    },
  ]),
);

/** Answers with tokens as two large providers give them. */
const grantedOtherwise: WorldTests = Object.fromEntries(
  (
    [
      ["HTTP 201", { status: 201, type: "Bearer" }],
      ["the token_type user", { status: 200, type: "user" }],
      ["the token_type bot", { status: 200, type: "bot" }],
      ["a space before bearer", { status: 200, type: " bearer" }],
    ] as const
  ).map(([what, { status, type }]) => [
    `tokens that come with ${what} are tokens, at sign-in and renewal`,
    async (t: TestContext) => {
      const provider = await startProvider(t);
      provider.tokenFields = { token_type: type };
      provider.answer.token = async (form) => json(await provider.token(form).json(), status);
      const { world, id } = await connectedEditor(t, provider);
      world.later(3_601_000);
      const answer = await world.call(id, "echo");
      assert.deepEqual({ answer, prompts: world.prompts.length, renewals: renewals(provider) }, renewedOnce);
    },
  ]),
);

const renewedOnce = { answer: "{}", prompts: 0, renewals: 1 };

const claims = { iss: "", sub: "ada", aud: "registered-1", name: "Ada", iat: 1, exp: 4_000_000_000 };

/** ID tokens that nobody should believe. */
const unbelievable: Readonly<Record<string, string>> = {
  "signed with HS256": unsignedJwt(claims, "HS256"),
  "signed with nothing": unsignedJwt(claims, "none"),
  "of another issuer": unsignedJwt({ ...claims, iss: "https://other.example" }),
  "for another client": unsignedJwt({ ...claims, aud: "another" }),
  "that has ended": unsignedJwt({ ...claims, exp: 2 }),
  "that is no JWT": "opaque",
  "whose header is no JSON": "x.e30.x",
};

const oddIdTokens: WorldTests = Object.fromEntries(
  Object.entries(unbelievable).map(([what, idToken]) => [
    `an ID token ${what} names nobody, and keeps nobody from signing in or renewing`,
    async (t: TestContext) => {
      const { provider, world, id } = await editorWorld(t, { id_token: idToken });
      const connection = world.gateways.find(id);
      const tokens = connection && (await world.gateways.storedTokens(connection));
      world.later(3_601_000);
      const answer = await world.call(id, "echo");
      assert.deepEqual(
        { answer, prompts: world.prompts.length, renewals: renewals(provider), idToken: tokens?.idToken },
        { ...renewedOnce, idToken: undefined },
      );
    },
  ]),
);

const errorsWith200: WorldTests = {
  "an error with HTTP 200 at a sign-out is told: nothing was revoked": async (t) => {
    const { provider, world, id } = await editorWorld(t);
    provider.answer.revoke = () => json({ error: "invalid_request" });
    const connection = world.gateways.find(id);
    assert.ok(connection);
    const { revocation } = await world.gateways.signOut(connection);
    const steps = revocation?.steps.map((step) => ("reason" in step ? step.reason : step.kind));
    assert.deepEqual(steps, ["HTTP 200, invalid_request", "HTTP 200, invalid_request"]);
  },
  "an error with HTTP 200 at the code exchange is told by its name": async (t) => {
    const { start, provider } = await programWorld(t);
    provider.answer.token = () => json({ error: "bad_verification_code", error_description: "The code is incorrect." });
    const standalone = await start();
    await standalone.says(/HTTP 200, bad_verification_code/);
  },
  "an error with HTTP 200 at a renewal is that error: the browser opens": async (t) => {
    const { start, provider, computer, clock } = await programWorld(t);
    const standalone = await start();
    await standalone.call("echo");
    provider.answer.token = refusingRenewal(() => json({ error: "bad_refresh_token" }));
    clock.moveOn(3601);
    const answer = await standalone.call("echo");
    assert.deepEqual({ answer, browsers: computer.opened().length }, { answer: "{}", browsers: 2 });
  },
};

const demandedNonce: WorldTests = {
  "whoever asks for openid sends a nonce, another one each time": async (t) => {
    const provider = await startProvider(t);
    const nonces: (string | undefined)[] = [];
    Object.assign(provider.server, { scopes_supported: ["openid"] });
    provider.answer.authorize = ({ nonce }) => {
      nonces.push(nonce);
      return nonce ? undefined : json({ error: "invalid_request" }, 400);
    };
    for (let times = 0; times < 2; times++) await connectedEditor(t, provider);
    assert.equal(new Set(nonces.filter((nonce) => nonce && nonce.length >= 32)).size, 2);
  },
  "whoever does not ask for openid sends none": async (t) => {
    const provider = await startProvider(t);
    const { world } = await connectedEditor(t, provider);
    assert.deepEqual(
      world.opened.map(({ searchParams }) => searchParams.get("nonce")),
      [null],
    );
  },
  "a provider that leaves the nonce out signs people in, by their name": async (t) => {
    const provider = await startProvider(t);
    Object.assign(provider.server, { scopes_supported: ["openid"] });
    const idToken = () => unsignedJwt({ ...claims, iss: provider.issuer, aud: provider.forms.at(-1)?.form.client_id });
    provider.answer.token = (form) => {
      provider.tokenFields = { id_token: idToken() };
      return provider.token(form);
    };
    const { world, id } = await connectedEditor(t, provider);
    const connection = world.gateways.find(id);
    const tokens = connection && (await world.gateways.storedTokens(connection));
    assert.equal(tokens?.account.label, "Ada");
  },
  "tokens that came with another sign-in's ID token are revoked, and told": async (t) => {
    const provider = await startProvider(t);
    Object.assign(provider.server, { scopes_supported: ["openid"] });
    const idToken = { ...claims, iss: provider.issuer, nonce: "of another sign-in" };
    provider.tokenFields = { id_token: unsignedJwt(idToken) };
    const failure = await failureOf(() => connectedEditor(t, provider));
    assert.deepEqual(
      { failure, live: [provider.live.size, provider.access.size] },
      {
        failure: { code: "id_token_invalid", facts: { issuer: provider.issuer, problem: "nonce" } },
        live: [0, 0],
      },
    );
  },
};

const guid = "3f2504e0-4f89-41d3-9a0c-0305e82c3301";

/** What a strict server compares byte by byte, and a lenient one decodes. */
const basicCredentials: WorldTests = Object.fromEntries(
  [
    ["a-b_c.d*e", "a-b_c.d*e"],
    ["a b", "a+b"],
    ["a%b:c+d", "a%25b%3Ac%2Bd"],
    ["!'()~", "%21%27%28%29%7E"],
    ["ä", "%C3%A4"],
  ].map(([secret = "", encoded]) => [
    `the secret ${secret} goes as ${encoded} beside a client ID with hyphens as it is`,
    async (t: TestContext) => {
      const { start, provider, computer } = await programWorld(t);
      writeFileSync(join(computer.folder, "secret"), secret);
      const standalone = await start("--client-id", guid, "--client-secret", `@${join(computer.folder, "secret")}`);
      await standalone.call("echo");
      const sent = provider.forms.find(({ endpoint }) => endpoint === "token")?.authorization ?? "";
      assert.equal(Buffer.from(sent.replace("Basic ", ""), "base64").toString(), `${guid}:${encoded}`);
    },
  ]),
);

/** What a server with too much to do says, with an OAuth error or a page. */
const busy = (status: number, seconds: number, page: boolean): Response => {
  const headers = { "retry-after": String(seconds) };
  return page
    ? new Response("<html>", { status, headers: { ...headers, "content-type": "text/html" } })
    : json({ error: "temporarily_unavailable" }, status, headers);
};

const toldToWait: WorldTests = {
  ...eachPair([429, 503], [true, false], (status, page) => [
    `HTTP ${status} with a Retry-After of a second and ${page ? "a page" : "an error"} is waited for, at the code exchange and at a renewal`,
    async (t) => {
      const { start, provider, computer, clock } = await programWorld(t);
      const refused = new Set<string>();
      provider.answer.token = ({ grant_type: grant = "" }) => {
        if (refused.has(grant)) return undefined;
        refused.add(grant);
        return busy(status, 1, page);
      };
      const standalone = await start();
      await standalone.call("echo");
      clock.moveOn(3601);
      const answer = await standalone.call("echo");
      assert.deepEqual(
        { answer, refused: refused.size, browsers: computer.opened().length, token: provider.count("token") },
        { answer: "{}", refused: 2, browsers: 1, token: 4 },
      );
    },
  ]),
  ...eachPair([429, 503], [true, false], (status, page) => [
    `HTTP ${status} with a Retry-After of an hour and ${page ? "a page" : "an error"} is told with the time, and signs nobody out`,
    async (t) => {
      const { start, provider, computer, clock } = await programWorld(t);
      const standalone = await start();
      await standalone.call("echo");
      provider.answer.token = refusingRenewal(() => busy(status, 3600, page));
      clock.moveOn(3601);
      const told = await standalone.call("echo");
      delete provider.answer.token;
      const answer = await standalone.call("echo");
      assert.match(told, /wait 3600 seconds/);
      assert.deepEqual({ answer, browsers: computer.opened().length }, { answer: "{}", browsers: 1 });
    },
  ]),
  "a provider that is never ready is not asked without end": async (t) => {
    const { provider, world, id } = await editorWorld(t);
    provider.answer.token = refusingRenewal(() => busy(429, 4, true));
    world.later(3_601_000);
    const failure = (await failureOf(() => world.call(id, "echo"))) as { facts: { retryAfterSeconds: number } };
    assert.deepEqual([failure.facts.retryAfterSeconds, renewals(provider)], [4, 3]);
  },
  ...eachPair([429, 503], ["initialize", "tools/list", "tools/call"], (status, method) => [
    `a gateway's HTTP ${status} at ${method} with a Retry-After of a second is waited for`,
    async (t) => {
      let times = 0;
      const { world, id } = await connectedEditor(t, await startProvider(t), (gateway) => {
        gateway.instead = ({ rpc, bearer }) =>
          rpc.method === method && bearer !== undefined && times++ === 0 ? busy(status, 1, true) : undefined;
      });
      assert.deepEqual([await world.call(id, "echo"), times > 1], ["{}", true]);
    },
  ]),
  "a gateway that wants to be left alone for an hour is told with the time": async (t) => {
    const { start, gateway } = await programWorld(t);
    gateway.instead = ({ rpc }) => (rpc.method === "tools/call" ? busy(429, 3600, false) : undefined);
    assert.match(await (await start()).call("echo"), /HTTP 429.*wait 3600 seconds/s);
  },
};

const sdkServer: WorldTests = {
  "signs in by registering, renews, and leaves nothing valid after a sign-out": async (t) => {
    const server = await startSdkServer(t);
    const gateway = await startWorldGateway(t, server);
    const world = connectWorld();
    t.after(() => world.stop());
    const outcome = await world.connect(gateway.url);
    assert.ok(outcome.kind === "connected");
    const { id } = outcome.connection;
    const answers = [await world.call(id, "echo")];
    world.later(3_601_000);
    answers.push(await world.call(id, "echo"));
    const { revocation } = await world.gateways.signOut(outcome.connection);
    assert.deepEqual(
      {
        answers,
        steps: revocation?.steps.map(({ kind }) => kind),
        // The one that was renewed in time ends by itself.
        live: [server.access.size, server.refresh.size],
        asked: ["/register", "/token", "/revoke"].map((path) => server.asked.get(path)),
      },
      { answers: ["{}", "{}"], steps: ["revoked", "revoked"], live: [1, 0], asked: [1, 2, 2] },
    );
  },
  "without an editor, after a restart that forgot every client and token: registers anew, and one page opens": async (
    t,
  ) => {
    const server = await startSdkServer(t);
    const { start, computer } = await programFor(t, await startWorldGateway(t, server));
    const standalone = await start();
    const answers = [await standalone.call("echo")];
    for (let times = 0; times < 2; times++) {
      server.restart();
      answers.push(await standalone.call("echo"));
    }
    const names = computer.opened().map(({ url }) => new URL(url).searchParams.get("client_id"));
    assert.deepEqual([answers, new Set(names).size, names.length], [["{}", "{}", "{}"], 3, 3]);
  },
};

/** Answers renewals only; a sign-in goes on as it was. */
const refusingRenewal = (answer: () => Response) => (form: Readonly<Record<string, string>>) =>
  form.grant_type === "refresh_token" ? answer() : undefined;

const renewals = (provider: FakeAuthorizationServer): number =>
  provider.forms.filter(({ form }) => form.grant_type === "refresh_token").length;

/** How identity providers were seen to answer, and what signs in to them has to make of it. */
worldRows([
  {
    row: "P1",
    kind: 1,
    otherSide: "dead refresh token answered `invalid_request`, `invalid_token`, `unauthorized_client`",
    right: "sign-in needed; a prompt at the next call; the standalone opens the browser",
    source: "FlowFuse/flowfuse#8547, better-auth#8103, authlib#112",
    at03c8530: "✗ stuck for good, also after restarts",
    tests: deadRefreshToken,
  },
  {
    row: "P2",
    kind: 2,
    otherSide:
      "`invalid_client` at renewal for a client that registered itself (Cloudflare forgets after 90 days, servers with the SDK v1 at each restart)",
    right: "forget registration and sign-in, register, sign in; also at code exchange, device code, revocation",
    source: "workers-oauth-provider, SDK v1 `auth()`",
    at03c8530: "✗ stuck until `--sign-out`",
    tests: forgottenClient,
  },
  {
    row: "P3",
    kind: 4,
    otherSide:
      "Entra, where client and resource are one: renewal without `scope` refused (AADSTS90009); Salesforce refuses renewal with `scope`",
    right: "asked again the other way, and remembered for that client",
    source: "typescript-sdk#2718, mcp-remote#357, LibreChat#13412",
    at03c8530: "✗ / ✓",
    tests: scopesOfRenewals,
  },
  {
    row: "P4",
    kind: 3,
    otherSide: '`"refresh_token": null`, `"expires_in": null` in a token answer',
    right: "null is absent; at a renewal the old refresh token stays (RFC 6749, 6)",
    source: "jentic-one#1259, typescript-sdk#2462, oauthlib#675",
    at03c8530: "✗ and the rotated token is lost",
    tests: membersThatAreNull,
  },
  {
    row: "P5",
    kind: 3,
    otherSide: "`token_type` is missing",
    right: "it is Bearer",
    source: "slack-api-docs#68",
    at03c8530: "✗",
    tests: noTokenType,
  },
  {
    row: "P22",
    kind: 3,
    otherSide: "tokens come with HTTP 201 (Supabase), or as of the type `user` (Slack)",
    right: "they are what was asked for: any status of success, and a bearer's",
    source: "python-sdk#1502 (mcp.supabase.com), mcp-go#835, UsefulSoftwareCo/executor#2050 (mcp.slack.com)",
    at03c8530: "not tried; later ✗ “not a token”, and the code is used up",
    tests: grantedOtherwise,
  },
  {
    row: "P6",
    kind: 3,
    otherSide: "an ID token signed with HS256 beside a good access token",
    right: 'it is used for a name only, so ignored, unless `"token": "id"`',
    source: "openship#540, better-auth#10656",
    at03c8530: "✗",
    tests: oddIdTokens,
  },
  {
    row: "P7",
    kind: 1,
    otherSide: 'HTTP 200 `{"error":"bad_verification_code"}`',
    right: "it is the error it says",
    source: "typescript-sdk#1342",
    at03c8530: "~",
    tests: errorsWith200,
  },
  {
    row: "P12",
    kind: 3,
    otherSide: "`openid` added by us, `nonce` demanded",
    right: "a nonce is sent and checked whenever `openid` is asked (OpenID Connect Core, 3.1.2.1)",
    source: "glewlwyd 2.7",
    at03c8530: "✗",
    tests: demandedNonce,
  },
  {
    row: "P13",
    kind: 5,
    otherSide: "`error_description` of direct answers (registration, token, device, revocation) has the reason",
    right: "it is shown, cleaned, cut, marked as the provider's words; a redirect's only in the log",
    source: "glewlwyd 2.7",
    at03c8530: "✗ nowhere",
    tests: {
      "why a registration or a token was refused is quoted as the provider's words": async (t) => {
        for (const endpoint of ["register", "token"]) {
          const { provider, start } = await programWorld(t);
          provider.answer[endpoint] = () =>
            json({ error: "invalid_request", error_description: "Ask \u001b[2JAda\nfor it." }, 400);
          // Where it cannot even register, the program ends before its host is answered.
          const said = await start().then(
            async (standalone) => (await standalone.says(/In its own words: .*/))[0],
            ({ message }: Error) => message,
          );
          assert.match(said, /In its own words: “Ask Ada for it”\./);
        }
      },
      "what a redirect says is not shown": async (t) => {
        const { provider, start } = await programWorld(t);
        provider.answer.authorize = ({ redirect_uri = "", state = "" }) => {
          const error = { error: "invalid_request", error_description: "Call 555 0100", state, iss: provider.issuer };
          return Response.redirect(`${redirect_uri}?${new URLSearchParams(error)}`, 302);
        };
        const standalone = await start();
        await standalone.says(/authorization_refused/);
        assert.doesNotMatch(standalone.said(), /555 0100/);
      },
    },
  },
  {
    row: "P14",
    kind: 6,
    otherSide: "429 or 503 with Retry-After at token endpoint and gateway",
    right: "waited for within bounds, then told with the time (RFC 9110, 10.2.3)",
    source: "adversarial",
    at03c8530: "~",
    tests: toldToWait,
  },
  {
    row: "P16",
    kind: 7,
    otherSide: "no ID token, opaque access token",
    right: "“Signed in”, never “Signed in as unknown”; `userinfo` where it is listed and was granted",
    source: "SDK v1 servers, Cloudflare",
    at03c8530: "~",
    tests: {
      "a person whom no token names is asked for where userinfo is listed and openid was granted": async (t) => {
        const { provider, start } = await programWorld(t);
        Object.assign(provider.server, { userinfo_endpoint: `${provider.issuer}/userinfo` });
        provider.tokenFields = { id_token: undefined };
        provider.answer.userinfo = () => json({ sub: "1", name: "Ada Lovelace" });
        const standalone = await start("--scopes", "openid", "--verbose");
        await standalone.says(/signed in .*"account":"Ada Lovelace"/);
        assert.equal(provider.count("userinfo"), 1);
      },
      "one whom nobody names is signed in, and as nobody": async (t) => {
        const { provider, world, id } = await editorWorld(t, { id_token: undefined });
        const connection = world.gateways.find(id);
        assert.ok(connection);
        const line = stateLine(await world.gateways.state(connection), failureText);
        assert.deepEqual({ line, asked: provider.count("userinfo") }, { line: "signed in", asked: 0 });
      },
    },
  },
  {
    row: "P18",
    kind: 4,
    otherSide: "HTTP Basic is compared as it is sent; Entra's client IDs are GUIDs, which have hyphens",
    right: "encoded as WHATWG's forms are, which leave `-._*` alone (RFC 6749, 2.3.1 and appendix B)",
    source: "`@modelcontextprotocol/conformance`, client credentials and pre-registration",
    at03c8530: "✗ `%2D` for `-`",
    tests: basicCredentials,
  },
  {
    row: "P20",
    kind: 2,
    otherSide: "the authorization server of the MCP SDK v1 itself (`mcpAuthRouter`), which most remote servers embed",
    right: "registration, sign-in, renewal and revocation; after a restart that forgot its clients, as P2",
    source: "`@modelcontextprotocol/sdk` 1.x, run as it is",
    at03c8530: "✓, but for the restart: ✗",
    tests: sdkServer,
  },
]);
