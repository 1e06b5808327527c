import assert from "node:assert/strict";
import { test } from "node:test";
import { type ParseError, parse } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { formatOf } from "../../../src/hosts/formats/formats.ts";
import { HostEntries, type HostEntriesWorld } from "../../../src/hosts/hostEntries.ts";
import { hostIds } from "../../../src/hosts/hostIds.ts";
import { hostOf } from "../../../src/hosts/hosts.ts";
import { readMcpRemoteEntry } from "../../../src/hosts/mcpRemote/mcpRemoteEntry.ts";
import { QueueLock, recordingLog } from "../../support/fakePorts.ts";
import { type HostSample, hostSamples } from "../../support/hosts/hostSamples.ts";

const tools = { id: "c1", name: "tools" };
const path = "/file";

/** One host's file, and what changes it. */
function desk(before: string) {
  let text: string | undefined = before;
  let stored: string | undefined;
  const world = {
    files: {
      read: async () => text,
      async change(_: string, change: (text: string | undefined) => string | undefined) {
        const after = change(text);
        if (after === undefined || after === text) return false;
        text = after;
        return true;
      },
    },
    book: {
      path: "entries.json",
      read: async () => stored,
      async write(next: string) {
        stored = next;
      },
    },
    lock: new QueueLock(),
    command: "/opt/editor/editor",
    runtime: async () => world.command,
    exists: async (one: string) => one === world.command,
    bridge: async () => "/data/bridge/bridge.cjs",
    folder: "/data",
    environment: () => ({}),
    nonce: () => "n1",
    log: recordingLog(),
  };
  return { world, entries: new HostEntries(world as HostEntriesWorld), text: () => text ?? "" };
}

/** What a file says, by a reader that we do not write with. */
function membersAt(text: string, at: readonly string[]): Record<string, unknown> {
  const errors: ParseError[] = [];
  const isToml = at[0] === "mcp_servers";
  let value = isToml ? JSON.parse(JSON.stringify(parseToml(text))) : parse(text, errors, { allowTrailingComma: true });
  assert.deepEqual(errors, []);
  for (const step of at) value = value[step];
  return value;
}

const cases = hostIds.flatMap((id) =>
  id === "jetbrains-ai" ? [] : [[id, hostSamples[id]] as [typeof id, HostSample]],
);

for (const [id, { before, at, entry, off }] of cases) {
  const host = hostOf(id);
  const file = { host, path };

  test(`${host.title}: an entry is shown, written, repaired and removed, in the host's own form, and nothing else changes`, async () => {
    const { world, entries, text } = desk(before);
    const preview = await entries.preview(tools, file);
    const untouched = text();
    await entries.add(tools, file);
    const added = text();
    const again = await entries.add(tools, file);
    world.command = "/opt/editor-2/editor";
    await entries.repair([tools]);
    const repaired = text();
    await entries.remove("c1");
    const { [preview.key]: ours, ...others } = membersAt(added, at);
    assert.deepEqual(
      { untouched, shown: preview.after, again, ours, others, repaired, removed: text() },
      {
        untouched: before,
        shown: added,
        again: false,
        ours: entry,
        others: membersAt(before, at),
        repaired: added.replaceAll("/opt/editor/editor", "/opt/editor-2/editor"),
        removed: before,
      },
    );
    assert.notEqual(repaired, added);
  });

  test(`${host.title}: an entry is switched off where it stands, and removed as written when the extension goes`, async () => {
    const { entries, text } = desk(before);
    await entries.add(tools, file);
    const added = text();
    await entries.setDisabled("c1", true);
    const switched = membersAt(text(), at).tools;
    await entries.setDisabled("c1", false);
    const on = (await formatOf(host)).read(text(), path).servers.find(({ connectionId }) => connectionId === "c1");
    const left = await entries.removeAsWritten();
    assert.deepEqual(
      { switched, on: on?.entry.isOff ?? false, left, gone: text().includes("GATEWAY_CONNECT") },
      { switched: off ?? entry, on: false, left: [], gone: false },
    );
    assert.ok(added.includes("GATEWAY_CONNECT"));
  });

  test(`${host.title}: an entry of mcp-remote is found, and ours takes its place`, async () => {
    const { entries, text } = desk(before);
    const format = await formatOf(host);
    const found = format
      .read(text(), path)
      .servers.flatMap(({ key, entry: server }) => readMcpRemoteEntry(key, server) ?? []);
    await entries.replace(tools, { ...file, key: "old" });
    const now = format.read(text(), path).servers.find(({ key }) => key === "old");
    assert.deepEqual(
      { found: found.map(({ key, url }) => [key, url]), owner: now?.connectionId, starts: now?.entry.args },
      { found: [["old", "https://gw.example.com/mcp"]], owner: "c1", starts: ["/data/bridge/bridge.cjs"] },
    );
  });
}

test("an agent is given the tools of its entry, where its list does not have everything, and they go with it", async () => {
  const after = async (tools: string) => {
    const { entries, text } = desk(`{ "tools": ${tools} }`);
    await entries.add({ id: "c1", name: "tools" }, { host: hostOf("kiro-agents"), path });
    const list = membersAt(text(), []).tools;
    await entries.remove("c1");
    return [list, membersAt(text(), []).tools];
  };
  assert.deepEqual(
    [await after('["a"]'), await after('["*"]'), await after("[]"), await after('"all"')],
    [
      [["a", "@tools"], ["a"]],
      [["*"], ["*"]],
      [["@tools"], []],
      ["all", "all"],
    ],
  );
});
