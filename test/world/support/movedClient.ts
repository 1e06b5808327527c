import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { connectWorld } from "../../support/connectWorld.ts";
import type { FakeAuthorizationServer } from "../../support/fakeAuthorizationServer.ts";
import { failureOf } from "../../support/fakePorts.ts";
import { startWorldGateway } from "./gateway.ts";
import { moveTo } from "./laterSignIn.ts";
import { startProvider } from "./provider.ts";
import type { WorldTests } from "./rows.ts";

type Options = NonNullable<Parameters<typeof connectWorld>[0]>;

/** Providers that know only clients which an administrator entered, and a gateway that went from one to the other. */
async function movedWithTypedClient(
  t: TestContext,
  {
    set,
    flow,
    ...options
  }: Omit<Options, "settings"> & { readonly set?: object; readonly flow?: "clientCredentials" } = {},
) {
  const [first, next] = [await startProvider(t), await startProvider(t)];
  for (const { server } of [first, next]) Object.assign(server, { registration_endpoint: undefined });
  if (flow) for (const one of [first, next]) one.answer.token = () => asMachine(one);
  const gateway = await startWorldGateway(t, first);
  const world = connectWorld({ ...options, ...(set && { settings: { [gateway.url]: set } }) });
  t.after(() => world.stop());
  const answers = { clientId: async () => "client-of-first", credential: async () => "secret-of-first" };
  const outcome = await world.connect(gateway.url, answers, undefined, flow);
  assert.equal(outcome.kind, "connected");
  const { id } = (outcome as Extract<typeof outcome, { kind: "connected" }>).connection;
  const before = world.gateways.find(id);
  const stored = new Map(world.secrets.entries);
  moveTo(gateway, next);
  return { first, next, gateway, world, id, before, stored };
}

function asMachine(provider: FakeAuthorizationServer): Response {
  const access = `machine-${provider.forms.length}`;
  provider.access.add(access);
  return Response.json({ access_token: access, token_type: "Bearer", expires_in: 3600 });
}

type Moved = Awaited<ReturnType<typeof movedWithTypedClient>>;

/** What of the first sign-in reached the other provider. */
const leaked = ({ first, next, world }: Moved): readonly string[] => {
  const opened = world.opened.filter(({ origin }) => origin === next.issuer).map(String);
  const sent = JSON.stringify([next.forms, opened, world.sent.filter(({ url }) => url.startsWith(next.issuer))]);
  const mine = [...first.access, ...first.live, "client-of-first", "secret-of-first"];
  assert.ok(mine.length > 2);
  return mine.filter((secret) => sent.includes(`"${secret}"`) || sent.includes(`=${secret}&`));
};

const clientAt = ({ world, id }: Moved): readonly unknown[] => {
  const { authorization } = world.gateways.find(id) ?? {};
  return authorization?.kind === "oauth" ? [authorization.server.issuer, authorization.clientId] : [];
};

