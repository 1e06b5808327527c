import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { test } from "node:test";
import { keychainTrouble, openKeychain } from "../../src/node/secrets/keychain.ts";
import { withSystemKeychain } from "../support/keychain/systemKeychain.ts";

const { platform } = process;

test("this system's keychain gives back secrets of every size and all characters, and keeps no part of them after", () =>
  withSystemKeychain(async (env) => {
    assert.equal(await keychainTrouble(platform, env), undefined);
    const keychain = (await openKeychain(platform, env)) ?? assert.fail("there is no keychain");
    const key = `session:test-${randomBytes(8).toString("hex")}`;
    const secrets = [0, 1, 4_400, 6_000, 16_384, 60_000, 3].map((length) =>
      JSON.stringify({
        token: `Жук 山 "$(echo no)" 'x' \`y\`\n${randomBytes(length).toString("hex").slice(0, length)}`,
      }),
    );
    const kept: boolean[] = [];
    for (const secret of secrets) {
      await keychain.store(key, secret);
      kept.push((await keychain.get(key)) === secret);
    }
    await keychain.delete(key);
    await keychain.delete(key);
    assert.deepEqual([kept, await keychain.get(key)], [secrets.map(() => true), undefined]);
  }));

test("what one process keeps in this system's keychain another reads, and replaces whole while it is read", () =>
  withSystemKeychain(async (env) => {
    const one = (await openKeychain(platform, env)) ?? assert.fail("there is no keychain");
    const other = (await openKeychain(platform, env)) ?? assert.fail("there is no keychain");
    const key = `session:test-${randomBytes(8).toString("hex")}`;
    const values = ["a", "b", "c"].map((letter) => letter.repeat(12_000));
    await one.store(key, values[0] ?? "");
    const reads: (string | undefined)[] = [];
    await Promise.all([
      (async () => {
        for (const value of values) await one.store(key, value);
      })(),
      (async () => {
        for (let look = 0; look < 5; look++) reads.push(await other.get(key));
      })(),
    ]);
    const last = await other.get(key);
    await other.delete(key);
    // Torn twice, a read finds nothing; half of two values it never gives.
    const strange = reads.filter((value) => value !== undefined && !values.includes(value));
    assert.deepEqual([strange, reads.length, last === values.at(-1), await one.get(key)], [[], 5, true, undefined]);
  }));
