import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { FakeAuthorizationServer } from "../../support/fakeAuthorizationServer.ts";
import { until } from "../../support/until.ts";
import { connectedEditor } from "./editor.ts";
import type { Asked, WorldGateway } from "./gateway.ts";
import { type ProgramWorld, programWorld } from "./program.ts";
import { startProvider } from "./provider.ts";
import { eachPair, type WorldTests } from "./rows.ts";

/** The first request that needs a token, of those that a client makes one after the other. */
const moments: Readonly<Record<string, (asked: Asked) => boolean>> = {
  "a call": ({ rpc }) => rpc.method === "tools/call",
  "the lists": ({ rpc }) => rpc.method === "tools/call" || (rpc.method ?? "").endsWith("/list"),
  "all but initialize": ({ rpc }) => !["initialize", "notifications/initialized"].includes(rpc.method ?? ""),
};

/** Gateways that are open until they ask for a sign-in. */
export const laterSignIn: WorldTests = {
  ...eachPair(["legacy", "modern"] as const, Object.keys(moments), (era, moment) => [
    `${era}: ${moment} need a token: one page, and all is answered`,
    async (t) => {
      const { start, gateway, computer } = await programWorld(t, era);
      gateway.isProtected = moments[moment] ?? (() => true);
      const standalone = await start();
      const answers = [await standalone.call("echo"), await standalone.call("echo")];
      assert.deepEqual([answers, computer.opened().length], [["{}", "{}"], 1]);
    },
  ]),
  "open for a while, then not: the first call after that signs in": async (t) => {
    const { start, gateway, computer } = await programWorld(t);
    gateway.isProtected = () => false;
    const standalone = await start();
    const before = [await standalone.call("echo"), computer.opened().length];
    gateway.isProtected = () => true;
    assert.deepEqual([before, await standalone.call("echo"), computer.opened().length], [["{}", 0], "{}", 1]);
  },
  "in the editor too": async (t) => {
    const { world, id } = await connectedEditor(t, await startProvider(t), (gateway) => {
      gateway.isProtected = moments["a call"] ?? (() => true);
    });
    assert.equal(await world.call(id, "echo"), "{}");
  },
};

/** The gateway names another issuer, and takes that one's tokens alone. */
export function moveTo(gateway: WorldGateway, provider: FakeAuthorizationServer): void {
  const path = "/.well-known/oauth-protected-resource/mcp";
  gateway.instead = (asked) => {
    if (asked.path === path) {
      return Response.json({ resource: gateway.url, authorization_servers: [provider.issuer] });
    }
    if (asked.path !== "/mcp" || (asked.bearer !== undefined && provider.access.has(asked.bearer))) return undefined;
    const challenge = `Bearer error="invalid_token", resource_metadata="${new URL(path, gateway.url).href}"`;
    return new Response(null, { status: 401, headers: { "www-authenticate": challenge } });
  };
  gateway.isProtected = () => false;
}

/** Signed in at one provider, with a gateway that has moved to another. */
async function moved(t: TestContext, ...args: readonly string[]) {
  const world: ProgramWorld = await programWorld(t);
  const next = await startProvider(t);
  const pinned = args.includes("--issuer") ? [world.provider.issuer] : [];
  const standalone = await world.start(...args, ...pinned);
  assert.equal(await standalone.call("echo"), "{}");
  const before = world.provider.forms.length;
  moveTo(world.gateway, next);
  return { ...world, next, standalone, before };
}

/** Gateways that sign in elsewhere than they did. */
export const changedIssuer: WorldTests = {
  "a person is shown the page of the other one, and nothing of the old sign-in is sent there": async (t) => {
    const { provider, next, standalone, before, computer, gateway } = await moved(t);
    const old = JSON.stringify(provider.forms);
    const answer = await standalone.call("echo");
    const pages = computer.opened().map(({ url }) => new URL(url).origin);
    const sent = JSON.stringify([next.forms, computer.opened()[1]?.url]);
    const mine = [...provider.access, ...provider.forms.map(({ form }) => form.refresh_token ?? form.client_id ?? "")];
    assert.ok(old.length > 2 && mine.filter(Boolean).length > 1 && gateway.asked.length > 0);
    assert.deepEqual(
      {
        answer,
        pages,
        leaked: mine.filter((secret) => secret !== "" && sent.includes(`"${secret}"`)),
        // The old one is asked for nothing but a renewal and the end of its sign-in.
        asked: [...new Set(provider.forms.slice(before).map(({ endpoint }) => endpoint))].filter(
          (endpoint) => !["token", "revoke"].includes(endpoint),
        ),
      },
      { answer: "{}", pages: [provider.issuer, next.issuer], leaked: [], asked: [] },
    );
  },
  "one that moves before it has said which tools it has asks once more, and they are listed": async (t) => {
    const { provider, gateway, computer, start } = await programWorld(t);
    const next = await startProvider(t);
    gateway.instead = async (asked) => {
      if (asked.rpc.method !== "tools/list" || asked.bearer === undefined) return undefined;
      // What it said of itself is kept by now.
      const folder = join(computer.folder, "cache", "gateway-connect", "catalogues");
      await until(
        () => existsSync(folder) && readdirSync(folder).some((name) => name.endsWith(".json")),
        "the catalogue",
      );
      moveTo(gateway, next);
      return gateway.instead?.(asked);
    };
    const standalone = await start();
    const { tools } = await standalone.client.listTools();
    const pages = computer.opened().map(({ url }) => new URL(url).origin);
    assert.deepEqual([tools.some(({ name }) => name === "echo"), pages], [true, [provider.issuer, next.issuer]]);
  },
  "one that moves while it is being connected asks once more, with both issuers, and is connected": async (t) => {
    const [first, next] = [await startProvider(t), await startProvider(t)];
    const { world, id } = await connectedEditor(t, first, (gateway) => {
      // Whoever comes with a token of the first provider is a moment late.
      gateway.instead = ({ bearer }) => {
        if (bearer === undefined || !first.access.has(bearer)) return undefined;
        moveTo(gateway, next);
        return gateway.instead?.({ path: "/mcp", bearer } as Asked);
      };
    });
    const leaked = [...first.access].filter((token) => JSON.stringify(next.forms).includes(token));
    assert.deepEqual(
      {
        moves: world.moves,
        pages: world.opened.map(({ origin }) => origin),
        answer: await world.call(id, "echo"),
        revoked: first.forms.filter(({ endpoint }) => endpoint === "revoke").length > 0,
        leaked,
      },
      {
        moves: [{ from: first.issuer, to: next.issuer }],
        pages: [first.issuer, next.issuer],
        answer: "{}",
        revoked: true,
        leaked: [],
      },
    );
  },
  "an issuer that was given is never left": async (t) => {
    const { next, standalone, computer } = await moved(t, "--issuer");
    const answer = await standalone.call("echo");
    assert.deepEqual([/401|refused/.test(answer), computer.opened().length, next.forms.length], [true, 1, 0], answer);
  },
};