/** Clients that somebody typed in, at gateways that sign in elsewhere by now. */
export const movedClient: WorldTests = {
  "a client that was typed in: its person is asked once, types the one of the other issuer, and the call is answered":
    async (t) => {
      const moved = await movedWithTypedClient(t, { asksClients: { clientId: () => "client-of-next" } });
      const { first, next, world, id } = moved;
      const answer = await world.call(id, "echo");
      const page = world.opened.at(-1);
      assert.deepEqual(
        {
          answer,
          moves: world.moves,
          asked: world.elsewhere.asked.map(({ issuer, redirectUri }) => [issuer, redirectUri !== undefined]),
          page: [page?.origin, page?.searchParams.get("client_id")],
          client: clientAt(moved),
          revoked: first.forms.some(({ endpoint }) => endpoint === "revoke"),
          leaked: leaked(moved),
          written: world.elsewhere.written,
        },
        {
          answer: "{}",
          moves: [{ from: first.issuer, to: next.issuer }],
          asked: [[next.issuer, true]],
          page: [next.issuer, "client-of-next"],
          client: [next.issuer, "client-of-next"],
          revoked: true,
          leaked: [],
          written: [],
        },
      );
      // Asked once: what was typed is kept.
      assert.deepEqual([await world.call(id, "echo"), world.elsewhere.asked.length, world.moves.length], ["{}", 1, 1]);
    },
  "where the other issuer registers clients, nobody is asked for one": async (t) => {
    const moved = await movedWithTypedClient(t, { asksClients: {} });
    const { next, world, id } = moved;
    Object.assign(next.server, { registration_endpoint: `${next.issuer}/register` });
    assert.deepEqual([await world.call(id, "echo"), world.elsewhere.asked], ["{}", []]);
    assert.deepEqual([clientAt(moved)[0], next.count("register"), leaked(moved)], [next.issuer, 1, []]);
  },
  "a client ID in the settings is asked for with the one that stands there, and the new one is written": async (t) => {
    const moved = await movedWithTypedClient(t, {
      set: { clientId: "client-of-first" },
      asksClients: { clientId: () => "client-of-next" },
    });
    const { next, gateway, world, id } = moved;
    assert.equal(await world.call(id, "echo"), "{}");
    assert.deepEqual(
      {
        asked: world.elsewhere.asked.map(({ issuer, known }) => [issuer, known]),
        written: world.elsewhere.written,
        client: clientAt(moved),
        leaked: leaked(moved),
      },
      {
        asked: [[next.issuer, "client-of-first"]],
        written: [{ url: gateway.url, clientId: "client-of-next" }],
        client: [next.issuer, "client-of-next"],
        leaked: [],
      },
    );
  },
  "a client ID that the other issuer does not know is asked for again, with what it said": async (t) => {
    const moved = await movedWithTypedClient(t, {
      asksClients: { clientId: (time) => (time === 1 ? "a-typing-error" : "client-of-next") },
    });
    const { next, world, id } = moved;
    next.answer.token = ({ client_id }) =>
      client_id === "client-of-next" ? undefined : Response.json({ error: "invalid_client" }, { status: 401 });
    assert.equal(await world.call(id, "echo"), "{}");
    assert.deepEqual(
      [world.elsewhere.refused, world.elsewhere.asked.length, clientAt(moved)],
      [["token_refused"], 2, [next.issuer, "client-of-next"]],
    );
  },
  ...Object.fromEntries(
    (["the question", "the client ID", "the secret"] as const).map((point) => [
      `giving up at ${point} leaves everything as it was, in the settings too`,
      async (t: TestContext) => {
        const set = point === "the secret" ? { clientAuthentication: "client_secret_basic" } : undefined;
        const moved = await movedWithTypedClient(t, {
          ...(set && { set }),
          asksClients: { clientId: () => (point === "the client ID" ? undefined : "client-of-next") },
        });
        const { first, next, world, id, before, stored } = moved;
        world.person.follows = point !== "the question";
        const ended = await failureOf(() => world.call(id, "echo"));
        assert.ok(ended);
        assert.deepEqual(
          {
            connection: world.gateways.find(id),
            stored: [...world.secrets.entries.keys()].sort(),
            asked: world.elsewhere.asked.length,
            written: world.elsewhere.written,
            atNext: next.forms.filter(({ endpoint }) => !endpoint.startsWith(".well-known/")),
            revoked: first.count("revoke"),
          },
          {
            connection: before,
            stored: [...stored.keys()].sort(),
            asked: point === "the question" ? 0 : 1,
            written: [],
            atNext: [],
            revoked: 0,
          },
        );
      },
    ]),
  ),
  "a secret that was typed for a sign-in that failed is not kept, and one of before goes with its issuer": async (
    t,
  ) => {
    const moved = await movedWithTypedClient(t, {
      set: { clientAuthentication: "client_secret_basic" },
      asksClients: { clientId: () => "client-of-next", credential: () => "secret-of-next" },
    });
    const { next, world, id, stored } = moved;
    const secretsOf = () => [...world.secrets.entries.keys()].filter((key) => !key.startsWith("session:")).sort();
    const before = [...stored.keys()].filter((key) => !key.startsWith("session:")).sort();
    next.answer.token = () => Response.json({ error: "invalid_grant" }, { status: 400 });
    await failureOf(() => world.call(id, "echo"));
    assert.deepEqual(secretsOf(), before);
    delete next.answer.token;
    const connection = world.gateways.find(id);
    assert.ok(connection);
    const signal = new AbortController().signal;
    await world.gateways.signIn(id, { scopes: [], chooseAccount: false }, { signal, issuer: next.issuer });
    assert.deepEqual([secretsOf().length, secretsOf().some((key) => before.includes(key))], [before.length, false]);
    assert.deepEqual([await world.call(id, "echo"), leaked(moved)], ["{}", []]);
  },
  "a client whose secret the settings name is not moved, and its secret is not sent": async (t) => {
    const moved = await movedWithTypedClient(t, {
      set: { clientId: "client-of-first", clientSecret: { environment: "SECRET" } },
      environment: { SECRET: "secret-of-first" },
      asksClients: { clientId: () => "client-of-next" },
    });
    const { next, world, id, before } = moved;
    const { code } = (await failureOf(() => world.call(id, "echo"))) as { code: string };
    assert.deepEqual(
      [code, world.moves, world.elsewhere.asked, world.gateways.find(id), next.count("token"), leaked(moved)],
      ["issuer_changed", [], [], before, 0, []],
    );
  },
  "a machine is not moved, whoever is there to ask": async (t) => {
    const moved = await movedWithTypedClient(t, {
      flow: "clientCredentials",
      asksClients: { clientId: () => "client-of-next" },
    });
    const { next, world, id, before } = moved;
    const { code } = (await failureOf(() => world.call(id, "echo"))) as { code: string };
    assert.deepEqual(
      [code, world.moves, world.elsewhere.asked, world.gateways.find(id), next.count("token")],
      ["issuer_changed", [], [], before, 0],
    );
  },
  "without anybody to ask, a client that was typed in is not moved": async (t) => {
    const { next, world, id, before } = await movedWithTypedClient(t);
    const { code } = (await failureOf(() => world.call(id, "echo"))) as { code: string };
    assert.deepEqual([code, world.gateways.find(id), next.count("token")], ["issuer_changed", before, 0]);
  },
};
