import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { HostEntries } from "../../src/hosts/hostEntries.ts";
import { hostOf } from "../../src/hosts/hosts.ts";
import { sampleTarget } from "../../src/sandbox/sample/sampleTarget.ts";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { bridgeEntry, startHost, storageFolder } from "../support/bridgeHost.ts";
import {
  type AnyWindow,
  type Computer,
  earlierFile,
  earlierModule,
  earlierWindowOf,
  newComputer,
  windowOf,
} from "../support/earlierVersion.ts";
import { QueueLock, recordingLog } from "../support/fakePorts.ts";
import { startGateway as startTestGateway } from "../support/relayGateways.ts";
import { startRelay } from "../support/relayWorld.ts";
import { startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { withSandbox } from "../support/withSandbox.ts";

const ada = "You are Ada Lovelace (ada)";
const minute = 60_000;

async function connected(window: AnyWindow, url: string) {
  const outcome = await window.connect(url);
  if (outcome.kind !== "connected") throw new Error("not connected");
  return outcome.connection;
}

const whoAmI = async (window: AnyWindow, id: string): Promise<string> =>
  (await window.call(id, "sample___whoami")).split(",")[0] ?? "";

/** A computer on which a person connected a gateway with the earlier version. */
const withInstalled = (
  act: (world: { sandbox: Sandbox; computer: Computer; earlier: AnyWindow; id: string }) => Promise<void>,
): Promise<void> =>
  withSandbox({ recordSecrets: true, accessTokenSeconds: 3600 }, async (sandbox) => {
    const computer = newComputer();
    const earlier = await earlierWindowOf(computer);
    try {
      const { id } = await connected(earlier, sandbox.gatewayUrl);
      await act({ sandbox, computer, earlier, id });
    } finally {
      await earlier.stop();
    }
  });

test("installed over the earlier version: still signed in without a page, renewed, and the earlier one goes on after it", () =>
  withInstalled(async ({ sandbox, computer, earlier, id }) => {
    await earlier.stop();
    const window = windowOf(computer);
    await window.gateways.book.load();
    const said = [await whoAmI(window, id)];
    window.later(59.5 * minute);
    said.push(await whoAmI(window, id));
    await window.stop();
    const back = await earlierWindowOf(computer);
    await back.gateways.book.load();
    back.later(2 * 59.5 * minute);
    said.push(await whoAmI(back, id));
    await back.stop();
    const { grants, registrations } = sandbox.observe();
    assert.deepEqual(
      {
        said,
        pages: [window.opened, window.prompts, back.opened, back.prompts].flat(),
        grants,
        registrations,
      },
      {
        said: [ada, ada, ada],
        pages: [],
        grants: { authorization_code: 1, refresh_token: 2 },
        registrations: 1,
      },
    );
  }));

test("two windows, one of either version, share one rotating token: each renewal is asked for once, and nobody is signed out", () =>
  withInstalled(async ({ sandbox, computer, earlier, id }) => {
    const window = windowOf(computer);
    await window.gateways.book.load();
    const said: string[] = [];
    for (let round = 0; round < 4; round++) {
      for (const one of [window, earlier]) one.later(59.5 * minute);
      said.push(...(await Promise.all([earlier, window, earlier, window].map((one) => whoAmI(one, id)))));
    }
    await window.stop();
    assert.deepEqual(
      { said: new Set(said), calls: said.length, grants: sandbox.observe().grants, pages: window.opened.length },
      { said: new Set([ada]), calls: 16, grants: { authorization_code: 1, refresh_token: 4 }, pages: 0 },
    );
  }));

test("a sign-out in a window of either version signs the other one out, and leaves no valid token", async () => {
  for (const out of ["earlier", "this"] as const) {
    await withInstalled(async ({ sandbox, computer, earlier, id }) => {
      const window = windowOf(computer);
      await window.gateways.book.load();
      const [there, here] = out === "earlier" ? [earlier, window] : [window, earlier];
      const connection = there.gateways.find(id);
      assert.ok(connection);
      await there.gateways.signOut(connection);
      await here.gateways.book.load();
      const issued = sandbox.issuedSecrets().filter(({ kind }) => /access_token|refresh_token/.test(kind));
      const live = await Promise.all(issued.map(({ value }) => sandbox.isActive(value)));
      const keys = [...computer.secrets.entries.keys()].filter((key) => key.startsWith("session:"));
      await window.stop();
      assert.deepEqual(
        { session: here.gateways.find(id)?.sessionId, keys, live: live.filter(Boolean) },
        { session: undefined, keys: [], live: [] },
      );
    });
  }
});

test("a sign-in that the earlier version shared goes on, and one that this version shares survives the earlier one's writes", () =>
  withSandbox({}, async (sandbox) => {
    const gateways = await Promise.all(
      [1, 2, 3].map(() =>
        startGateway({
          authorizer: {
            customJWTAuthorizer: {
              discoveryUrl: `${sandbox.issuer}/.well-known/openid-configuration`,
              allowedAudience: [sandbox.gatewayUrl],
            },
          },
          targets: [sampleTarget()],
        }),
      ),
    );
    const [second = "", third = "", fourth = ""] = gateways.map(({ url }) => url);
    const urls = [sandbox.gatewayUrl, second, third, fourth];
    const settings = Object.fromEntries(urls.map((url) => [url, { resource: false }]));
    const computer = newComputer();
    const earlier = await earlierWindowOf(computer, settings);
    const windows = [windowOf(computer, settings), windowOf(computer, settings)];
    const [window, later] = windows;
    try {
      assert.ok(window && later);
      const ids = [await connected(earlier, sandbox.gatewayUrl), await connected(earlier, second)].map(({ id }) => id);
      await window.gateways.book.load();
      const said = [await whoAmI(window, ids[0] ?? ""), await whoAmI(window, ids[1] ?? "")];
      const { id } = await connected(window, third);
      await earlier.gateways.book.load();
      const { id: last } = await connected(earlier, fourth);
      await later.gateways.book.load();
      said.push(await whoAmI(later, id), await whoAmI(later, last), await whoAmI(earlier, id));
      assert.deepEqual(
        {
          said: new Set(said),
          asked: window.consents.map(({ to }) => to),
          prompts: [...window.prompts, ...later.prompts],
          browsers: [earlier.opened.length, window.opened.length, later.opened.length],
        },
        { said: new Set([ada]), asked: [new URL(third).host], prompts: [], browsers: [1, 0, 0] },
      );
    } finally {
      for (const one of [earlier, ...windows]) await one.stop();
      for (const gateway of gateways) await gateway.stop();
    }
  }));

test("programs of either version share one keychain and one rotating token at the same time", () =>
  withSandbox({ recordSecrets: true, accessTokenSeconds: 3 }, (sandbox) =>
    withComputer({ keyring: true }, async (computer) => {
      const earlierScript = ["--import", import.meta.resolve("tsx"), earlierFile("src/standalone.ts")];
      const args = [sandbox.gatewayUrl, ...computer.browser()];
      const earlier = await startStandalone(args, computer.env, { script: earlierScript });
      const said = [await earlier.call("sample___whoami")];
      const now = await startStandalone(args, computer.env);
      try {
        for (let round = 0; round < 3; round++) {
          said.push(...(await Promise.all([earlier, now].map((one) => one.call("sample___whoami")))));
          // The token's own life: these are processes with a clock of their own.
          await delay(3_100);
        }
      } finally {
        await earlier.close();
        await now.close();
      }
      const { grants } = sandbox.observe();
      assert.deepEqual(
        {
          said: new Set(said.map((text) => text.split(",")[0])),
          browsers: computer.opened().length,
          signIns: grants.authorization_code,
          renewed: (grants.refresh_token ?? 0) >= 2,
        },
        { said: new Set([ada]), browsers: 1, signIns: 1, renewed: true },
      );
    }),
  ));

test("entries that the earlier version wrote are repaired, switched off and on, and taken out, and it knows those of this one", async () => {
  /** Its `add` took the host and the path apart, and a host's table had the key of the servers. */
  type EarlierEntries = Omit<HostEntries, "add"> & {
    add(
      connection: { id: string; name: string },
      host: { id: string; rootKey: string },
      path: string,
    ): Promise<boolean>;
  };
  const earlier = await earlierModule<{ HostEntries: new (world: unknown) => EarlierEntries }>(
    "src/core/hosts/hostEntries.ts",
  );
  const files = new Map<string, string>();
  let list: string | undefined;
  const world = {
    files: {
      read: async (path: string) => files.get(path),
      async change(path: string, change: (text: string | undefined) => string | undefined) {
        const after = change(files.get(path));
        if (after === undefined || after === files.get(path)) return false;
        files.set(path, after);
        return true;
      },
    },
    lock: new QueueLock(),
    runtime: async () => "/usr/bin/node",
    exists: async () => true,
    folder: "/data",
    // The earlier version's name for it, and this one's.
    way: () => ({}),
    environment: () => ({}),
    nonce: () => "1",
    log: recordingLog(),
  };
  const [before, now] = [
    new earlier.HostEntries({
      ...world,
      bridge: async () => "/data/bridge/earlier.cjs",
      book: {
        read: async () => list && JSON.parse(list),
        write: async (value: unknown) => {
          list = JSON.stringify(value, null, 2);
        },
      },
    }),
    new HostEntries({
      ...world,
      bridge: async () => "/data/bridge/bridge.cjs",
      book: {
        path: "entries.json",
        read: async () => list,
        write: async (text) => {
          list = text;
        },
      },
    }),
  ];
  const [tools, more] = [
    { id: "c1", name: "Tools" },
    { id: "c2", name: "More" },
  ];
  const server = (path: string, key: string) => JSON.parse(files.get(path) ?? "{}").mcpServers?.[key];
  await before.add(tools, { id: "kiro", rootKey: "mcpServers" }, "/kiro");
  await now.repair([tools, more]);
  const repaired = server("/kiro", "tools").args;
  await now.setDisabled("c1", true);
  const off = server("/kiro", "tools").disabled;
  await before.setDisabled("c1", false);
  const on = server("/kiro", "tools").disabled;
  await now.add(more, { host: hostOf("cursor"), path: "/cursor" });
  const known = [await before.all(), await now.all()].map((all) => all.map(({ path }) => path));
  const failed = [await now.remove("c1"), await before.remove("c2")];
  assert.deepEqual(
    { repaired, off, on, known, failed, left: [server("/kiro", "tools"), server("/cursor", "more"), await now.all()] },
    {
      repaired: ["/data/bridge/bridge.cjs"],
      off: true,
      on: false,
      known: [
        ["/kiro", "/cursor"],
        ["/kiro", "/cursor"],
      ],
      failed: [[], []],
      left: [undefined, undefined, []],
    },
  );
});

for (const [bridge, relay] of [
  ["earlier", "this"],
  ["this", "earlier"],
] as const) {
  test(`a bridge of ${bridge} version reaches the tools through a window of ${relay} version`, async () => {
    const earlierWorld = await earlierModule<{ startRelay: typeof startRelay }>("test/support/relayWorld.ts");
    const earlierHost = await earlierModule<{ storageFolder: typeof storageFolder }>("test/support/bridgeHost.ts");
    const gateway = await startTestGateway("legacy");
    const window = await (relay === "earlier" ? earlierWorld.startRelay : startRelay)(gateway.url);
    const storage = await (relay === "earlier" ? earlierHost.storageFolder : storageFolder)();
    try {
      await storage.announce(window.socket);
      const entry = bridgeEntry(storage.folder);
      const args =
        bridge === "earlier" ? ["--import", import.meta.resolve("tsx"), earlierFile("src/bridge.ts")] : entry.args;
      const host = await startHost({ ...entry, args });
      const { tools } = await host.client.listTools();
      const { content } = await host.client.callTool({ name: "echo", arguments: { a: "ä" } });
      await host.stop();
      assert.deepEqual(
        { listed: tools.some(({ name }) => name === "echo"), said: JSON.stringify(content).includes("ä") },
        { listed: true, said: true },
      );
    } finally {
      await window.stop();
      await gateway.stop();
      await storage.remove();
    }
  });
}
