import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gateway } from "../../src/gateway/gateway.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { sampleTarget } from "../../src/sandbox/sample/sampleTarget.ts";
import { bulk } from "../support/bulk.ts";
import { connectWorld } from "../support/connectWorld.ts";
import { withSandbox } from "../support/withSandbox.ts";

const [gatewayCount, windowCount, renewals] = [bulk(50), Math.max(3, bulk(10)), bulk(144)];

test(`${gatewayCount} gateways in ${windowCount} windows: each call at once is answered, and ${renewals} times ten minutes cost a renewal each`, () =>
  withSandbox({ recordSecrets: true, accessTokenSeconds: 600 }, async (sandbox) => {
    const gateways: Gateway[] = [];
    for (let at = 0; at < gatewayCount; at++) {
      const rules = {
        discoveryUrl: `${sandbox.issuer}/.well-known/openid-configuration`,
        allowedAudience: [sandbox.gatewayUrl],
      };
      gateways.push(await startGateway({ authorizer: { customJWTAuthorizer: rules }, targets: [sampleTarget()] }));
    }
    const settings = Object.fromEntries(
      gateways.map(({ url }) => [url, { resource: false, scopes: ["openid", "gateway.read", "offline_access"] }]),
    );
    const first = connectWorld({ settings });
    const windows = [
      first,
      ...Array.from({ length: windowCount - 1 }, () => connectWorld({ settings, beside: first })),
    ];
    const calls = () => gateways.reduce((sum, gateway) => sum + (gateway.counters().toolCalls.sample___whoami ?? 0), 0);
    const refreshes = () => sandbox.observe().grants.refresh_token ?? 0;
    try {
      const ids: string[] = [];
      for (const { url } of gateways) {
        const outcome = await first.connect(url);
        assert.ok(outcome.kind === "connected", JSON.stringify(outcome));
        ids.push(outcome.connection.id);
      }
      assert.equal(first.opened.length, 1, "a sign-in is shared");
      for (const window of windows) await window.gateways.book.load();
      const everywhere = async () => {
        const asked = windows.flatMap((window) => ids.map((id) => window.call(id, "sample___whoami")));
        const answers = await Promise.all(asked);
        return answers.filter((answer) => !answer.includes("(ada)")).length;
      };
      const wrong = [await everywhere()];
      const before = refreshes();
      // A hundred at once to one gateway, whose token has run out.
      for (const window of windows) window.later(601_000);
      const hundred = await Promise.all(Array.from({ length: 100 }, () => first.call(ids[0] ?? "", "sample___whoami")));
      wrong.push(hundred.filter((answer) => !answer.includes("(ada)")).length, refreshes() - before - 1);
      // A day of work: every window calls, each time when the token has just run out.
      for (let at = 0; at < renewals; at++) {
        for (const window of windows) window.later(601_000);
        const answers = await Promise.all(
          windows.map((window) => window.call(ids[at % ids.length] ?? "", "sample___whoami")),
        );
        wrong.push(answers.filter((answer) => !answer.includes("(ada)")).length);
      }
      assert.deepEqual(
        wrong,
        wrong.map(() => 0),
      );
      assert.deepEqual(
        {
          renewed: refreshes() - before,
          calls: calls(),
          pages: windows.reduce((sum, { opened }) => sum + opened.length, 0),
        },
        { renewed: renewals + 1, calls: gatewayCount * windowCount + 100 + renewals * windowCount, pages: 1 },
      );
    } finally {
      for (const window of windows) await window.stop();
      await Promise.all(gateways.map((gateway) => gateway.stop()));
    }
  }));
