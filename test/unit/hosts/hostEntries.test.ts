import assert from "node:assert/strict";
import { test } from "node:test";
import { parse } from "jsonc-parser";
import { GatewayFailure } from "../../../src/failures/failure.ts";
import { HostEntries, type HostEntriesWorld } from "../../../src/hosts/hostEntries.ts";
import { serverKey } from "../../../src/hosts/hostEntry.ts";
import { hostOf } from "../../../src/hosts/hosts.ts";
import { failureOf, QueueLock, recordingLog } from "../../support/fakePorts.ts";

const tools = { id: "c1", name: "Company Tools" };
const kiro = hostOf("kiro");

/** Files and storage in memory; `world` may be changed as updates change a computer. */
function desk(texts: Record<string, string> = {}) {
  const files = new Map(Object.entries(texts));
  const writes: string[] = [];
  let stored: string | undefined;
  let nonces = 0;
  const world = {
    files: {
      read: async (path: string) => files.get(path),
      async change(path: string, change: (text: string | undefined) => string | undefined) {
        const after = change(files.get(path));
        if (after === undefined || after === files.get(path)) return false;
        files.set(path, after);
        writes.push(path);
        return true;
      },
    },
    book: {
      path: "entries.json",
      read: async () => stored,
      write: async (text: string) => {
        stored = text;
      },
    },
    lock: new QueueLock(),
    command: "/opt/kiro/kiro",
    gone: new Set<string>(),
    runtime: async () => world.command,
    exists: async (path: string) => !world.gone.has(path),
    script: "/data/bridge/bridge.cjs",
    bridge: async () => world.script,
    folder: "/data",
    said: {} as Record<string, string>,
    environment: () => world.said,
    nonce: () => `n${++nonces}`,
    log: recordingLog(),
  };
  const entries = new HostEntries(world as HostEntriesWorld);
  const servers = (path: string) => parse(files.get(path) ?? "{}").mcpServers ?? parse(files.get(path) ?? "{}").servers;
  return { world, entries, files, writes, servers };
}

test("an entry starts the bridge with all it needs, holds no secret, and no time limit", async () => {
  const { entries, servers } = desk();
  const preview = await entries.preview(tools, { host: kiro, path: "/k" });
  const untouched = servers("/k");
  const written = [
    await entries.add(tools, { host: kiro, path: "/k" }),
    await entries.add(tools, { host: kiro, path: "/k" }),
  ];
  assert.deepEqual(
    { before: preview.before, key: preview.key, untouched, written, servers: servers("/k") },
    {
      before: undefined,
      key: "company-tool",
      untouched: undefined,
      written: [true, false],
      servers: {
        "company-tool": {
          command: "/opt/kiro/kiro",
          args: ["/data/bridge/bridge.cjs"],
          env: {
            ELECTRON_RUN_AS_NODE: "1",
            GATEWAY_CONNECT_FOLDER: "/data",
            GATEWAY_CONNECT_ENTRY: "c1:n2",
          },
        },
      },
    },
  );
});

test("an entry gets a key that nobody has", async () => {
  const taken = JSON.stringify({ mcpServers: { "company-tool": {}, "company-to-2": {} } });
  const { entries, servers } = desk({ "/f": taken });
  await entries.add(tools, { host: kiro, path: "/f" });
  assert.equal(Object.keys(servers("/f")).at(-1), "company-to-3");
});

test("an entry is repaired when the editor or the bridge moved, and what the person set in it stays", async () => {
  const { world, entries, files, writes, servers } = desk();
  await entries.add(tools, { host: kiro, path: "/k" });
  files.set("/k", (files.get("/k") ?? "").replace('"args"', '"autoApprove": ["*"], // mine\n      "args"'));
  await entries.repair([tools]);
  const unmoved = writes.length;
  world.command = "/opt/kiro-2/kiro";
  await entries.repair([tools]);
  const stillThere = writes.length;
  world.gone.add("/opt/kiro/kiro");
  await entries.repair([tools]);
  const moved = servers("/k")["company-tool"];
  world.script = "/data-2/bridge.cjs";
  await entries.repair([tools]);
  const { command, args, autoApprove, env } = servers("/k")["company-tool"];
  assert.deepEqual(
    { unmoved, stillThere, moved: moved.command, command, args, autoApprove, mark: env.GATEWAY_CONNECT_ENTRY },
    {
      unmoved: 1,
      stillThere: 1,
      moved: "/opt/kiro-2/kiro",
      command: "/opt/kiro-2/kiro",
      args: ["/data-2/bridge.cjs"],
      autoApprove: ["*"],
      mark: "c1:n1",
    },
  );
});

