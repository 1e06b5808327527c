import assert from "node:assert/strict";
import { test } from "node:test";
import { flowText } from "../../src/connections/signIn/flowText.ts";
import { connectWorld } from "../support/connectWorld.ts";
import { accessWorld, askedBy, checksOf } from "../support/explainWorld.ts";
import { part } from "../support/programs.ts";
import { useDeviceCode } from "../support/useDeviceCode.ts";
import { withSandbox } from "../support/withSandbox.ts";

// What ships.
const { explainAccess } = await part("explain");

const signal = () => new AbortController().signal;
const again = { scopes: [], chooseAccount: true };

test("a flow that is set after connecting is the one that is announced, used and explained", () =>
  withSandbox({}, async ({ gatewayUrl }) => {
    const settings: Record<string, unknown> = {};
    const world = connectWorld({
      settings,
      useCode: ({ verificationUri, userCode }) => useDeviceCode(verificationUri, userCode),
    });
    try {
      const outcome = await world.connect(gatewayUrl);
      if (outcome.kind !== "connected") throw new Error(`it ended as ${outcome.kind}`);
      const { connection } = outcome;
      settings[gatewayUrl] = { signIn: "deviceCode" };
      const resolved = world.gateways.readable(connection);
      const { device } = world;
      const before = world.opened.length;
      const { kind } = await world.gateways.signIn(connection.id, again, { signal: signal(), device });
      const { flow = "browser" } = resolved ?? {};
      const asked = { ...askedBy(connection, undefined), ...resolved, ...(resolved && { connection: resolved }) };
      const report = await explainAccess(asked, accessWorld().world);
      assert.deepEqual(
        {
          kind,
          announced: flowText[flow].next,
          codes: world.codes.length,
          browsers: world.opened.length - before,
          // A code needs no way back for the browser.
          redirect: checksOf(report).filter(({ what }) => what.includes("browser")).length,
        },
        { kind: "signedIn", announced: flowText.deviceCode.next, codes: 1, browsers: 0, redirect: 0 },
      );
    } finally {
      await world.stop();
    }
  }));

test("a client ID that is set after connecting is the one that signs in and is explained, whoever was the client before", () =>
  withSandbox({}, async ({ gatewayUrl, clientId }) => {
    for (const typed of [undefined, "typed-before"]) {
      const settings: Record<string, unknown> = {};
      const world = connectWorld({ settings });
      try {
        const outcome = await world.connect(gatewayUrl);
        if (outcome.kind !== "connected") throw new Error(`it ended as ${outcome.kind}`);
        const { authorization, ...rest } = outcome.connection;
        if (authorization.kind === "none") throw new Error("it asks nobody to sign in");
        const known = typed === undefined ? {} : { clientId: typed, clientSource: "configured" as const };
        const connection = { ...rest, authorization: { ...authorization, ...known } };
        await world.gateways.book.add(connection);
        settings[gatewayUrl] = { clientId };
        await world.gateways.signIn(connection.id, again, { signal: signal() });
        const resolved = world.gateways.resolved(connection);
        if (!resolved) throw new Error("nothing was resolved");
        const asked = { ...askedBy(connection, undefined), ...resolved, connection: resolved };
        const report = await explainAccess(asked, accessWorld().world);
        assert.deepEqual(
          {
            client: world.opened.at(-1)?.searchParams.get("client_id"),
            explained: checksOf(report).find(({ what }) => what.includes("knows this client"))?.found,
          },
          { client: clientId, explained: `${clientId} (as configured)` },
        );
      } finally {
        await world.stop();
      }
    }
  }));
