import assert from "node:assert/strict";
import { test } from "node:test";
import type { ConnectQuestions } from "../../src/connections/connectGateway.ts";
import type { GatewayOptions } from "../../src/gateway/gatewayOptions.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import type { SandboxFaults } from "../../src/sandbox/faults/sandboxFaults.ts";
import { sampleTarget } from "../../src/sandbox/sample/sampleTarget.ts";
import type { Sandbox, SandboxOptions } from "../../src/sandbox/startSandbox.ts";
import { type ConnectTestWorld, connectWorld } from "../support/connectWorld.ts";
import { failureOf } from "../support/fakePorts.ts";
import { withSandbox } from "../support/withSandbox.ts";

/** A sandbox and a window beside it. */
async function withWindow(
  options: SandboxOptions & { readonly settings?: (sandbox: Sandbox) => Readonly<Record<string, unknown>> },
  act: (sandbox: Sandbox, world: ConnectTestWorld) => Promise<void>,
): Promise<void> {
  const { settings, ...sandboxOptions } = options;
  await withSandbox({ recordSecrets: true, ...sandboxOptions }, async (sandbox) => {
    const world = connectWorld(settings && { settings: { [sandbox.gatewayUrl]: settings(sandbox) } });
    try {
      await act(sandbox, world);
    } finally {
      await world.stop();
    }
  });
}

/** Connects to a sandbox, which is expected to work. */
async function connected(
  sandbox: Sandbox,
  world: ConnectTestWorld,
  ask: Partial<ConnectQuestions> & { readonly name?: string } = {},
) {
  const outcome = await world.connect(sandbox.gatewayUrl, ask);
  if (outcome.kind !== "connected") throw new Error("not connected");
  return outcome;
}

/** Access and refresh tokens that the provider issued and still holds to be good. */
async function liveTokens(sandbox: Sandbox): Promise<string[]> {
  const issued = sandbox.issuedSecrets().filter(({ kind }) => kind === "access_token" || kind === "refresh_token");
  const live: string[] = [];
  for (const { kind, value } of issued) if (await sandbox.isActive(value)) live.push(kind);
  return live;
}

/** What must be empty when a connection came to nothing. */
const left = async (sandbox: Sandbox, world: ConnectTestWorld) => ({
  book: world.gateways.book.all,
  sessions: world.sessions(),
  live: await liveTokens(sandbox),
});

const nothing = { book: [], sessions: [], live: [] };

test("a gateway is connected under the name that it was given, with its tools, and a call is answered as them", () =>
  withWindow({}, async (sandbox, world) => {
    const { connection, tools } = await connected(sandbox, world, { name: "Work" });
    const said = await world.call(connection.id, "sample___whoami");
    const state = await world.gateways.state(connection);
    assert.deepEqual(
      {
        name: connection.name,
        tools: tools > 0,
        said: said.split(",")[0],
        state: state.kind === "signedIn" && state.tokens.account.label,
        book: world.gateways.book.all.map(({ id, name, url }) => ({ id, name, url })),
        sessions: world.sessions(),
        prompts: world.prompts,
      },
      {
        name: "Work",
        tools: true,
        said: "You are Ada Lovelace (ada)",
        state: "Ada Lovelace",
        book: [{ id: connection.id, name: "Work", url: sandbox.gatewayUrl }],
        sessions: [`session:${connection.sessionId}`],
        prompts: [],
      },
    );
  }));

test("what is stored of connections holds no token", () =>
  withWindow({}, async (sandbox, world) => {
    await connected(sandbox, world);
    const places = world.stored.text + world.log.lines.join("\n");
    const secrets = sandbox.issuedSecrets();
    assert.deepEqual(
      { issued: secrets.length > 0, found: secrets.filter(({ value }) => places.includes(value)) },
      { issued: true, found: [] },
    );
  }));

test("a token that is about to end is renewed without anybody being asked", () =>
  withWindow({}, async (sandbox, world) => {
    const { connection } = await connected(sandbox, world);
    world.later(9.5 * 60_000);
    await world.call(connection.id, "sample___whoami");
    assert.deepEqual(
      { grants: sandbox.observe().grants, prompts: world.prompts },
      { grants: { authorization_code: 1, refresh_token: 1 }, prompts: [] },
    );
  }));

