import assert from "node:assert/strict";
import { test } from "node:test";
import { connectionsLock } from "../../../../src/connections/connectionBook.ts";
import { memorySecrets, processLock, sharedSecrets } from "../../../../src/node/secrets/sharedSecrets.ts";
import { renewalLock, signInsLock } from "../../../../src/oauth/tokens/secretTokenStore.ts";
import { MemorySecrets, QueueLock } from "../../../support/fakePorts.ts";

class CountedSecrets extends MemorySecrets {
  reads = 0;
  full = false;
  locked = false;

  gone = false;
  /** What was changed, and whether it was said that it had just been read. */
  readonly changes: string[] = [];

  override async get(key: string) {
    this.reads += 1;
    if (this.gone) throw new Error("the keychain is locked");
    return super.get(key);
  }

  override async store(key: string, value: string, isSeen = false) {
    this.changes.push(`store ${key} ${isSeen ? "seen" : "unseen"}`);
    if (this.full) throw new Error("the keychain refused");
    return super.store(key, value);
  }

  override async delete(key: string, isSeen = false) {
    this.changes.push(`delete ${key} ${isSeen ? "seen" : "unseen"}`);
    if (this.locked) throw new Error("the keychain refused");
    return super.delete(key);
  }
}

function start() {
  const keychain = new CountedSecrets({ a: "first" });
  const refused: string[] = [];
  let time = 0;
  const shared = sharedSecrets(keychain, new QueueLock(), {
    now: () => time,
    onRefused: (error) => refused.push((error as Error).message),
  });
  return {
    ...shared,
    keychain,
    refused,
    later: (ms: number) => {
      time += ms;
    },
  };
}

test("the keychain is read once in a while, not at each request", async () => {
  const world = start();
  const values = [await world.secrets.get("a"), await world.secrets.get("a")];
  world.later(60_000);
  await world.secrets.get("a");
  assert.deepEqual([values, world.keychain.reads], [["first", "first"], 2]);
});

test("whoever holds the lock sees what another process wrote", async () => {
  const world = start();
  await world.secrets.get("a");
  world.keychain.entries.set("a", "of another process");
  const without = await world.secrets.get("a");
  const within = await world.lock.run("renew", async () => world.secrets.get("a"));
  assert.deepEqual([without, within], ["first", "of another process"]);
});

test("what is read under its own lock is changed there without another look, and nothing else is", async () => {
  const { secrets, lock, keychain } = start();
  const changed = async (act: () => Promise<unknown>) => {
    keychain.changes.length = 0;
    await act();
    return [...keychain.changes];
  };
  const readAndStore = async (key: string) => {
    await secrets.get(key);
    await secrets.store(key, "new");
  };
  const held = (name: string, act: () => Promise<unknown>) => () => lock.run(name, act);
  const read = (key: string) => async () => await secrets.get(key);
  const seen = {
    underItsLock: await changed(held(signInsLock, () => readAndStore("session:s"))),
    record: await changed(held(connectionsLock, () => readAndStore("gateway:g"))),
    twice: await changed(
      held(signInsLock, async () => {
        await readAndStore("session:s");
        await secrets.delete("session:s");
      }),
    ),
    withTheInnerLock: await changed(
      held(connectionsLock, async () => {
        await secrets.get("gateway:g");
        await lock.run(signInsLock, async () => {
          await secrets.get("session:s");
          await secrets.delete("session:s");
        });
        await secrets.store("gateway:g", "new");
      }),
    ),
  };
  const unseen = {
    underNone: await changed(() => readAndStore("session:s")),
    afterIt: await changed(async () => {
      await lock.run(signInsLock, read("session:s"));
      await secrets.store("session:s", "new");
    }),
    beforeIt: await changed(async () => {
      await secrets.get("session:s");
      await lock.run(signInsLock, async () => secrets.store("session:s", "new"));
    }),
    underAnother: await changed(held(renewalLock("s"), () => readAndStore("session:s"))),
    ofNoLock: await changed(held(signInsLock, () => readAndStore("client:c"))),
    afterAFailure: await changed(async () => {
      await lock.run(signInsLock, () => Promise.reject(new Error("it failed"))).catch(() => {});
      await readAndStore("session:s");
    }),
  };
  assert.deepEqual(
    { seen, unseen },
    {
      seen: {
        underItsLock: ["store session:s seen"],
        record: ["store gateway:g seen"],
        twice: ["store session:s seen", "delete session:s seen"],
        withTheInnerLock: ["delete session:s seen", "store gateway:g seen"],
      },
      unseen: {
        underNone: ["store session:s unseen"],
        afterIt: ["store session:s unseen"],
        beforeIt: ["store session:s unseen"],
        underAnother: ["store session:s unseen"],
        ofNoLock: ["store client:c unseen"],
        afterAFailure: ["store session:s unseen"],
      },
    },
  );
});

