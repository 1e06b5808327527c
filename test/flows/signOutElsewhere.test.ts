import assert from "node:assert/strict";
import { test } from "node:test";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { type ConnectTestWorld, connectWorld } from "../support/connectWorld.ts";
import { withSandbox } from "../support/withSandbox.ts";

const withTwoWindows = (
  act: (sandbox: Sandbox, here: ConnectTestWorld, there: ConnectTestWorld) => Promise<void>,
): Promise<void> =>
  withSandbox({ recordSecrets: true }, async (sandbox) => {
    const here = connectWorld();
    const there = connectWorld({ beside: here });
    try {
      await act(sandbox, here, there);
    } finally {
      await here.stop();
      await there.stop();
    }
  });

/** Tokens that the provider issued and still holds to be good. */
async function liveTokens(sandbox: Sandbox): Promise<number> {
  const issued = sandbox.issuedSecrets().filter(({ kind }) => kind === "access_token" || kind === "refresh_token");
  const live = await Promise.all(issued.map(({ value }) => sandbox.isActive(value)));
  return live.filter(Boolean).length;
}

for (const [what, chooseAccount, end] of [
  ["signed out", false, (there: ConnectTestWorld) => signOut(there)],
  ["signed out while they change the account", true, (there: ConnectTestWorld) => signOut(there)],
  ["removed the gateway", true, (there: ConnectTestWorld) => remove(there)],
  ["removed the gateway and connected it again", false, (there: ConnectTestWorld) => reconnect(there)],
] as const) {
  test(`tokens of a sign-in that began before a person ${what} in another window are revoked and not kept`, () =>
    withTwoWindows(async (sandbox, here, there) => {
      const outcome = await here.connect(sandbox.gatewayUrl);
      assert.ok(outcome.kind === "connected");
      const { connection } = outcome;
      if (!chooseAccount) await here.gateways.signOut(connection);
      await there.gateways.book.load();
      here.person.beforeAnswer = async () => {
        here.person.beforeAnswer = async () => {};
        await end(there);
      };
      const signal = new AbortController().signal;
      const ending = await here.gateways.signIn(connection.id, { scopes: [], chooseAccount }, { signal });
      assert.deepEqual(
        { ending: ending.kind, sessions: here.sessions(), live: await liveTokens(sandbox) },
        { ending: "cancelled", sessions: [], live: 0 },
      );
      // The next one is a sign-in like any other.
      await here.gateways.book.load();
      const [again] = here.gateways.book.all;
      if (!again) return;
      await here.gateways.signIn(again.id, { scopes: [], chooseAccount: false }, { signal });
      assert.equal((await here.gateways.state(here.gateways.find(again.id) ?? again)).kind, "signedIn");
    }));
}

const only = (world: ConnectTestWorld) => {
  const [connection] = world.gateways.book.all;
  if (!connection) throw new Error("nothing is connected");
  return connection;
};

const signOut = (world: ConnectTestWorld) => world.gateways.signOut(only(world));
const remove = (world: ConnectTestWorld) => world.gateways.remove(only(world));

/** The connection of a gateway has the same id again. */
async function reconnect(world: ConnectTestWorld): Promise<void> {
  const { sessionId: _, ...connection } = only(world);
  await world.gateways.remove(connection);
  await world.gateways.book.add(connection);
}

test("a window of a version without marks signs out too: its sign-out ends a sign-in that is on its way here", () =>
  withTwoWindows(async (sandbox, here) => {
    const outcome = await here.connect(sandbox.gatewayUrl);
    assert.ok(outcome.kind === "connected");
    here.person.answers = { person: "grace" };
    here.person.beforeAnswer = async () => {
      // What 03c8530 does: forget the session in the list, which it writes anew, then the tokens.
      const { connections } = JSON.parse(here.stored.text ?? "") as { connections: { sessionId?: string }[] };
      here.stored.text = JSON.stringify({
        version: 1,
        connections: connections.map(({ sessionId: _, ...one }) => one),
      });
      for (const key of here.sessions()) await here.secrets.delete(key);
    };
    const signal = new AbortController().signal;
    const before = await liveTokens(sandbox);
    const ending = await here.gateways.signIn(outcome.connection.id, { scopes: [], chooseAccount: true }, { signal });
    assert.deepEqual(
      // That window revokes what it forgot; this one what it obtained.
      { ending: ending.kind, sessions: here.sessions(), live: (await liveTokens(sandbox)) - before },
      { ending: "cancelled", sessions: [], live: 0 },
    );
  }));
