import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../src/connections/connection.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import type { SandboxProfileId } from "../../src/sandbox/profiles/sandboxProfiles.ts";
import { sampleTarget } from "../../src/sandbox/sample/sampleTarget.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { type ConnectTestWorld, connectWorld } from "../support/connectWorld.ts";
import { failureOf } from "../support/fakePorts.ts";
import { useDeviceCode } from "../support/useDeviceCode.ts";

/** What the extension does at each provider, from the address of a gateway on, with nothing set but what its page says. */
interface Expected {
  readonly profile: SandboxProfileId;
  /** What the provider's page tells people to set, beside what is found or asked for. */
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Whether the person is asked for a client ID. */
  readonly asksClientId: boolean;
  /** The scopes of the authorization request. */
  readonly scopes: readonly string[];
  /** What else is particular in the authorization request. */
  readonly sent: Readonly<Record<string, "the gateway" | string>>;
  /** The scope that a tool asks for beyond those; undefined where tokens have none. */
  readonly more?: string;
  /** The steps of a sign-out, and what the provider still calls good after it. */
  readonly signOut: readonly string[];
  readonly live: readonly string[];
  /** Whether the access token still passes the gateway, which asks nobody. */
  readonly stillPasses: boolean;
  readonly machine?: {
    readonly scopes: readonly string[];
    readonly key: boolean;
    readonly settings?: Readonly<Record<string, unknown>>;
  };
  readonly device: boolean;
}

/** What only a running sandbox knows, in a table of expectations. */
const app = "its client ID";
const audience = "its audience";

const both = ["refresh token revoked", "access token revoked"];
const refreshOnly = ["refresh token revoked", "access token notOffered"];

const providers: readonly Expected[] = [
  {
    profile: "generic",
    asksClientId: false,
    scopes: ["gateway.read", "openid", "profile", "offline_access"],
    sent: { resource: "the gateway" },
    more: "gateway.write",
    signOut: both,
    live: [],
    stillPasses: true,
    machine: { scopes: ["gateway.read"], key: true },
    device: true,
  },
  {
    profile: "okta",
    asksClientId: true,
    scopes: ["openid", "profile", "offline_access"],
    sent: { resource: "the gateway" },
    more: "gateway.write",
    signOut: both,
    live: [],
    stillPasses: true,
    machine: { scopes: ["gateway.read"], key: true },
    device: true,
  },
  {
    profile: "entra",
    asksClientId: true,
    scopes: ["api/access_as_user", "openid", "profile", "offline_access"],
    sent: {},
    more: "api/Notes.Write",
    signOut: ["refresh token notOffered", "access token notOffered"],
    live: ["access_token", "refresh_token"],
    stillPasses: true,
    // A gateway whose rule is about roles names no scope to ask for.
    machine: { scopes: ["api/.default"], key: true, settings: { audience } },
    device: true,
  },
  {
    profile: "cognito",
    asksClientId: true,
    scopes: ["gateway/read", "openid"],
    sent: { resource: "the gateway" },
    more: "gateway/write",
    signOut: refreshOnly,
    live: [],
    stillPasses: true,
    machine: { scopes: ["gateway/read"], key: false },
    device: false,
  },
  {
    profile: "auth0",
    settings: { clientId: app },
    asksClientId: false,
    scopes: ["openid", "profile", "offline_access"],
    sent: { audience: "the gateway", resource: "the gateway" },
    more: "write:tools",
    signOut: refreshOnly,
    live: ["access_token"],
    stillPasses: true,
    machine: { scopes: ["read:tools"], key: true },
    device: true,
  },
  {
    profile: "keycloak",
    settings: { clientId: app },
    asksClientId: false,
    scopes: ["openid", "profile", "offline_access"],
    sent: { resource: "the gateway" },
    more: "gateway.write",
    signOut: both,
    live: [],
    stillPasses: true,
    machine: { scopes: ["gateway.read"], key: true },
    device: true,
  },
  {
    profile: "pingFederate",
    asksClientId: true,
    scopes: ["openid", "profile"],
    sent: { resource: "the gateway" },
    more: "gateway.write",
    signOut: refreshOnly,
    live: [],
    stillPasses: true,
    machine: { scopes: [], key: true },
    device: true,
  },
  {
    profile: "google",
    asksClientId: true,
    scopes: ["openid", "profile", "email"],
    sent: { access_type: "offline", prompt: "consent", resource: "the gateway" },
    signOut: both,
    live: [],
    stillPasses: true,
    device: true,
  },
];