test("access that was taken at the provider leads to one prompt, which two calls share, and both are answered", () =>
  withWindow({ checkRevocation: true }, async (sandbox, world) => {
    const { connection } = await connected(sandbox, world);
    sandbox.revokeAll();
    const calls = [world.call(connection.id, "sample___whoami"), world.call(connection.id, "sample___whoami")];
    const said = await Promise.all(calls);
    assert.deepEqual(
      { said: said.map((text) => text.split(",")[0]), prompts: world.prompts, signIns: world.opened.length },
      {
        said: ["You are Ada Lovelace (ada)", "You are Ada Lovelace (ada)"],
        prompts: [{ because: "sign_in_needed", scopes: [] }],
        signIns: 2,
      },
    );
  }));

test("a sign-out revokes the refresh token, then the access token, keeps the gateway, and the next call asks", () =>
  withWindow({}, async (sandbox, world) => {
    const { connection } = await connected(sandbox, world);
    await world.call(connection.id, "sample___whoami");
    const report = await world.gateways.signOut(connection);
    const after = {
      sessions: world.sessions(),
      live: await liveTokens(sandbox),
      kept: world.gateways.book.all.map(({ id, sessionId }) => ({ id, sessionId })),
      state: (await world.gateways.state(world.gateways.book.all[0] ?? connection)).kind,
    };
    const said = await world.call(connection.id, "sample___whoami");
    assert.deepEqual(
      {
        revocations: sandbox.observe().revocations,
        steps: report.revocation?.steps.map(({ token, kind }) => `${token} ${kind}`),
        after,
        said: said.split(",")[0],
        prompts: world.prompts,
      },
      {
        revocations: ["refresh_token", "access_token"],
        steps: ["refresh token revoked", "access token revoked"],
        after: {
          sessions: [],
          live: [],
          kept: [{ id: connection.id, sessionId: undefined }],
          state: "signedOut",
        },
        said: "You are Ada Lovelace (ada)",
        prompts: [{ because: "sign_in_needed", scopes: [] }],
      },
    );
  }));

test("a gateway that is removed leaves nothing behind, here and at the provider", () =>
  withWindow({}, async (sandbox, world) => {
    const { connection } = await connected(sandbox, world);
    await world.gateways.remove(connection);
    assert.deepEqual(
      {
        ...(await left(sandbox, world)),
        relay: world.gateways.relay(connection.id),
        kept: [...world.secrets.entries.keys()],
      },
      { ...nothing, relay: undefined, kept: [] },
    );
  }));

test("a sign-in that ends after its gateway was removed leaves nothing behind either", () =>
  withWindow({}, async (sandbox, world) => {
    const { connection } = await connected(sandbox, world);
    world.person.beforeAnswer = async () => void (await world.gateways.remove(connection));
    const { signal } = new AbortController();
    const ending = await world.gateways.signIn(connection.id, { scopes: [], chooseAccount: false }, { signal });
    assert.deepEqual({ ending, ...(await left(sandbox, world)) }, { ending: { kind: "cancelled" }, ...nothing });
  }));

test("a registered client that the provider shows a page of its own for is registered anew after the time-out", () =>
  withSandbox({}, async (sandbox) => {
    // By the real clock: a mocked one would fire the timers of the requests under way too.
    const world = connectWorld({ timeoutMs: 4_000 });
    const { connection } = await connected(sandbox, world);
    await world.gateways.signOut(connection);
    const { signal } = new AbortController();
    const again = () => world.gateways.signIn(connection.id, { scopes: [], chooseAccount: false }, { signal });
    world.person.stays = true;
    const stuck = (await failureOf(again)) as { code?: string };
    world.person.stays = false;
    const { kind } = await again();
    await world.stop();
    assert.deepEqual(
      { stuck: stuck.code, kind, registrations: sandbox.observe().registrations },
      { stuck: "sign_in_timed_out", kind: "signedIn", registrations: 2 },
    );
  }));

