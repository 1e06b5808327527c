import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { prepareMcpRemote } from "../../bench/mcpRemote.ts";
import { failureText } from "../../src/failures/failureText.ts";
import { clearedText, revokeCachedSignIn } from "../../src/hosts/mcpRemote/cachedSignIn.ts";
import {
  deleteMcpRemoteCache,
  findMcpRemoteCaches,
  mcpRemoteFolders,
} from "../../src/node/hostFiles/mcpRemoteCache.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { withSandbox } from "../support/withSandbox.ts";

test("what mcp-remote signed in is revoked at the provider and its files go, and nobody else's", () =>
  withSandbox({}, async (sandbox) => {
    const home = makeTemporaryFolder("mcp-remote-cache");
    try {
      const folder = join(home, "chosen");
      await prepareMcpRemote(sandbox.gatewayUrl, folder);
      const version = join(folder, (await readdir(folder))[0] ?? "");
      const kept = (await readdir(version)).find((name) => name.endsWith("_tokens.json")) ?? "";
      const tokens = JSON.parse(await readFile(join(version, kept), "utf8")) as Record<string, string>;
      const secrets = [tokens.access_token ?? "", tokens.refresh_token ?? ""];
      await writeFile(join(version, "notes.txt"), "mine");
      await mkdir(join(home, ".mcp-auth"));
      await symlink(version, join(home, ".mcp-auth", "mcp-remote-linked"));
      const before = await Promise.all(secrets.map((token) => sandbox.isActive(token)));

      const caches = await findMcpRemoteCaches(mcpRemoteFolders(home, { MCP_REMOTE_CONFIG_DIR: folder }));
      const world = { fetch, now: Date.now, signal: new AbortController().signal };
      const signIns = caches.flatMap((cache) => cache.signIns);
      const ends = await Promise.all(signIns.map((signIn) => revokeCachedSignIn(signIn, world)));
      for (const cache of caches) await deleteMcpRemoteCache(cache);

      const words = clearedText(ends, 2, { time: String, failureWords: failureText });
      assert.deepEqual(
        {
          folders: caches.map((cache) => cache.folder),
          before,
          after: await Promise.all(secrets.map((token) => sandbox.isActive(token))),
          left: await readdir(version),
          shown: secrets.filter((token) => words.includes(token)),
          revoked: words.includes("refresh token and access token"),
        },
        {
          folders: [folder],
          before: [true, true],
          after: [false, false],
          left: ["notes.txt"],
          shown: [],
          revoked: true,
        },
      );
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  }));