async function withProvider(
  { profile, settings }: Pick<Expected, "profile" | "settings">,
  options: SandboxOptions,
  act: (sandbox: Sandbox, world: ConnectTestWorld) => Promise<void>,
  more: Readonly<Record<string, unknown>> = {},
  worldOptions: Parameters<typeof connectWorld>[0] = {},
): Promise<void> {
  const sandbox = await startSandbox({ profile, recordSecrets: true, ...options });
  const [allowed] = sandbox.authorizer.customJWTAuthorizer.allowedAudience ?? [];
  const known: Readonly<Record<string, unknown>> = { [app]: sandbox.clientId, [audience]: allowed };
  const own = Object.fromEntries(
    Object.entries({ ...settings, ...more }).map(([name, value]) => [name, known[String(value)] ?? value]),
  );
  const world = connectWorld({ settings: { [sandbox.gatewayUrl]: own }, ...worldOptions });
  try {
    await act(sandbox, world);
  } finally {
    await world.stop();
    await sandbox.stop();
  }
}

/** Connects as a person who answers what is asked as their platform team told them. */
async function connect(
  sandbox: Sandbox,
  world: ConnectTestWorld,
): Promise<{ connection: Connection; asked: string[] }> {
  const asked: string[] = [];
  const outcome = await world.connect(sandbox.gatewayUrl, {
    clientId: async () => {
      asked.push("client ID");
      return sandbox.clientId;
    },
    credential: async () => {
      asked.push("credential");
      return sandbox.clientSecret;
    },
  });
  if (outcome.kind !== "connected") throw new Error(`it ended as ${outcome.kind}`);
  return { connection: outcome.connection, asked };
}

/** Scopes with the API's name at Entra left out. */
const short = (scopes: string | null, sandbox: Sandbox): string[] => {
  const [audience] = sandbox.authorizer.customJWTAuthorizer.allowedAudience ?? [];
  return (scopes ?? "")
    .split(" ")
    .filter(Boolean)
    .map((scope) => scope.replace(`api://${audience}/`, "api/"));
};

const call = (world: ConnectTestWorld, connection: Connection) => world.call(connection.id, "sample___whoami");

async function live(sandbox: Sandbox): Promise<string[]> {
  const issued = sandbox.issuedSecrets().filter(({ kind }) => kind === "access_token" || kind === "refresh_token");
  const good: string[] = [];
  for (const { kind, value } of issued) if (await sandbox.isActive(value)) good.push(kind);
  return [...new Set(good)].sort();
}

/** What the gateway answers to a bare request with this token. */
async function knock(url: string, token: string): Promise<number> {
  const response = await fetch(url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
  });
  await response.body?.cancel();
  return response.status;
}

const minute = 60_000;