test("a lock that is taken under another leaves what the other guards as it was read, and has the rest read anew", async () => {
  const { secrets, lock, keychain } = start();
  const reads = await lock.run(connectionsLock, async () => {
    for (const key of ["gateway:g", "session:s"]) await secrets.get(key);
    keychain.reads = 0;
    return await lock.run(signInsLock, async () => {
      await secrets.get("gateway:g");
      const ofRecord = keychain.reads;
      await secrets.get("session:s");
      return [ofRecord, keychain.reads];
    });
  });
  assert.deepEqual(reads, [0, 1]);
});

test("what the keychain does not take stays in memory, which is told once", async () => {
  const world = start();
  world.keychain.full = true;
  await world.secrets.store("a", "second");
  await world.secrets.store("b", "third");
  world.later(60_000);
  const values = [await world.secrets.get("a"), await world.secrets.get("b")];
  await world.secrets.delete("b");
  assert.deepEqual(
    { values, gone: await world.secrets.get("b"), refused: world.refused },
    { values: ["second", "third"], gone: undefined, refused: ["the keychain refused"] },
  );
});

test("a refresh token that the keychain does not take is in memory only: the spent one is not left for others", async () => {
  const world = start();
  await world.secrets.store("session:s", "spent");
  await world.secrets.store("gateway:g", "list");
  world.keychain.full = true;
  await world.secrets.store("session:s", "renewed");
  await world.secrets.store("gateway:g", "longer list");
  assert.deepEqual(
    { here: await world.secrets.get("session:s"), there: [...world.keychain.entries] },
    {
      here: "renewed",
      there: [
        ["a", "first"],
        ["gateway:g", "list"],
      ],
    },
  );
});

test("a lock within the process runs one after the other under one name, also after a failure", async () => {
  const lock = processLock();
  const seen: string[] = [];
  const act =
    (name: string, fails = false) =>
    async () => {
      seen.push(`${name} starts`);
      await Promise.resolve();
      seen.push(`${name} ends`);
      if (fails) throw new Error(name);
    };
  const first = lock.run("x", act("first", true));
  const second = lock.run("x", act("second"));
  await assert.rejects(first);
  await second;
  assert.deepEqual(seen, ["first starts", "first ends", "second starts", "second ends"]);
});

test("a program in use does not wait for the keychain, and sees another process's sign-out as soon as before", async () => {
  const world = start();
  await world.secrets.get("a");
  world.keychain.entries.delete("a");
  world.later(12_000);
  const ahead = await world.secrets.get("a");
  const readAhead = world.keychain.reads;
  await Promise.resolve();
  const after = await world.secrets.get("a");
  world.keychain.entries.set("a", "signed in again");
  world.later(15_000);
  const waitedFor = await world.secrets.get("a");
  assert.deepEqual(
    { ahead, readAhead, after, waitedFor, reads: world.keychain.reads },
    { ahead: "first", readAhead: 2, after: undefined, waitedFor: "signed in again", reads: 3 },
  );
});

test("what is written while the keychain is looked at is not undone by what the look found", async () => {
  const world = start();
  await world.secrets.get("a");
  world.later(12_000);
  await world.secrets.get("a");
  await world.secrets.store("a", "written meanwhile");
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await world.secrets.get("a"), "written meanwhile");
});

