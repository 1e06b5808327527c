import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { test } from "node:test";
import { openKeychain } from "../../src/node/secrets/keychain.ts";
import { program } from "../support/programs.ts";
import { startStandalone } from "../support/standalone/startStandalone.ts";
import { wineLacks } from "../support/windows/wineLacks.ts";
import { withSandbox } from "../support/withSandbox.ts";
import { withWindowsComputer } from "./windowsComputer.ts";

const skip = wineLacks("its PowerShell does nothing, and there is no password vault");

test("the password vault keeps a long secret in parts, gives it back whole, and forgets it", { skip }, async () => {
  const vault = (await openKeychain("win32", process.env)) ?? assert.fail("there is no password vault");
  const key = `session:test-${randomBytes(8).toString("hex")}`;
  const secret = JSON.stringify({ token: `Жук 山 "${"x".repeat(5000)}"` });
  await vault.store(key, secret);
  const kept = await vault.get(key);
  await vault.delete(key);
  assert.deepEqual({ same: kept === secret, gone: await vault.get(key) }, { same: true, gone: undefined });
});

test("what the password vault keeps is used by the next start, and a sign-out revokes and forgets it", { skip }, () =>
  withSandbox({ recordSecrets: true }, (sandbox) =>
    withWindowsComputer(async (computer) => {
      const env = { ...process.env, ...computer.env, USERPROFILE: process.env.USERPROFILE ?? "" };
      const args = [sandbox.gatewayUrl, ...computer.browser()];
      for (let start = 0; start < 2; start++) {
        const standalone = await startStandalone(args, env);
        await standalone.call("sample___whoami");
        await standalone.close();
      }
      const signOut = [...program("standalone"), sandbox.gatewayUrl, "--sign-out"];
      const [status] = await once(spawn(process.execPath, signOut, { env, stdio: "ignore" }), "exit");
      const tokens = sandbox.issuedSecrets().filter(({ kind }) => kind === "refresh_token");
      const live = await Promise.all(tokens.map(({ value }) => sandbox.isActive(value)));
      assert.deepEqual(
        { browsers: computer.opened().length, status, live: live.filter(Boolean).length },
        { browsers: 1, status: 0, live: 0 },
      );
    }),
  ),
);