for (const expected of providers) {
  const { profile, asksClientId, scopes, sent, more } = expected;

  test(`${profile}: a person signs in as the provider wants it, and a tool answers them`, () =>
    withProvider(expected, {}, async (sandbox, world) => {
      const { connection, asked } = await connect(sandbox, world);
      const said = await call(world, connection);
      const parameters = world.opened[0]?.searchParams;
      const particular = ["resource", "audience", "access_type", "prompt"].flatMap((name) => {
        const value = parameters?.get(name);
        return value ? [[name, value === sandbox.gatewayUrl ? "the gateway" : value]] : [];
      });
      const state = await world.gateways.state(world.gateways.find(connection.id) ?? connection);
      assert.deepEqual(
        {
          asksClientId: asked.includes("client ID"),
          asksSecret: asked.includes("credential"),
          scopes: short(parameters?.get("scope") ?? null, sandbox),
          sent: Object.fromEntries(particular),
          label: state.kind === "signedIn" && state.tokens.account.label,
          answered: said !== "",
          signIns: world.opened.length,
        },
        {
          asksClientId,
          asksSecret: profile === "google",
          scopes,
          sent,
          label: "Ada Lovelace",
          answered: true,
          signIns: 1,
        },
      );
    }));

  test(`${profile}: tokens are renewed silently, and again with what the renewal brought`, () =>
    withProvider(expected, { accessTokenSeconds: 3600 }, async (sandbox, world) => {
      const { connection } = await connect(sandbox, world);
      const said: string[] = [];
      for (const minutes of [59.2, 0.1]) {
        world.later(minutes * minute);
        said.push(await call(world, connection));
        const { sessionId = "" } = world.gateways.find(connection.id) ?? {};
        const tokens = await world.store.read(sessionId);
        // As if this one had reached its end too.
        if (tokens) await world.store.write({ ...tokens, expiresAt: 0 });
      }
      assert.deepEqual(
        { answered: said.filter((one) => one !== "").length, signIns: world.opened.length },
        { answered: 2, signIns: 1 },
      );
      assert.ok((sandbox.observe().grants.refresh_token ?? 0) >= 2);
    }));

  if (more !== undefined) {
    test(`${profile}: a tool that needs more asks once, for the scopes of both, and is answered`, () =>
      withProvider(expected, {}, async (sandbox, world) => {
        const { connection } = await connect(sandbox, world);
        const said = await world.call(connection.id, "sample___save_note", { text: "milk" });
        const asked = short(world.opened[1]?.searchParams.get("scope") ?? null, sandbox);
        assert.deepEqual(
          {
            answered: said !== "",
            prompts: world.prompts.map(({ because }) => because),
            more: asked.includes(more),
            kept: scopes.filter((scope) => !asked.includes(scope)),
            calls: sandbox.observe().toolCalls,
          },
          { answered: true, prompts: ["insufficient_scope"], more: true, kept: [], calls: { sample___save_note: 1 } },
        );
      }));
  }

  test(`${profile}: a sign-out revokes what can be revoked, says what cannot, and is true`, () =>
    withProvider(expected, {}, async (sandbox, world) => {
      const { connection } = await connect(sandbox, world);
      const current = world.gateways.find(connection.id) ?? connection;
      const tokens = await world.gateways.storedTokens(current);
      const bearer = world.gateways.bearerToken(current) === "id" ? tokens?.idToken : tokens?.accessToken;
      const { revocation } = await world.gateways.signOut(current);
      assert.deepEqual(
        {
          steps: revocation?.steps.map(({ token, kind }) => `${token} ${kind}`),
          live: await live(sandbox),
          stillPasses: (await knock(sandbox.gatewayUrl, bearer ?? "")) === 200,
          saidUntil: revocation?.passesOfflineUntil !== undefined,
          sessions: world.sessions(),
        },
        {
          steps: expected.signOut,
          live: expected.live,
          stillPasses: expected.stillPasses,
          saidUntil: expected.stillPasses,
          sessions: [],
        },
      );
    }));

  if (expected.machine) {
    const { machine } = expected;
    const ways = machine.key ? (["secret", "key"] as const) : (["secret"] as const);
    const withMachine = (act: Parameters<typeof withProvider>[2]) =>
      withProvider({ profile, settings: machine.settings ?? {} }, { callers: "machines" }, act);
    for (const way of ways) {
      test(`${profile}: a machine signs in with its ${way}, is called one, and renews with nobody`, () =>
        withMachine(async (sandbox, world) => {
          const { clientId, clientSecret, keyClientId, privateKey } = sandbox.machine ?? {};
          const outcome = await world.connect(
            sandbox.gatewayUrl,
            {
              clientId: async () => (way === "key" ? keyClientId : clientId),
              credential: async () => (way === "key" ? privateKey?.replace(/\n/g, " ") : clientSecret),
            },
            undefined,
            "clientCredentials",
          );
          if (outcome.kind !== "connected") throw new Error(`it ended as ${outcome.kind}`);
          const { connection } = outcome;
          world.later(59.5 * minute);
          await call(world, connection);
          const state = await world.gateways.state(world.gateways.find(connection.id) ?? connection);
          assert.ok(state.kind === "signedIn");
          const { account, clientGrant, refreshToken, client } = state.tokens;
          const stored = JSON.stringify(state.tokens) + world.stored.text + world.log.lines.join();
          const secrets = [clientSecret, privateKey?.split("\n")[1]].filter((one) => one !== undefined);
          assert.deepEqual(
            {
              machine: account.machine,
              scopes: clientGrant && short(clientGrant.scopes.join(" "), sandbox),
              refreshToken,
              kind: client.authMethod === "private_key_jwt" ? "key" : "secret",
              grants: Object.keys(sandbox.observe().grants),
              asksAgain: (sandbox.observe().grants.client_credentials ?? 0) > 1,
              opened: world.opened.length,
              leaked: secrets.filter((secret) => stored.includes(secret)),
            },
            {
              machine: true,
              scopes: machine.scopes,
              refreshToken: undefined,
              kind: way,
              grants: ["client_credentials"],
              asksAgain: true,
              opened: 0,
              leaked: [],
            },
          );
          await world.gateways.remove(connection);
          assert.deepEqual([...world.secrets.entries.keys()], []);
        }));
    }
  }

  test(`${profile}: a gateway that takes ID tokens gets one, renewed before its own end`, () =>
    withProvider(expected, { accessTokenSeconds: 86_400 }, async (sandbox) => {
      const { discoveryUrl } = sandbox.authorizer.customJWTAuthorizer;
      const gateway = await startGateway({
        authorizer: { customJWTAuthorizer: { discoveryUrl, allowedAudience: [sandbox.clientId] } },
        targets: [sampleTarget()],
      });
      // Entra and Auth0 are asked for tokens by this setting too, which are for an API.
      const sent = ["google", "cognito"].includes(profile) ? { audience: sandbox.clientId } : {};
      const own = { ...expected.settings, clientId: sandbox.clientId, token: "id", resource: false, ...sent };
      const other = connectWorld({ settings: { [gateway.url]: own } });
      try {
        const { connection } = await connect({ ...sandbox, gatewayUrl: gateway.url }, other);
        const early = { ...sandbox.observe().grants };
        other.later(59.5 * minute);
        const said = await call(other, connection);
        assert.deepEqual(
          {
            answered: said !== "",
            early,
            renewed: (sandbox.observe().grants.refresh_token ?? 0) > 0,
            signIns: other.opened.length,
          },
          { answered: true, early: { authorization_code: 1 }, renewed: true, signIns: 1 },
        );
      } finally {
        await other.stop();
        await gateway.stop();
      }
    }));

  if (expected.device) {
    test(`${profile}: a person signs in with a code on another device`, () =>
      withProvider(
        expected,
        {},
        async (sandbox, world) => {
          const { connection } = await connect(sandbox, world);
          const said = await call(world, connection);
          const { grants } = sandbox.observe();
          assert.deepEqual(
            { answered: said !== "", opened: world.opened.length, codes: grants.authorization_code ?? 0 },
            { answered: true, opened: 0, codes: 0 },
          );
        },
        { signIn: "deviceCode" },
        { useCode: ({ verificationUri, userCode }) => useDeviceCode(verificationUri, userCode) },
      ));
  }
}

