import assert from "node:assert/strict";
import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { callTool, SandboxClient } from "../support/sandboxClient.ts";
import { startSandboxProcess } from "../support/sandboxProcess.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";

test("the sandbox's bundle signs people in from a folder that holds nothing else", async () => {
  const folder = makeTemporaryFolder("sandbox-alone");
  try {
    const script = join(folder, "sandbox.mjs");
    await copyFile("dist/sandbox.mjs", script);
    const sandbox = await startSandboxProcess([], { script: [script], cwd: folder });
    try {
      const client = new SandboxClient(sandbox);
      const first = await client.signIn();
      const renewed = await client.refresh(first.refreshToken);
      const mcp = await client.connect(String(renewed.body.access_token));
      const said = await callTool(mcp, "sample___whoami");
      await mcp.close();
      const replayed = await client.refresh(first.refreshToken);
      assert.deepEqual(
        { said, replayed: [replayed.status, replayed.body.error] },
        {
          said: `You are Ada Lovelace (ada), through the client ${sandbox.clientId}.`,
          replayed: [400, "invalid_grant"],
        },
      );
    } finally {
      await sandbox.process.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