/** Each way in which a connection comes to nothing; the sandbox is good unless said otherwise. */
const comesToNothing: readonly {
  readonly when: string;
  readonly faults?: SandboxFaults;
  readonly registration?: false;
  readonly ask?: Partial<ConnectQuestions>;
  readonly input?: string;
  readonly arrange?: (sandbox: Sandbox, world: ConnectTestWorld) => void;
  readonly ends: string;
}[] = [
  {
    when: "the person denies",
    arrange: (_, { person }) => {
      person.answers = { consent: "deny" };
    },
    ends: "access_denied",
  },
  {
    when: "the person cancels at the provider",
    arrange: (_, { person }) => {
      person.answers = { cancel: true };
    },
    ends: "access_denied",
  },
  { when: "the person gives no region", input: "my-gateway-abcdefghij", ends: "cancelled" },
  { when: "the person gives no client ID", registration: false, ends: "cancelled" },
  {
    when: "the person gives an empty client ID",
    registration: false,
    ask: { clientId: async () => " " },
    ends: "cancelled",
  },
  { when: "the token is for another audience", faults: { wrongAudience: true }, ends: "token_audience_mismatch" },
  {
    when: "its tools cannot be listed",
    arrange: (sandbox, { person }) => {
      person.beforeAnswer = async () => sandbox.setGatewayFaults({ status: 503 });
    },
    ends: "gateway_error",
  },
];

for (const { when, faults = {}, registration = true, ask, input, arrange, ends } of comesToNothing) {
  test(`nothing is kept, here or at the provider, when ${when}`, () =>
    withWindow({ faults, registration }, async (sandbox, world) => {
      arrange?.(sandbox, world);
      const ending = await world.connect(input ?? sandbox.gatewayUrl, ask).then(
        ({ kind }) => kind,
        ({ code }: { readonly code: string }) => code,
      );
      assert.deepEqual({ ending, ...(await left(sandbox, world)) }, { ending: ends, ...nothing });
    }));
}

for (const step of ["waiting for your sign-in in the browser", "reading its tools"]) {
  test(`nothing is kept when the person cancels while we are ${step}`, () =>
    withWindow({}, async (sandbox, world) => {
      const cancel = new AbortController();
      const progress = (text: string) => {
        if (text === step) cancel.abort();
      };
      const outcome = await world.connect(sandbox.gatewayUrl, { progress }, cancel.signal);
      const remains = await left(sandbox, world);
      await connected(sandbox, world);
      assert.deepEqual(
        { outcome, ...remains, registrations: sandbox.observe().registrations },
        // Who tries again is the client of before.
        { outcome: { kind: "cancelled" }, ...nothing, registrations: 1 },
      );
    }));
}

test("a connection whose gateway refuses the fresh token stays, with the token, and mends itself when it is taken", () =>
  withWindow({}, async (sandbox, world) => {
    const { gateways, person } = world;
    person.beforeAnswer = async () => sandbox.setGatewayFaults({ refuseAllTokens: true });
    const outcome = await world.connect(sandbox.gatewayUrl);
    if (outcome.kind !== "refused") throw new Error(`not refused: ${outcome.kind}`);
    const { id } = outcome.connection;
    const stateNow = () => gateways.state(gateways.find(id) ?? outcome.connection);
    gateways.noteFinding(id, { finding: "the audience is another", lasting: {} });
    const refused = await stateNow();
    sandbox.setGatewayFaults({});
    await world.call(id, "sample___whoami");
    const mended = await stateNow();
    assert.deepEqual(
      {
        code: outcome.failure.code,
        refused: refused.kind === "attention" && [refused.failure.code, refused.finding],
        mended: mended.kind,
        sessions: world.sessions().length,
        signIns: world.opened.length,
      },
      {
        code: "gateway_refused_token",
        refused: ["gateway_refused_token", "the audience is another"],
        mended: "signedIn",
        sessions: 1,
        signIns: 1,
      },
    );
  }));

test("a connection whose gateway refuses the token is signed out and removed like any other", () =>
  withWindow({}, async (sandbox, world) => {
    const { gateways, person } = world;
    person.beforeAnswer = async () => sandbox.setGatewayFaults({ refuseAllTokens: true });
    const outcome = await world.connect(sandbox.gatewayUrl);
    if (outcome.kind !== "refused") throw new Error(`not refused: ${outcome.kind}`);
    await gateways.signOut(outcome.connection);
    const state = await gateways.state(gateways.find(outcome.connection.id) ?? outcome.connection);
    await gateways.remove(outcome.connection);
    assert.deepEqual({ state: state.kind, ...(await left(sandbox, world)) }, { state: "signedOut", ...nothing });
  }));