/** Providers whose tokens a gateway cannot take, and how a person is told. */
const useless: readonly { readonly profile: SandboxProfileId; readonly code: string }[] = [
  { profile: "oktaOrg", code: "gateway_refused_token" },
  { profile: "entraV1", code: "gateway_refused_token" },
];

for (const { profile, code } of useless) {
  test(`${profile}: a sign-in whose tokens the gateway refuses is kept to be explained, and says ${code}`, () =>
    withProvider({ profile }, {}, async (sandbox, world) => {
      const outcome = await world.connect(sandbox.gatewayUrl, { clientId: async () => sandbox.clientId });
      if (outcome.kind !== "refused") throw new Error(`not refused: ${outcome.kind}`);
      const { connection, failure } = outcome;
      const before = { code: failure.code, state: (await world.gateways.state(connection)).kind };
      await world.gateways.remove(connection);
      assert.deepEqual(
        { ...before, book: world.gateways.book.all, sessions: world.sessions() },
        { code, state: "attention", book: [], sessions: [] },
      );
    }));
}

for (const refused of ["AADSTS901002", "AADSTS9010010"] as const) {
  test(`entra: a resource that was asked for expressly is refused in Entra's own words (${refused})`, () =>
    withProvider(
      { profile: "entra" },
      { resourceRefusal: refused },
      async (sandbox, world) => {
        const failure = (await failureOf(() => connect(sandbox, world))) as { facts?: { providerCode?: string } };
        assert.equal(failure.facts?.providerCode, refused);
      },
      { resource: "https://another-api.example.com" },
    ));

  test(`entra: behind an address that hides it, a refused resource is left out by itself (${refused})`, () =>
    withProvider(
      { profile: "entra" },
      { resourceRefusal: refused },
      async (sandbox, world) => {
        const { connection } = await connect(sandbox, world);
        const said = await call(world, connection);
        const { authorization } = world.gateways.find(connection.id) ?? connection;
        assert.deepEqual(
          {
            answered: said !== "",
            resources: world.opened.map((url) => url.searchParams.get("resource")),
            remembered: authorization.kind === "oauth" && authorization.resource === undefined,
          },
          { answered: true, resources: [sandbox.gatewayUrl, null], remembered: true },
        );
      },
      { identityProvider: "generic" },
    ));
}

