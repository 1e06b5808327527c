import assert from "node:assert/strict";
import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { test } from "node:test";
import { keychainTrouble, openKeychain } from "../../src/node/secrets/keychain.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";

/** Shell scripts stand in for the programs; on Windows and macOS the real ones are asked, by the tests beside this one. */
const skip = process.platform !== "linux" && "the real program is asked here";

const secret = JSON.stringify({ token: `Жук "quoted" \\ 'x' $(echo no)\n${"marked".repeat(3000)}` });
const encoded = Buffer.from("markedmarked").toString("base64");

for (const [platform, program] of [
  ["darwin", "security"],
  ["win32", "powershell.exe"],
] as const) {
  const withProgram = async (act: (env: Readonly<Record<string, string>>, kept: () => object) => Promise<void>) => {
    const folder = makeTemporaryFolder("keychain");
    const tool = join(folder, program);
    const fake = resolve("test/support/keychain/fakeKeychain.cjs");
    writeFileSync(tool, `#!/bin/sh\nexec "${process.execPath}" "${fake}" ${program} "$@"\n`);
    chmodSync(tool, 0o755);
    const file = join(folder, "keychain.json");
    const env = { PATH: `${folder}${delimiter}${process.env.PATH}`, FAKE_KEYCHAIN: file };
    try {
      await act(env, () => (existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : {}));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };

  test(`${program}, as a program, keeps a long secret whole and forgets it, and nobody else sees it`, { skip }, () =>
    withProgram(async (env, kept) => {
      const keychain = (await openKeychain(platform, env)) ?? assert.fail("it does not answer");
      await keychain.store("session:a", secret);
      const [first, parts] = [(await keychain.get("session:a")) === secret, Object.keys(kept()).length];
      await keychain.store("session:a", "short");
      const again = (await openKeychain(platform, env)) ?? assert.fail("it does not answer");
      const second = [await again.get("session:a"), Object.keys(kept()).length];
      await again.delete("session:a");
      const calls = readFileSync(`${env.FAKE_KEYCHAIN}.calls`, "utf8");
      assert.ok(parts > 5 && calls.includes("gateway-connect") === (platform === "darwin"));
      assert.deepEqual(
        { first, second, left: kept(), shown: [calls.includes("marked"), calls.includes(encoded)] },
        { first: true, second: ["short", 1], left: {}, shown: [false, false] },
      );
    }),
  );

  test(`${program} of a locked keychain is none at the start, and refuses in words of ours later`, { skip }, () =>
    withProgram(async (env) => {
      const locked = { ...env, FAKE_KEYCHAIN_LOCKED: "1" };
      assert.equal(await openKeychain(platform, locked), undefined);
      const message = `the keychain refused (${program} ended with 36)`;
      assert.equal(await keychainTrouble(platform, locked), message);
      const open: Record<string, string> = { ...env };
      const keychain = (await openKeychain(platform, open)) ?? assert.fail("it does not answer");
      await keychain.store("session:a", secret);
      open.FAKE_KEYCHAIN_LOCKED = "1";
      for (const act of [
        () => keychain.get("session:a"),
        () => keychain.store("session:a", "new"),
        () => keychain.delete("session:a"),
      ]) {
        await assert.rejects(async () => act(), { message });
      }
      delete open.FAKE_KEYCHAIN_LOCKED;
      assert.equal(await keychain.get("session:a"), secret);
    }),
  );
}
