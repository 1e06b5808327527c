import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../src/connections/connection.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { sampleTarget } from "../../src/sandbox/sample/sampleTarget.ts";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { type ConnectTestWorld, connectWorld } from "../support/connectWorld.ts";
import { failureOf } from "../support/fakePorts.ts";
import { withSandbox } from "../support/withSandbox.ts";

interface TwoGateways {
  readonly sandbox: Sandbox;
  /** The second gateway, which takes the same tokens. */
  readonly other: string;
  /** A window; every further one shares what the first has stored. */
  window(): ConnectTestWorld;
}

/** Two gateways of one provider whose tokens are bound to neither. */
const withTwoGateways = (act: (gateways: TwoGateways) => Promise<void>): Promise<void> =>
  withSandbox({ recordSecrets: true }, async (sandbox) => {
    const other = await startGateway({
      authorizer: {
        customJWTAuthorizer: {
          discoveryUrl: `${sandbox.issuer}/.well-known/openid-configuration`,
          allowedAudience: [sandbox.gatewayUrl],
          allowedScopes: ["gateway.read"],
        },
      },
      targets: [sampleTarget()],
    });
    const settings = { [sandbox.gatewayUrl]: { resource: false }, [other.url]: { resource: false } };
    const windows: ConnectTestWorld[] = [];
    const window = () => {
      const world = connectWorld({ settings, ...(windows[0] && { beside: windows[0] }) });
      windows.push(world);
      return world;
    };
    try {
      await act({ sandbox, other: other.url, window });
    } finally {
      for (const world of windows) await world.stop();
      await other.stop();
    }
  });

async function connected(world: ConnectTestWorld, url: string): Promise<Connection> {
  const outcome = await world.connect(url);
  if (outcome.kind !== "connected") throw new Error("not connected");
  return outcome.connection;
}

/** The tokens that went to a gateway. */
const bearers = (world: ConnectTestWorld, url: string): readonly string[] =>
  world.sent.filter((one) => one.url === url).flatMap(({ bearer }) => bearer ?? []);

const accessToken = async (world: ConnectTestWorld, { sessionId = "" }: Connection): Promise<string> =>
  (await world.store.read(sessionId))?.accessToken ?? "";

test("a sign-in is shared once its person agreed, and the list says to what: account, audience and both hosts", () =>
  withTwoGateways(async ({ sandbox, other, window }) => {
    const world = window();
    const first = await connected(world, sandbox.gatewayUrl);
    const second = await connected(world, other);
    const tokens = await world.gateways.storedTokens(first);
    const { connections } = JSON.parse(world.stored.text ?? "") as { connections: Connection[] };
    const agreed = {
      kind: "given",
      account: { issuer: sandbox.issuer, id: tokens?.account.id },
      audience: sandbox.gatewayUrl,
      from: new URL(sandbox.gatewayUrl).host,
      to: new URL(other).host,
    };
    assert.deepEqual(
      {
        shared: second.sessionId === first.sessionId,
        asked: world.consents,
        kept: connections.map(({ sharing }) => sharing),
        browsers: world.opened.length,
        sent: new Set(bearers(world, other)),
      },
      {
        shared: true,
        asked: [agreed],
        kept: [undefined, agreed],
        browsers: 1,
        sent: new Set([await accessToken(world, first)]),
      },
    );
  }));

test("without an agreement, and so wherever nobody can be asked, the other gateway never sees the token", () =>
  withTwoGateways(async ({ sandbox, other, window }) => {
    const world = window();
    const first = await connected(world, sandbox.gatewayUrl);
    world.person.shares = false;
    const second = await connected(world, other);
    await world.call(second.id, "sample___whoami");
    const token = await accessToken(world, first);
    assert.deepEqual(
      {
        shared: second.sessionId === first.sessionId,
        browsers: world.opened.length,
        leaked: bearers(world, other).filter((bearer) => bearer === token).length,
        answered: bearers(world, other).length > 0,
      },
      { shared: false, browsers: 2, leaked: 0, answered: true },
    );
  }));

for (const [what, change] of [
  ["another account", (sharing: object) => ({ ...sharing, account: { issuer: "https://other.example", id: "ada" } })],
  ["another audience", (sharing: object) => ({ ...sharing, audience: "https://other.example" })],
  ["another gateway that shares", (sharing: object) => ({ ...sharing, from: "other.example" })],
  ["another gateway that uses it", (sharing: object) => ({ ...sharing, to: "other.example" })],
  ["nothing", () => undefined],
] as const) {
  test(`an agreement to ${what} shares nothing: the person is asked, and no token goes out before`, () =>
    withTwoGateways(async ({ sandbox, other, window }) => {
      const world = window();
      const first = await connected(world, sandbox.gatewayUrl);
      const second = await connected(world, other);
      const list = JSON.parse(world.stored.text ?? "") as { connections: { sharing?: object }[] };
      for (const one of list.connections) if (one.sharing) one.sharing = change(one.sharing) as object;
      world.stored.text = JSON.stringify(list);
      const next = window();
      await next.gateways.book.load();
      next.person.answers = { consent: "deny" };
      const denied = await failureOf(() => next.call(second.id, "sample___whoami"));
      const state = await next.gateways.state(next.gateways.find(second.id) ?? second);
      const mine = await next.call(first.id, "sample___whoami");
      assert.deepEqual(
        {
          denied: (denied as { code?: string }).code,
          prompts: next.prompts.length,
          sent: bearers(next, other),
          state: state.kind,
          mine: mine.split(",")[0],
          accounts: (await next.gateways.sessions()).map(({ connections }) => connections.map(({ id }) => id)),
        },
        {
          denied: "access_denied",
          prompts: 1,
          sent: [],
          state: "attention",
          mine: "You are Ada Lovelace (ada)",
          accounts: [[first.id]],
        },
      );
    }));
}

test("who shared a sign-in in a version that kept no agreements goes on sharing it, and is asked for no other", () =>
  withTwoGateways(async ({ sandbox, other, window }) => {
    const world = window();
    const first = await connected(world, sandbox.gatewayUrl);
    const second = await connected(world, other);
    const { connections } = JSON.parse(world.stored.text ?? "") as { connections: Connection[] };
    const earlier = connections.map(({ sharing: _, ...rest }) => rest);
    world.stored.text = JSON.stringify({ version: 1, connections: earlier });
    const next = window();
    await next.gateways.book.load();
    const said = [await next.call(first.id, "sample___whoami"), await next.call(second.id, "sample___whoami")];
    // The next write makes it a list of this version, which stays true.
    await next.gateways.signIn(first.id, { scopes: [], chooseAccount: true }, { signal: new AbortController().signal });
    const last = window();
    await last.gateways.book.load();
    const still = await last.call(second.id, "sample___whoami");
    assert.deepEqual(
      { said: [...said, still].map((text) => text.split(",")[0]), prompts: [next.prompts, last.prompts] },
      {
        said: ["You are Ada Lovelace (ada)", "You are Ada Lovelace (ada)", "You are Ada Lovelace (ada)"],
        prompts: [[], []],
      },
    );
  }));