test("a gateway that is connected already is not connected again, and stays as it is", () =>
  withWindow({}, async (sandbox, world) => {
    const { connection } = await connected(sandbox, world);
    const { book } = world.gateways;
    const before = book.all;
    const refused = { code: "already_connected", facts: { name: connection.name, url: sandbox.gatewayUrl } };
    assert.deepEqual(
      {
        same: await failureOf(() => world.connect(sandbox.gatewayUrl)),
        withoutPath: await failureOf(() => world.connect(new URL(sandbox.gatewayUrl).origin)),
        book: book.all,
        signIns: world.opened.length,
      },
      { same: refused, withoutPath: refused, book: before, signIns: 1 },
    );
  }));

test("a gateway that is being connected is not connected a second time meanwhile, and the first goes on", () =>
  withWindow({}, async (sandbox, world) => {
    const second: unknown[] = [];
    world.person.beforeAnswer = async () => {
      world.person.beforeAnswer = async () => {};
      second.push(await failureOf(() => world.connect(sandbox.gatewayUrl)));
    };
    const first = await world.connect(sandbox.gatewayUrl);
    assert.deepEqual(
      { first: first.kind, second, book: world.gateways.book.all.length, signIns: world.opened.length },
      {
        first: "connected",
        second: [{ code: "already_connecting", facts: { url: sandbox.gatewayUrl } }],
        book: 1,
        signIns: 1,
      },
    );
  }));

test("a gateway that asks nobody to sign in is connected without a sign-in", async () => {
  const gateway = await startGateway({ targets: [sampleTarget()] });
  const world = connectWorld();
  try {
    const outcome = await world.connect(gateway.url);
    const [connection] = world.gateways.book.all;
    assert.ok(connection);
    assert.deepEqual(
      {
        kind: outcome.kind,
        authorization: connection.authorization,
        state: await world.gateways.state(connection),
        echoed: (await world.call(connection.id, "sample___whoami")) !== "",
        signIns: world.opened.length,
        secrets: world.secrets.entries.size,
      },
      {
        kind: "connected",
        authorization: { kind: "none" },
        state: { kind: "open" },
        echoed: true,
        signIns: 0,
        secrets: 0,
      },
    );
  } finally {
    await world.stop();
    await gateway.stop();
  }
});

test("a provider without registration is signed in to with the client ID the person enters for our redirect URI", () =>
  withWindow({ registration: false }, async (sandbox, world) => {
    const asked: unknown[] = [];
    const { connection } = await connected(sandbox, world, {
      clientId: async (issuer, redirectUri, { id }) => {
        asked.push([issuer, redirectUri, id]);
        return ` ${sandbox.clientId} `;
      },
    });
    const { authorization } = connection;
    assert.ok(authorization.kind === "oauth");
    // Again without being asked: the connection knows its client.
    await world.gateways.signOut(connection);
    await world.call(connection.id, "sample___whoami");
    assert.deepEqual(
      { asked, client: [authorization.clientId, authorization.clientSource], signIns: world.opened.length },
      {
        asked: [[sandbox.issuer, "http://localhost:3334/oauth/callback", "generic"]],
        client: [sandbox.clientId, "configured"],
        signIns: 2,
      },
    );
  }));

test("a gateway without metadata is connected when the settings name its issuer", () =>
  withWindow(
    { settings: ({ issuer }) => ({ issuer, scopes: ["openid", "profile", "gateway.read"] }) },
    async (sandbox, world) => {
      sandbox.setGatewayFaults({ noMetadata: true });
      const { connection } = await connected(sandbox, world);
      const { authorization } = connection;
      assert.ok(authorization.kind === "oauth");
      assert.deepEqual(
        { issuer: authorization.server.issuer, resource: authorization.resource, scopes: authorization.scopes },
        { issuer: sandbox.issuer, resource: undefined, scopes: ["openid", "profile", "gateway.read"] },
      );
    },
  ));

