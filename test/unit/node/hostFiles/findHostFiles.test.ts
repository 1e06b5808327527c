import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";
import { type TestContext, test } from "node:test";
import type { HostId } from "../../../../src/hosts/hostIds.ts";
import { findHostFiles } from "../../../../src/node/hostFiles/findHostFiles.ts";
import { temporaryFolder } from "../../../support/temporaryFolder.ts";

/** A home with some files in it, and a folder that is open. */
async function computer(t: TestContext, ...files: readonly string[]) {
  const home = temporaryFolder(t, "hosts");
  for (const file of files) {
    const path = join(home, ...file.split("/"));
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, "{}");
  }
  const workspace = join(home, "work");
  const find = async (own?: HostId, platform: NodeJS.Platform = process.platform) => {
    const machine = { platform, home, userData: join(home, "User") };
    const { files, pasted } = await findHostFiles({ machine, workspaces: [workspace], own });
    const short = (path: string) => path.slice(home.length + 1).replaceAll(sep, "/");
    return {
      all: files.map(({ host, scope, path, isFound }) => ({ id: host.id, scope, path: short(path), isFound })),
      pasted: pasted.map(({ host, isFound }) => [host.id, isFound]),
    };
  };
  const found = async (own?: HostId) =>
    (await find(own)).all.flatMap(({ id, path, isFound }) => (isFound ? [[id, path]] : []));
  return { find, found };
}

test("a computer without hosts is offered every file, and none as found", async (t) => {
  const { find, found } = await computer(t);
  const { all, pasted } = await find();
  assert.deepEqual(
    {
      found: await found(),
      kiro: all.filter(({ id }) => id === "kiro").map(({ path }) => path),
      pasted,
      agents: all.filter(({ id }) => id === "kiro-agents"),
    },
    {
      found: [],
      kiro: [".kiro/settings/mcp.json", "work/.kiro/settings/mcp.json"],
      pasted: [["jetbrains-ai", false]],
      agents: [],
    },
  );
});

test("a host is found by its folder or what it leaves behind, and a project's by its file", async (t) => {
  const { found } = await computer(
    t,
    ".codeium/windsurf/memories",
    ".claude/settings.json",
    ".gemini/installation_id",
    ".cline/data/state.json",
    "work/.cursor/mcp.json",
  );
  assert.deepEqual(await found(), [
    ["cursor", "work/.cursor/mcp.json"],
    ["windsurf", ".codeium/windsurf/mcp_config.json"],
    ["claude-code", ".claude.json"],
    ["gemini-cli", ".gemini/settings.json"],
    ["cline-cli", ".cline/data/settings/cline_mcp_settings.json"],
  ]);
});

test("the editor's own host comes first", async (t) => {
  const { find } = await computer(t, ".kiro/settings/mcp.json");
  assert.deepEqual(
    [(await find("windsurf")).all[0]?.id, (await find("antigravity")).all[0]?.id, (await find()).all[0]?.id],
    ["windsurf", "antigravity", "kiro"],
  );
});

test("of several files the one that exists counts, else the one whose folder does", async (t) => {
  const one = await computer(t, ".config/opencode/opencode.jsonc", ".aws/amazonq/agents/mine.json");
  const other = await computer(t, ".gemini/antigravity/other.json", ".aws/amazonq/mcp.json");
  const third = await computer(t, ".gemini/antigravity/other.json", ".gemini/antigravity-cli/mcp_config.json");
  const pathOf = async ({ find }: typeof one, id: HostId) => (await find()).all.find((file) => file.id === id)?.path;
  assert.deepEqual(
    [
      await pathOf(one, "opencode"),
      await pathOf(one, "amazon-q"),
      await pathOf(other, "antigravity"),
      await pathOf(other, "amazon-q"),
      await pathOf(third, "antigravity"),
    ],
    [
      ".config/opencode/opencode.jsonc",
      ".aws/amazonq/agents/default.json",
      ".gemini/antigravity/mcp_config.json",
      ".aws/amazonq/mcp.json",
      ".gemini/antigravity-cli/mcp_config.json",
    ],
  );
});

test("each agent of Kiro's is a file of its own, for its person and for a project", async (t) => {
  const { found } = await computer(
    t,
    ...[".kiro/agents/b.json", ".kiro/agents/a.json", ".kiro/agents/notes.md", "work/.kiro/agents/c.json"],
  );
  assert.deepEqual(
    (await found()).filter(([id]) => id === "kiro-agents"),
    [
      ["kiro-agents", ".kiro/agents/a.json"],
      ["kiro-agents", ".kiro/agents/b.json"],
      ["kiro-agents", "work/.kiro/agents/c.json"],
    ],
  );
});

test("Claude Desktop from Microsoft's store has its file in the folder of its package, whose name ends as it likes", {
  skip: process.platform !== "win32" && "paths of another system lead nowhere here",
}, async (t) => {
  const packaged = "AppData/Local/Packages/Claude_pzs8sxrjxfjjc/LocalCache/Roaming/Claude";
  const store = await computer(t, `${packaged}/logs.txt`, "AppData/Local/Packages/Claudette_1/x");
  const usual = await computer(t, "AppData/Roaming/Claude/claude_desktop_config.json");
  const pathOf = async ({ find }: typeof store) => (await find()).all.find(({ id }) => id === "claude-desktop")?.path;
  assert.deepEqual(
    [await pathOf(store), await pathOf(usual)],
    [`${packaged}/claude_desktop_config.json`, "AppData/Roaming/Claude/claude_desktop_config.json"],
  );
});