for (const profile of ["keycloak", "okta", "google", "pingFederate"] as const) {
  test(`${profile}: a resource that it refuses after all is left out by itself, and that is remembered`, () =>
    withProvider(
      { profile, settings: { clientId: app } },
      { faults: { resourceRefused: true } },
      async (sandbox, world) => {
        const { connection } = await connect(sandbox, world);
        const { authorization } = world.gateways.find(connection.id) ?? connection;
        assert.deepEqual(
          {
            resources: world.opened.map((url) => url.searchParams.get("resource")),
            remembered: authorization.kind === "oauth" && authorization.resource === undefined,
          },
          { resources: [sandbox.gatewayUrl, null], remembered: true },
        );
      },
    ));
}

test("one sign-in serves two gateways of one client where the provider binds no token to either, and is revoked once", () =>
  withProvider({ profile: "okta" }, {}, async (sandbox, world) => {
    const { customJWTAuthorizer } = sandbox.authorizer;
    const second = await startGateway({ authorizer: { customJWTAuthorizer }, targets: [sampleTarget()] });
    try {
      const { connection } = await connect(sandbox, world);
      const outcome = await world.connect(second.url, { clientId: async () => sandbox.clientId });
      assert.ok(outcome.kind === "connected");
      await call(world, outcome.connection);
      const sessions = world.sessions();
      await world.gateways.signOut(outcome.connection);
      const states = await Promise.all(world.gateways.book.all.map((each) => world.gateways.state(each)));
      assert.deepEqual(
        {
          signIns: world.opened.length,
          sessions: sessions.length,
          states: states.map(({ kind }) => kind),
          live: await live(sandbox),
          first: connection.id !== outcome.connection.id,
        },
        { signIns: 1, sessions: 1, states: ["signedOut", "signedOut"], live: [], first: true },
      );
    } finally {
      await second.stop();
    }
  }));

test("a gateway that is removed leaves its sign-in to the other one that uses it", () =>
  withProvider({ profile: "okta" }, {}, async (sandbox, world) => {
    const { customJWTAuthorizer } = sandbox.authorizer;
    const second = await startGateway({ authorizer: { customJWTAuthorizer }, targets: [sampleTarget()] });
    try {
      const { connection } = await connect(sandbox, world);
      const outcome = await world.connect(second.url, { clientId: async () => sandbox.clientId });
      assert.ok(outcome.kind === "connected");
      const report = await world.gateways.remove(world.gateways.find(outcome.connection.id) ?? outcome.connection);
      const said = await call(world, connection);
      assert.deepEqual(
        {
          revocation: report.revocation,
          sharing: report.sharing,
          answered: said !== "",
          prompts: world.prompts,
          revoked: sandbox.observe().revocations,
        },
        {
          revocation: undefined,
          sharing: { names: [connection.name], ended: false },
          answered: true,
          prompts: [],
          revoked: [],
        },
      );
    } finally {
      await second.stop();
    }
  }));

test("a gateway that needs other scopes gets a sign-in of its own, and one's sign-out leaves the other's", () =>
  withProvider({ profile: "okta" }, {}, async (sandbox, world) => {
    const { customJWTAuthorizer } = sandbox.authorizer;
    const second = await startGateway({
      authorizer: { customJWTAuthorizer: { ...customJWTAuthorizer, allowedScopes: ["gateway.write"] } },
      targets: [sampleTarget()],
    });
    try {
      const { connection: one } = await connect(sandbox, world);
      const outcome = await world.connect(second.url, { clientId: async () => sandbox.clientId });
      assert.ok(outcome.kind === "connected");
      const two = outcome.connection;
      const apart = world.sessions().length;
      await world.gateways.signOut(world.gateways.find(two.id) ?? two);
      const said = await call(world, one);
      assert.deepEqual(
        { apart, signIns: world.opened.length, answered: said !== "", prompts: world.prompts },
        { apart: 2, signIns: 2, answered: true, prompts: [] },
      );
    } finally {
      await second.stop();
    }
  }));

