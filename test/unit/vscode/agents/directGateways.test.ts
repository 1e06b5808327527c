import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { setImmediate } from "node:timers/promises";
import type { Connection } from "../../../../src/connections/connection.ts";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import type { TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { useFakeEditor } from "../../../support/fakeEditor.ts";

useFakeEditor({});

const { DirectGateways } = await import("../../../../src/vscode/agents/directGateways.ts");

const connection = { id: "a", name: "finance", authorization: { kind: "oauth" } } as Connection;

/** Tokens of five minutes, whose renewal is due a minute before their end. */
const tokensFrom = (issuedAt: number) =>
  ({ accessToken: "token", issuedAt, expiresAt: issuedAt + 300_000, server: {} }) as unknown as TokenSet;

/** @param current what the gateway's tokens are now */
function direct({ mock }: TestContext, current: () => Promise<TokenSet | undefined>) {
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 0 });
  let asked = 0;
  const gateways = {
    find: () => connection,
    readable: () => undefined,
    storedTokens: current,
    currentTokens: async () => {
      asked += 1;
      return await current();
    },
  };
  const servers = new DirectGateways({
    gateways: () => gateways,
    extension: "a.b",
    settings: () => ({ gateways: undefined, shared: {} }),
    now: () => Date.now(),
    log: { info() {}, warn() {}, error() {}, debug() {} } as never,
    onRenewed() {},
  });
  return {
    servers,
    /** How often tokens were asked for, after so many milliseconds. */
    async askedAfter(ms: number): Promise<number> {
      mock.timers.tick(ms);
      await setImmediate();
      return asked;
    },
  };
}

test("a token that is due and does not come is asked for ever more seldom, until there is one", async (t) => {
  let issuedAt = 0;
  const { servers, askedAfter } = direct(t, async () => {
    if (Date.now() < issuedAt + 300_000) return tokensFrom(issuedAt);
    throw new GatewayFailure("token_endpoint_unreachable", { url: "https://idp.example.com/token" } as never);
  });
  assert.deepEqual(await servers.headers(connection), { Authorization: "Bearer token" });
  assert.equal(await askedAfter(240_000), 1);
  // Due, and the present one still serves.
  assert.equal(await askedAfter(250), 2);
  const waits = [5_000, 10_000, 20_000, 40_000];
  for (const [at, wait] of waits.entries()) {
    assert.equal(await askedAfter(wait - 1), 2 + at);
    assert.equal(await askedAfter(1), 3 + at);
  }
  // Ended by now, and asked for once a minute.
  assert.equal(await askedAfter(59_999), 6);
  assert.equal(await askedAfter(1), 7);
  issuedAt = Date.now();
  assert.equal(await askedAfter(60_000), 8);
  // The new one is used until it is due.
  assert.equal(await askedAfter(180_000), 8);
  assert.equal(await askedAfter(250), 9);
  servers.dispose();
});

test("nothing is asked for after the end, be it while a token is on its way", async (t) => {
  const waiting: (() => void)[] = [];
  let isWaiting = false;
  const { servers, askedAfter } = direct(t, async () => {
    if (isWaiting) await new Promise<void>((resolve) => waiting.push(resolve));
    return tokensFrom(Date.now());
  });
  await servers.headers(connection);
  isWaiting = true;
  assert.equal(await askedAfter(240_250), 2);
  servers.dispose();
  assert.equal(waiting.length, 1);
  for (const answer of waiting) answer();
  assert.equal(await askedAfter(0), 2);
  assert.equal(await askedAfter(10_000_000), 2);
});