test("a tool that needs another scope leads to one prompt with the scopes of both, and is then answered", () =>
  withWindow({}, async (sandbox, world) => {
    const { connection } = await connected(sandbox, world);
    const said = await world.call(connection.id, "sample___save_note", { text: "milk" });
    const asked = world.opened.map((url) => (url.searchParams.get("scope") ?? "").split(" ").sort());
    const { toolCalls } = sandbox.observe();
    assert.deepEqual(
      { answered: said !== "", prompts: world.prompts.map(({ because }) => because), asked, toolCalls },
      {
        answered: true,
        prompts: ["insufficient_scope"],
        asked: [
          ["gateway.read", "offline_access", "openid", "profile"],
          ["gateway.read", "gateway.write", "offline_access", "openid", "profile"],
        ],
        toolCalls: { sample___save_note: 1 },
      },
    );
  }));

test("whoever denies more stays signed in with what they had", () =>
  withWindow({}, async (sandbox, world) => {
    const { connection } = await connected(sandbox, world);
    world.person.answers = { consent: "deny" };
    const denied = await failureOf(() => world.call(connection.id, "sample___save_note", { text: "milk" }));
    const state = await world.gateways.state(world.gateways.find(connection.id) ?? connection);
    const said = await world.call(connection.id, "sample___whoami");
    assert.deepEqual(
      { denied: (denied as { code?: string } | undefined)?.code, state: state.kind, said: said.split(",")[0] },
      { denied: "access_denied", state: "signedIn", said: "You are Ada Lovelace (ada)" },
    );
  }));

/** A second gateway behind the sandbox's provider, which takes the same tokens. */
const besides = (sandbox: Sandbox): GatewayOptions => ({
  authorizer: {
    customJWTAuthorizer: {
      discoveryUrl: `${sandbox.issuer}/.well-known/openid-configuration`,
      allowedAudience: [sandbox.gatewayUrl],
      allowedScopes: ["gateway.read"],
    },
  },
  targets: [sampleTarget()],
});

test("giving up a second gateway that shares a sign-in leaves the first one signed in", () =>
  withSandbox({}, async (sandbox) => {
    const other = await startGateway(besides(sandbox));
    const world = connectWorld({
      settings: { [sandbox.gatewayUrl]: { resource: false }, [other.url]: { resource: false } },
    });
    try {
      const { connection } = await connected(sandbox, world);
      const cancel = new AbortController();
      const progress = (text: string) => text.startsWith("reading") && cancel.abort();
      const outcome = await world.connect(other.url, { progress }, cancel.signal);
      await world.call(connection.id, "sample___whoami");
      const kept = world.gateways.book.all.map(({ url, sessionId }) => ({ url, sessionId }));
      assert.deepEqual(
        { outcome: outcome.kind, kept, prompts: world.prompts },
        {
          outcome: "cancelled",
          kept: [{ url: sandbox.gatewayUrl, sessionId: connection.sessionId }],
          prompts: [],
        },
      );
    } finally {
      await world.stop();
      await other.stop();
    }
  }));

test("signing out of a gateway signs out of the one that shares its sign-in too", () =>
  withSandbox({}, async (sandbox) => {
    const other = await startGateway(besides(sandbox));
    const world = connectWorld({
      settings: { [sandbox.gatewayUrl]: { resource: false }, [other.url]: { resource: false } },
    });
    try {
      const { connection } = await connected(sandbox, world);
      const second = await world.connect(other.url);
      if (second.kind !== "connected") throw new Error("not connected");
      const shared = second.connection.sessionId === world.gateways.find(connection.id)?.sessionId;
      await world.gateways.signOut(connection);
      const states = await Promise.all(world.gateways.book.all.map((each) => world.gateways.state(each)));
      await world.call(second.connection.id, "sample___whoami");
      assert.deepEqual(
        { shared, states: states.map(({ kind }) => kind), prompts: world.prompts.map(({ because }) => because) },
        { shared: true, states: ["signedOut", "signedOut"], prompts: ["sign_in_needed"] },
      );
    } finally {
      await world.stop();
      await other.stop();
    }
  }));

test("two gateways never get the same name, whatever they were to be called", () =>
  withSandbox({}, async (sandbox) => {
    const other = await startGateway({ targets: [sampleTarget()] });
    const world = connectWorld();
    try {
      await connected(sandbox, world, { name: "Work" });
      await world.connect(other.url, { name: "Work" });
      assert.deepEqual(
        world.gateways.book.all.map(({ name }) => name),
        ["Work", "Work-2"],
      );
    } finally {
      await world.stop();
      await other.stop();
    }
  }));