test("what the keychain does not delete is told, and not used here until it is written anew", async () => {
  const world = start();
  world.keychain.locked = true;
  await assert.rejects(async () => world.secrets.delete("a"), { message: "the keychain refused" });
  const after = await world.lock.run("renew", async () => world.secrets.get("a"));
  world.keychain.locked = false;
  await world.secrets.store("a", "second");
  assert.deepEqual([after, await world.secrets.get("a"), world.refused], [undefined, "second", []]);
});

test("what was seen last serves on when the keychain is locked or ends in mid-use, but for who holds the lock", async () => {
  const { secrets, lock, keychain, refused, later } = start();
  await secrets.get("a");
  keychain.gone = true;
  later(16_000);
  const [first, unknown] = [await secrets.get("a"), await secrets.get("b")];
  later(16_000);
  const second = await secrets.get("a");
  const renewing = await lock.run("renewal", async () => secrets.get("a"));
  assert.deepEqual(
    { first, unknown, second, renewing, refused },
    { first: "first", unknown: undefined, second: "first", renewing: undefined, refused: ["the keychain is locked"] },
  );
});

test("one who comes while others wait under a lock's name comes after them", async () => {
  const lock = processLock();
  const seen: string[] = [];
  const open = new Map<string, () => void>();
  const act = (name: string) => () =>
    new Promise<void>((resolve) => {
      seen.push(name);
      open.set(name, resolve);
    });
  const turn = () => new Promise((resolve) => setImmediate(resolve));
  const first = lock.run("x", act("first"));
  const second = lock.run("x", act("second"));
  await turn();
  open.get("first")?.();
  await first;
  await turn();
  const third = lock.run("x", act("third"));
  const other = lock.run("y", act("under another name"));
  await turn();
  const before = [...seen];
  for (const name of ["second", "under another name"]) open.get(name)?.();
  await turn();
  open.get("third")?.();
  await Promise.all([second, third, other]);
  assert.deepEqual(
    { before, seen },
    {
      before: ["first", "second", "under another name"],
      seen: ["first", "second", "under another name", "third"],
    },
  );
});

test("a sign-in ends with the process while the keychain has not taken it, and no longer", async () => {
  const { secrets, keychain, endsWithProcess } = start();
  const ends = () => ["s", "t"].map(endsWithProcess);
  const seen = [ends()];
  keychain.full = true;
  await secrets.store("session:s", "here");
  await secrets.store("gateway:t", "no sign-in");
  seen.push(ends());
  keychain.full = false;
  await secrets.store("session:s", "there");
  seen.push(ends());
  // The next one to write it is another process.
  keychain.entries.set("session:s", "of another process");
  assert.deepEqual([...seen, await secrets.get("session:s")], [[false, false], [true, false], [false, false], "there"]);
});

test("what was deleted is gone at once, and what another process wrote anew after a refused delete is seen again", async () => {
  const { secrets, keychain, lock } = start();
  await secrets.get("a");
  await secrets.delete("a");
  const deleted = await secrets.get("a");
  keychain.entries.set("a", "again");
  keychain.locked = true;
  await assert.rejects(async () => secrets.delete("a"));
  keychain.locked = false;
  await secrets.delete("a");
  keychain.entries.set("a", "of another process");
  const seen = await lock.run("renew", async () => secrets.get("a"));
  assert.deepEqual({ deleted, seen }, { deleted: undefined, seen: "of another process" });
});

test("the keychain's entries are those that it has now", async () => {
  const { secrets, keychain } = start();
  keychain.entries.set("b", "of another process");
  assert.deepEqual(await secrets.keys(), ["a", "b"]);
});

test("secrets in memory are as those of a keychain", async () => {
  const secrets = memorySecrets();
  await secrets.store("a", "first");
  await secrets.store("b", "second");
  await secrets.store("a", "third");
  await secrets.delete("b");
  assert.deepEqual([await secrets.get("a"), await secrets.get("b"), await secrets.keys()], ["third", undefined, ["a"]]);
});