test("a provider that binds tokens to a gateway is signed in to for each", () =>
  withProvider({ profile: "auth0", settings: { clientId: app } }, {}, async (sandbox, world) => {
    const { discoveryUrl } = sandbox.authorizer.customJWTAuthorizer;
    const customJWTAuthorizer = { discoveryUrl, allowedScopes: ["read:tools"] };
    const second = await startGateway({ authorizer: { customJWTAuthorizer }, targets: [sampleTarget()] });
    try {
      await connect(sandbox, world);
      // Whatever comes of it: this provider knows one API, which is not the second gateway.
      await failureOf(() => world.connect(second.url));
      assert.deepEqual(
        { signIns: world.opened.length, audiences: world.opened.map((url) => url.searchParams.get("audience")) },
        { signIns: 2, audiences: [sandbox.gatewayUrl, second.url] },
      );
    } finally {
      await second.stop();
    }
  }));

test("two people of one provider are signed in at once, and each gateway has the one that was chosen for it", () =>
  withProvider({ profile: "okta" }, {}, async (sandbox, world) => {
    const { customJWTAuthorizer } = sandbox.authorizer;
    const second = await startGateway({ authorizer: { customJWTAuthorizer }, targets: [sampleTarget()] });
    const label = async (id: string) => {
      const found = world.gateways.find(id);
      const state = found && (await world.gateways.state(found));
      return state?.kind === "signedIn" ? state.tokens.account.label : state?.kind;
    };
    const signal = new AbortController().signal;
    try {
      const { connection: one } = await connect(sandbox, world);
      const outcome = await world.connect(second.url, { clientId: async () => sandbox.clientId });
      assert.ok(outcome.kind === "connected");
      const two = outcome.connection;
      world.person.answers = { person: "grace" };
      await world.gateways.signIn(two.id, { scopes: [], chooseAccount: true }, { signal });
      const apart = [await label(one.id), await label(two.id), world.sessions().length];
      // Back to the sign-in that is there, without a browser; the other one, which nobody uses then, is revoked.
      const current = world.gateways.find(two.id) ?? two;
      const [ada] = (await world.gateways.accountsFor(current)).filter(
        ({ tokens }) => tokens.sessionId !== current.sessionId,
      );
      assert.ok(ada);
      await world.gateways.useAccount(current, ada, ada.consent);
      assert.deepEqual(
        {
          apart,
          together: [await label(one.id), await label(two.id), world.sessions().length],
          signIns: world.opened.length,
        },
        {
          apart: ["Ada Lovelace", "Grace Hopper", 2],
          together: ["Ada Lovelace", "Ada Lovelace", 1],
          signIns: 2,
        },
      );
    } finally {
      await second.stop();
    }
  }));

test("a machine's secret is read from where the settings say, when it is used, and kept nowhere", () =>
  withProvider({ profile: "cognito" }, { callers: "machines" }, async (sandbox) => {
    const { clientId = "", clientSecret = "" } = sandbox.machine ?? {};
    const environment = { MACHINE_SECRET: clientSecret };
    const settings = { clientId, signIn: "clientCredentials", clientSecret: { environment: "MACHINE_SECRET" } };
    const world = connectWorld({ settings: { [sandbox.gatewayUrl]: settings }, environment });
    try {
      const outcome = await world.connect(sandbox.gatewayUrl);
      assert.ok(outcome.kind === "connected");
      await call(world, outcome.connection);
      const kept = JSON.stringify([...world.secrets.entries.values()]) + world.stored.text;
      environment.MACHINE_SECRET = "";
      world.later(59.5 * minute);
      const failure = (await failureOf(() => call(world, outcome.connection))) as { code?: string };
      assert.deepEqual(
        { kept: kept.includes(clientSecret), opened: world.opened.length, code: failure.code },
        { kept: false, opened: 0, code: "credential_unreadable" },
      );
    } finally {
      await world.stop();
    }
  }));