test("an entry says the way out of this computer, is repaired when the editor knows another, and keeps a person's own", async () => {
  const { world, entries, files, servers } = desk();
  world.said = { GATEWAY_CONNECT_PROXY: "http://old.test:3128" };
  await entries.add(tools, { host: kiro, path: "/k" });
  files.set(
    "/k",
    (files.get("/k") ?? "").replace('"GATEWAY_CONNECT_FOLDER"', '"MINE": "1",\n        "GATEWAY_CONNECT_FOLDER"'),
  );
  const seen = [];
  for (const said of [{ GATEWAY_CONNECT_PROXY: "http://new.test:8080", GATEWAY_CONNECT_CA_FILE: "/ca.pem" }, {}]) {
    world.said = said;
    await entries.repair([tools]);
    const { GATEWAY_CONNECT_PROXY: proxy, GATEWAY_CONNECT_CA_FILE: trusted, MINE } = servers("/k")["company-tool"].env;
    seen.push([proxy, trusted, MINE]);
  }
  const now = ["http://new.test:8080", "/ca.pem", "1"];
  assert.deepEqual(seen, [now, now]);
});

test("an entry that a person took out stays out, and one of a gateway that is gone goes", async () => {
  const { world, entries, files, servers } = desk();
  await entries.add(tools, { host: kiro, path: "/k" });
  await entries.add(tools, { host: kiro, path: "/k2" });
  await entries.add({ id: "c2", name: "Old" }, { host: kiro, path: "/k" });
  files.set("/k2", '{"mcpServers":{}}');
  world.script = "/elsewhere";
  await entries.repair([tools]);
  assert.deepEqual(
    { k: Object.keys(servers("/k")), k2: servers("/k2"), known: (await entries.all()).map(({ path }) => path) },
    { k: ["company-tool"], k2: {}, known: ["/k"] },
  );
});

test("hosts that do not hear of new tools are made to connect anew, and no others", async () => {
  const { entries, servers } = desk();
  await entries.add(tools, { host: kiro, path: "/k" });
  await entries.add(tools, { host: hostOf("cursor"), path: "/c" });
  await entries.reconnect("c1");
  await entries.reconnect("another");
  const marks = ["/k", "/c"].map((path) => servers(path)["company-tool"].env.GATEWAY_CONNECT_ENTRY);
  assert.deepEqual(marks, ["c1:n3", "c1:n2"]);
});

test("entries go with their gateway, and a file that cannot be changed is named and kept in mind", async () => {
  const { entries, files, servers } = desk({ "/k": '{"mcpServers":{"other":{}}}' });
  await entries.add(tools, { host: kiro, path: "/k" });
  await entries.add(tools, { host: kiro, path: "/broken" });
  await entries.add({ id: "c2", name: "Two" }, { host: kiro, path: "/k" });
  files.set("/broken", "{");
  const failed = await entries.remove("c1");
  assert.deepEqual(
    {
      failed: failed.map(({ path, error }) => [path, error instanceof GatewayFailure && error.code]),
      left: Object.keys(servers("/k")),
      broken: files.get("/broken"),
      known: (await entries.all()).map(({ connectionId, path }) => [connectionId, path]),
    },
    {
      failed: [["/broken", "host_file_invalid"]],
      left: ["other", "two"],
      broken: "{",
      known: [
        ["c1", "/broken"],
        ["c2", "/k"],
      ],
    },
  );
});

test("entries are switched off and on again, but what the person switched off stays off", async () => {
  const { entries, files, servers } = desk();
  await entries.add(tools, { host: kiro, path: "/ours" });
  await entries.add(tools, { host: kiro, path: "/theirs" });
  files.set("/theirs", (files.get("/theirs") ?? "").replace('"args"', '"disabled": true,\n"args"'));
  const states = () => ["/ours", "/theirs"].map((path) => servers(path)["company-tool"].disabled);
  const seen = [states()];
  await entries.setDisabled("c1", true);
  seen.push(states());
  await entries.setDisabled("c1", false);
  seen.push(states());
  assert.deepEqual(seen, [
    [undefined, true],
    [true, true],
    [false, true],
  ]);
});

test("an entry to paste is the one that a file would get, alone, and nothing is remembered of it", async () => {
  const { entries, writes } = desk();
  const text = await entries.pasted(tools, hostOf("jetbrains-ai"));
  const { "company-tool": entry, ...others } = JSON.parse(text).mcpServers;
  assert.deepEqual(
    { args: entry.args, mark: entry.env.GATEWAY_CONNECT_ENTRY, others, writes, known: await entries.all() },
    { args: ["/data/bridge/bridge.cjs"], mark: "c1:n1", others: {}, writes: [], known: [] },
  );
});

test("a path that hosts would take for a variable is refused before anything is written", async () => {
  const { world, entries, writes } = desk();
  const path = "/opt/$" + "{HOME}/kiro";
  world.command = path;
  const refused = await failureOf(() => entries.add(tools, { host: kiro, path: "/k" }));
  assert.deepEqual(
    { refused, writes, known: await entries.all() },
    { refused: { code: "host_entry_impossible", facts: { path } }, writes: [], known: [] },
  );
});

test("keys are short, plain and free", () => {
  const keys = (name: string, ...taken: string[]) => serverKey(name, new Set(taken));
  assert.deepEqual(
    [
      keys("Company Tools"),
      keys("Über-Gateway!"),
      keys("日本"),
      keys("a", "a", "a-2"),
      keys("abcdefghijkl", "abcdefghijkl"),
    ],
    ["company-tool", "ber-gateway", "gateway", "a-3", "abcdefghij-2"],
  );
});
