import assert from "node:assert/strict";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { HostFiles } from "../../../../src/hosts/hostEntries.ts";
import { withClaudeCode } from "../../../../src/node/hostFiles/claudeCode.ts";
import { failureOf } from "../../../support/fakePorts.ts";

const own = "/home/ada/.claude.json";
const servers = (of: object) => JSON.stringify({ mcpServers: of, more: 1 });

const nameHere = process.platform === "win32" ? "claude.exe" : "claude";

interface Machine {
  readonly installed?: boolean;
  readonly complaint?: string;
  readonly platform?: NodeJS.Platform;
  readonly name?: string;
}

async function claudeCode(
  t: TestContext,
  { installed = true, complaint = "", platform = process.platform, name = nameHere }: Machine = {},
) {
  const home = await mkdtemp(join(tmpdir(), "claude-code-"));
  t.after(() => rm(home, { recursive: true, force: true }));
  const bin = join(home, ".local", "bin");
  if (installed) {
    await mkdir(bin, { recursive: true });
    await writeFile(join(bin, name), "");
    await chmod(join(bin, name), 0o755);
  }
  const said: (readonly string[])[] = [];
  const changed: string[] = [];
  const plain: HostFiles = {
    read: async () => servers({ a: { command: "a" }, b: { command: "b" } }),
    change: async (path) => {
      changed.push(path);
      return true;
    },
  };
  const files = withClaudeCode(own, plain, {
    platform,
    env: { PATH: "" },
    home,
    run: async (_, args) => {
      said.push(args);
      return { code: complaint ? 1 : 0, output: "", complaint };
    },
  });
  return { files, said, changed };
}

test("Claude Code's own file is changed by Claude Code, entry by entry, and other files as ever", async (t) => {
  const { files, said, changed } = await claudeCode(t);
  const written = [
    await files.change(own, () => servers({ a: { command: "a" }, b: { command: "new" }, c: { command: "c" } })),
    await files.change(own, () => servers({ a: { command: "a" } })),
    await files.change(own, (text) => text),
    await files.change("/other", (text) => text),
  ];
  const user = ["--scope", "user"];
  assert.deepEqual(
    { written, said, changed },
    {
      written: [true, true, false, true],
      said: [
        ["mcp", "remove", "b", ...user],
        ["mcp", "add-json", "b", '{"command":"new"}', ...user],
        ["mcp", "add-json", "c", '{"command":"c"}', ...user],
        ["mcp", "remove", "b", ...user],
      ],
      changed: ["/other"],
    },
  );
});

test("on Windows the command is a program or the script that npm makes", async (t) => {
  const ran = [];
  for (const name of ["claude.exe", "claude.cmd"]) {
    const { files, said } = await claudeCode(t, { platform: "win32", name });
    await files.change(own, () => servers({ a: { command: "a" } }));
    ran.push(said.length);
  }
  assert.deepEqual(ran, [1, 1]);
});

test("where Claude Code is not there, or refuses, the person is told", async (t) => {
  const change = async (options: object) => {
    const { files } = await claudeCode(t, options);
    return failureOf(() => files.change(own, () => servers({ a: { command: "new" }, b: { command: "b" } })));
  };
  assert.deepEqual(
    [await change({ installed: false }), await change({ complaint: "not today\n" })],
    ['the command "claude" was not found', '"claude mcp remove" said not today'].map((reason) => ({
      code: "host_file_protected",
      facts: { path: own, reason },
    })),
  );
});
