import assert from "node:assert/strict";
import { test } from "node:test";
import { editorKeychain } from "../../../../src/node/secrets/editorKeychain.ts";
import { KeychainIndex } from "../../../../src/node/secrets/keychainIndex.ts";
import { signInsLock } from "../../../../src/oauth/tokens/secretTokenStore.ts";
import { MemorySecrets, QueueLock, recordingLog } from "../../../support/fakePorts.ts";

/** A keychain that notes how it was asked. */
class AskedSecrets extends MemorySecrets {
  readonly asked: string[] = [];

  override async get(key: string) {
    this.asked.push(`get ${key}`);
    return super.get(key);
  }

  override async store(key: string, value: string, isSeen = false) {
    this.asked.push(`store ${key}${isSeen ? ", which was seen" : ""}`);
    return super.store(key, value);
  }

  override async delete(key: string, isSeen = false) {
    this.asked.push(`delete ${key}${isSeen ? ", which was seen" : ""}`);
    return super.delete(key);
  }
}

function start() {
  const keychain = new AskedSecrets({ "session:s": "tokens" });
  const lock = new QueueLock();
  let text: string | undefined;
  const file = {
    path: "keychain.json",
    read: async () => text,
    async write(next: string) {
      text = next;
    },
  };
  const index = new KeychainIndex({ file, removeFile: async () => {}, lock, onUnusable() {} });
  const opened = editorKeychain({ now: () => 0, log: recordingLog(), open: async () => keychain, index, lock });
  return { ...opened, asked: keychain.asked };
}

test("an editor that renews or ends what it keeps in the keychain looks at it once under the lock, and at no other time changes it unseen", async () => {
  const { seen, asked } = start();
  await seen.secrets.get("session:s");
  await seen.lock.run(signInsLock, async () => {
    await seen.secrets.get("session:s");
    await seen.secrets.store("session:s", "renewed");
    await seen.secrets.get("session:s");
  });
  await seen.lock.run(signInsLock, async () => {
    await seen.secrets.get("session:s");
    await seen.secrets.delete("session:s");
  });
  await seen.secrets.store("session:s", "signed in again");
  await seen.secrets.delete("session:s");
  assert.deepEqual(asked, [
    "get session:s",
    "get session:s",
    "store session:s, which was seen",
    "get session:s",
    "delete session:s, which was seen",
    "store session:s",
    "delete session:s",
  ]);
});

test("what must not rely on what was seen reads anew and is looked at before it is changed, under the lock too", async () => {
  const { fresh, asked } = start();
  await fresh.lock.run(signInsLock, async () => {
    for (let look = 0; look < 2; look++) await fresh.secrets.get("session:s");
    await fresh.secrets.store("session:s", "moved");
  });
  assert.deepEqual(asked, ["get session:s", "get session:s", "store session:s"]);
});
