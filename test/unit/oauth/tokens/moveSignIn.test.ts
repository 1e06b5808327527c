import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import { KeychainTokens } from "../../../../src/oauth/tokens/keychainTokens.ts";
import { type MovePlaces, moveBack, moveToKeychain, settle } from "../../../../src/oauth/tokens/moveSignIn.ts";
import type { SecretStore } from "../../../../src/oauth/tokens/secretStore.ts";
import { SecretTokenStore, sessionKey } from "../../../../src/oauth/tokens/secretTokenStore.ts";
import { sessionIdOf, type TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";
import { MemorySecrets, QueueLock, recordingLog } from "../../../support/fakePorts.ts";
import { until } from "../../../support/until.ts";

const issuer = "https://idp.example.com";
const sessionId = await sessionIdOf({ issuer, clientId: "app", subject: "ana", connectionId: "one" });
const key = sessionKey(sessionId);
const tokens: TokenSet = {
  sessionId,
  connectionId: "one",
  gatewayHost: "gateway.example.com",
  server: { issuer, token_endpoint: `${issuer}/token` },
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ana", label: "Ana" },
  scopes: [],
  accessToken: "access-0",
  refreshToken: "refresh-0",
  issuedAt: 0,
  expiresAt: 3_600_000,
};

/** Both stores of a computer, on which a program can end after so many of its writes. */
function computer() {
  const editor = new MemorySecrets();
  const keychain = new MemorySecrets();
  const locks = { editor: new QueueLock(), keychain: new QueueLock() };
  /** How many writes a program gets done; the next one is done too where `half` is said, and nobody learns of it. */
  const places = (lives = Number.POSITIVE_INFINITY, half = false): MovePlaces & { writes(): number } => {
    let done = 0;
    let isDead = false;
    const alive = () => {
      if (isDead) throw new Error("the program has ended");
    };
    const mortal = (secrets: MemorySecrets): SecretStore => {
      const write = async (act: () => Promise<void>) => {
        alive();
        if (done === lives) {
          isDead = true;
          if (half) await act();
          alive();
        }
        done++;
        await act();
      };
      return {
        get: async (one) => {
          alive();
          return await secrets.get(one);
        },
        store: (one, value) => write(() => secrets.store(one, value)),
        delete: (one) => write(() => secrets.delete(one)),
        keys: async () => await secrets.keys(),
      };
    };
    return {
      editor: { secrets: mortal(editor), lock: locks.editor },
      keychain: { secrets: mortal(keychain), lock: locks.keychain },
      writes: () => done,
    };
  };
  const editorStore = () => {
    const there = places();
    const world = { log: recordingLog(), settling: there, onDeleted: () => {} };
    const elsewhere = new KeychainTokens(there, world);
    return new SecretTokenStore(there.editor.secrets, there.editor.lock, { elsewhere: async () => elsewhere });
  };
  return {
    editor,
    keychain,
    places,
    editorStore,
    standaloneStore: () => new SecretTokenStore(keychain, locks.keychain),
    /** Who has the sign-in: whom the editor finds, and the program without an editor, and whether each has one of its own. */
    async owners() {
      const here = await editorStore().read(sessionId);
      const isEditors = editor.entries.get(key)?.includes('"sessionId"') === true && !isMark(editor.entries.get(key));
      const there = await this.standaloneStore().read(sessionId);
      return { signedIn: here?.refreshToken, both: isEditors && there !== undefined, there: there?.refreshToken };
    },
  };
}

const isMark = (text: string | undefined) => text?.startsWith('{"version":2,"keptIn"') ?? false;

async function signedIn() {
  const one = computer();
  await one.editorStore().write(tokens);
  return one;
}

async function shared() {
  const one = await signedIn();
  await moveToKeychain(sessionId, one.places());
  return one;
}

test("a sign-in that moves is in the keychain alone, and its editor reads, renews and ends it there", async () => {
  const one = await shared();
  assert.equal(one.editor.entries.get(key), '{"version":2,"keptIn":"keychain"}');
  assert.deepEqual(await one.standaloneStore().read(sessionId), tokens);
  await one.editorStore().write({ ...tokens, refreshToken: "refresh-1" });
  assert.equal((await one.standaloneStore().read(sessionId))?.refreshToken, "refresh-1");
  await one.editorStore().delete(sessionId);
  assert.deepEqual([...one.editor.entries, ...one.keychain.entries], []);
});

test("a sign-in that moves back is the editor's alone", async () => {
  const one = await shared();
  assert.equal(await moveBack(sessionId, one.places()), true);
  assert.deepEqual([...one.keychain.entries], []);
  assert.deepEqual(await one.editorStore().read(sessionId), tokens);
});

for (const [what, start, move] of [
  ["to the keychain", signedIn, moveToKeychain],
  ["back to the editor", shared, moveBack],
] as const) {
  test(`a program that ends at any write of a move ${what} leaves one owner, whom everybody finds`, async () => {
    const counting = (await start()).places();
    await move(sessionId, counting);
    const writes = counting.writes();
    assert.ok(writes >= 3, `${writes} writes`);
    for (const half of [false, true]) {
      for (let at = 0; at < writes; at++) {
        const one = await start();
        await move(sessionId, one.places(at, half)).catch(() => {});
        const where = `ended at write ${at}${half ? ", which was done" : ""}`;
        const { both, signedIn: found } = await one.owners();
        assert.deepEqual({ both, found }, { both: false, found: "refresh-0" }, where);
        // Whoever reads it settles what is left, and a renewal by then is lost to nobody.
        const store = one.editorStore();
        await store.exclusively(sessionId, () => store.write({ ...tokens, refreshToken: "refresh-1" }));
        await settle(sessionId, one.places());
        const after = await one.owners();
        assert.deepEqual({ both: after.both, found: after.signedIn }, { both: false, found: "refresh-1" }, where);
        const isShared = isMark(one.editor.entries.get(key));
        assert.equal(after.there, isShared ? "refresh-1" : undefined, where);
      }
    }
  });

  test(`a store that refuses one write of a move ${what} leaves one owner, and the move can be made again`, async () => {
    for (const failing of ["editor", "keychain"] as const) {
      const one = await start();
      const places = one.places();
      let isFailing = true;
      const { secrets } = places[failing];
      const refusing: SecretStore = {
        ...secrets,
        store: async (...args) => {
          if (isFailing) throw new Error("it is locked");
          await secrets.store(...args);
        },
      };
      const broken = { ...places, [failing]: { ...places[failing], secrets: refusing } };
      await assert.rejects(move(sessionId, broken), { message: /./ });
      const before = await one.owners();
      assert.deepEqual({ both: before.both, found: before.signedIn }, { both: false, found: "refresh-0" }, failing);
      isFailing = false;
      await move(sessionId, broken);
      assert.equal((await one.owners()).there, what === "to the keychain" ? "refresh-0" : undefined);
    }
  });
}

test("a keychain that does not give back what it was given gets no sign-in, and the failure says why", async () => {
  const one = await signedIn();
  const places = one.places();
  const { secrets } = places.keychain;
  const cutting: SecretStore = { ...secrets, store: (name, value) => secrets.store(name, value.slice(0, 100)) };
  const cut = { ...places, keychain: { ...places.keychain, secrets: cutting } };
  await assert.rejects(moveToKeychain(sessionId, cut), {
    code: "keychain_unavailable",
    facts: { reason: "it does not give back what it was given" },
  });
  assert.deepEqual(await one.owners(), { signedIn: "refresh-0", both: false, there: undefined });
  assert.deepEqual([...one.keychain.entries], []);
});

test("of two sign-ins of one person the keychain's stays, and the editor's is handed out to be revoked", async () => {
  const one = await signedIn();
  const there = { ...tokens, accessToken: "other", refreshToken: "other-refresh" };
  await one.standaloneStore().write(there);
  const { left } = (await moveToKeychain(sessionId, one.places())) ?? {};
  assert.equal(left?.refreshToken, "refresh-0");
  assert.equal(one.editor.entries.get(key), marks.keychain);
  assert.deepEqual(await one.owners(), { signedIn: "other-refresh", both: false, there: "other-refresh" });
});

test("a keychain that is gone takes nothing away: a new sign-in is the editor's, and what comes back is another's", async () => {
  const one = await shared();
  const places = one.places();
  const gone: SecretStore = {
    get: async () => Promise.reject(new Error("the keychain did not answer in time (secret-tool)")),
    store: async () => Promise.reject(new Error("gone")),
    delete: async () => Promise.reject(new Error("gone")),
    keys: async () => [],
  };
  const without = { ...places, keychain: { ...places.keychain, secrets: gone } };
  const log = recordingLog();
  const elsewhere = new KeychainTokens(without, { log, settling: without, onDeleted: () => {} });
  const store = new SecretTokenStore(places.editor.secrets, places.editor.lock, { elsewhere: async () => elsewhere });
  await assert.rejects(store.read(sessionId), /did not answer in time/);
  // A sign-out that the keychain does not take forgets nothing.
  await assert.rejects(store.delete(sessionId), { code: "secret_not_deleted" });
  assert.ok(isMark(one.editor.entries.get(key)));
  await store.write({ ...tokens, accessToken: "new", refreshToken: "new-refresh" });
  assert.equal((await store.read(sessionId))?.refreshToken, "new-refresh");
  assert.equal(isMark(one.editor.entries.get(key)), false);
});

test("what nobody may read is not moved: nobody signed in, a damaged entry, one of a newer version", async () => {
  const one = computer();
  assert.equal(await moveToKeychain(sessionId, one.places()), undefined);
  for (const [entry, code] of [
    ["{}", "stored_secret_unreadable"],
    ['{"version":9}', "stored_by_newer_version"],
  ] as const) {
    one.editor.entries.set(key, entry);
    await assert.rejects(moveToKeychain(sessionId, one.places()), { code });
    assert.deepEqual([one.editor.entries.get(key), one.keychain.entries.size], [entry, 0]);
  }
});

/** What stands where a sign-in is kept elsewhere. Other versions and programs read it. */
const marks = { keychain: '{"version":2,"keptIn":"keychain"}', editor: '{"version":2,"keptIn":"editor"}' };

const stored = (changes: Partial<TokenSet> = {}) => JSON.stringify({ version: 1, ...tokens, ...changes });

/** A computer with these entries. */
function withEntries(editor: string | undefined, keychain: string | undefined) {
  const one = computer();
  if (editor !== undefined) one.editor.entries.set(key, editor);
  if (keychain !== undefined) one.keychain.entries.set(key, keychain);
  return { ...one, entries: () => [one.editor.entries.get(key), one.keychain.entries.get(key)] };
}

/** The keychain of an editor, as `editorStore` has it, with what it logged and whose end it told. */
function keychainOf(one: ReturnType<typeof computer>, secrets: Partial<SecretStore> = {}) {
  const places = one.places();
  const keychain = { ...places.keychain, secrets: { ...places.keychain.secrets, ...secrets } };
  const log = recordingLog();
  const deleted: string[] = [];
  const settling = { ...places, keychain };
  const store = new KeychainTokens(settling, { log, settling, onDeleted: (id) => void deleted.push(id) });
  return { store, log, deleted };
}

test("a move that has been made already changes nothing, in either direction", async () => {
  const there = withEntries(marks.keychain, stored());
  const here = withEntries(stored(), undefined);
  assert.deepEqual(
    [await moveToKeychain(sessionId, there.places()), await moveBack(sessionId, here.places())],
    [{}, true],
  );
  assert.deepEqual(
    [there.entries(), here.entries()],
    [
      [marks.keychain, stored()],
      [stored(), undefined],
    ],
  );
});

test("nothing moves back where the keychain has nothing, and the mark stays", async () => {
  for (const entry of [undefined, marks.editor]) {
    const one = withEntries(marks.keychain, entry);
    assert.equal(await moveBack(sessionId, one.places()), false);
    assert.deepEqual(one.entries(), [marks.keychain, entry]);
  }
});

test("a sign-in that moved back once moves to the keychain again", async () => {
  const one = withEntries(stored(), marks.editor);
  assert.deepEqual(await moveToKeychain(sessionId, one.places()), {});
  assert.deepEqual(one.entries(), [marks.keychain, stored()]);
});

test("what the keychain has of the same sign-in, of one that ended or of none that can be read gives way", async () => {
  const copies = [stored({ isMoving: true }), stored({ scopes: ["other"] }), "{damaged"];
  for (const there of [...copies, stored({ accessToken: "other", refused: "invalid_grant" })]) {
    const one = withEntries(stored(), there);
    assert.deepEqual(await moveToKeychain(sessionId, one.places()), {}, there);
    assert.deepEqual(one.entries(), [marks.keychain, stored()], there);
  }
});

test("what a newer version keeps in the keychain does not give way, and nothing moves", async () => {
  const one = withEntries(stored(), '{"version":9}');
  await assert.rejects(moveToKeychain(sessionId, one.places()), { code: "stored_by_newer_version" });
  assert.deepEqual(one.entries(), [stored(), '{"version":9}']);
});

test("a copy of another sign-in that is on its way is nobody's, and gives way", async () => {
  const one = withEntries(stored(), stored({ accessToken: "other", isMoving: true }));
  assert.deepEqual(await moveToKeychain(sessionId, one.places()), {});
  assert.deepEqual(one.entries(), [marks.keychain, stored()]);
});

for (const [what, start, move, failing] of [
  ["to the keychain", signedIn, moveToKeychain, "editor"],
  ["back to the editor", shared, moveBack, "keychain"],
] as const) {
  test(`a store that fails in a move ${what} after it has written has written, and the move goes on`, async () => {
    const one = await start();
    const places = one.places();
    const { secrets } = places[failing];
    let writes = 0;
    const store: SecretStore["store"] = async (...args) => {
      await secrets.store(...args);
      if (writes++ === 0) throw new Error("it did not answer in time");
    };
    await move(sessionId, { ...places, [failing]: { ...places[failing], secrets: { ...secrets, store } } });
    assert.deepEqual(
      [one.editor.entries.get(key), one.keychain.entries.get(key)],
      what === "to the keychain" ? [marks.keychain, stored()] : [stored(), undefined],
    );
  });
}

test("what is left of a move is settled as it stands: nothing of what is done, and the rest of what is not", async () => {
  const onItsWayBack = `${marks.keychain.slice(0, -1)},"returning":${stored()}}`;
  const moving = stored({ isMoving: true });
  const settled: Readonly<Record<string, readonly [(string | undefined)[], (string | undefined)[], number]>> = {
    "the editor's": [[stored(), undefined], [stored(), undefined], 0],
    "the keychain's": [[marks.keychain, stored()], [marks.keychain, stored()], 0],
    "nobody's": [[marks.keychain, undefined], [marks.keychain, undefined], 0],
    "marked on both sides": [[marks.keychain, marks.editor], [marks.keychain, marks.editor], 0],
    "on its way there": [[marks.keychain, moving], [marks.keychain, stored()], 1],
    "on its way back": [[onItsWayBack, stored()], [marks.keychain, stored()], 1],
    "almost back": [[onItsWayBack, marks.editor], [stored(), undefined], 2],
  };
  for (const [what, [[editor, keychain], after, writes]] of Object.entries(settled)) {
    const one = withEntries(editor, keychain);
    const places = one.places();
    await settle(sessionId, places);
    assert.deepEqual([one.entries(), places.writes()], [after, writes], what);
  }
});

test("the keychain says by its mark that the editor has it again, before its entry goes", async () => {
  const one = await shared();
  await moveBack(sessionId, one.places(2));
  assert.equal(one.keychain.entries.get(key), marks.editor);
});

test("a keychain that cannot be read is told as that, in its own words or by its own failure, and nothing moves", async () => {
  const told = [];
  const failures = [
    new Error("it is locked"),
    new GatewayFailure("secret_not_deleted", { key, reason: "it is locked" }),
  ];
  for (const failure of failures) {
    const one = await signedIn();
    const places = one.places();
    const secrets = { ...places.keychain.secrets, get: async () => Promise.reject(failure) };
    const locked = { ...places, keychain: { ...places.keychain, secrets } };
    told.push(await moveToKeychain(sessionId, locked).catch(({ code, facts }) => [code, facts.reason]));
    assert.deepEqual([one.editor.entries.get(key), one.keychain.entries.size], [stored(), 0]);
  }
  const moved = withEntries(marks.keychain, stored());
  const { editor, keychain } = moved.places();
  const secrets = { ...keychain.secrets, get: async () => Promise.reject(new Error("it is locked")) };
  await assert.rejects(moveBack(sessionId, { editor, keychain: { ...keychain, secrets } }), {
    code: "keychain_unavailable",
  });
  assert.deepEqual(told, [
    ["keychain_unavailable", "it is locked"],
    ["secret_not_deleted", "it is locked"],
  ]);
});

test("whoever reads what is on its way gets it as what it is, and it arrives", async () => {
  const onItsWayBack = `${marks.keychain.slice(0, -1)},"returning":${stored()}}`;
  for (const [editor, keychain, after] of [
    [marks.keychain, stored({ isMoving: true }), [marks.keychain, stored()]],
    [onItsWayBack, marks.editor, [stored(), undefined]],
  ] as const) {
    const one = withEntries(editor, keychain);
    assert.deepEqual(await keychainOf(one).store.read(sessionId), tokens);
    await until(() => JSON.stringify(one.entries()) === JSON.stringify(after), "its arrival");
  }
  const gone = withEntries(marks.keychain, marks.editor);
  const nobody = withEntries(marks.keychain, undefined);
  assert.deepEqual(
    [await keychainOf(gone).store.read(sessionId), await keychainOf(nobody).store.read(sessionId)],
    [undefined, undefined],
  );
});

test("what is settled is settled once for all who read, again after it failed, and a failure is in the log", async () => {
  const one = withEntries(marks.keychain, stored({ isMoving: true }));
  let tries = 0;
  const { store, log } = keychainOf(one, {
    store: async () => {
      tries += 1;
      throw new Error("it is locked");
    },
  });
  await Promise.all([store.read(sessionId), store.read(sessionId)]);
  await until(() => log.lines.length > 0, "the failure");
  await new Promise((resolve) => setImmediate(resolve));
  const first = [tries, log.lines.length];
  await store.read(sessionId);
  await until(() => log.lines.length > 1, "the next failure");
  assert.deepEqual({ first, second: [tries, log.lines.length] }, { first: [1, 1], second: [2, 2] });
});

test("what the keychain does not take, or has given back, the editor keeps itself, and nobody finds the one before it there", async () => {
  const locked = async () => Promise.reject(new Error("it is locked"));
  for (const [entry, secrets, logged] of [
    [stored(), { store: locked }, 1],
    [marks.editor, {}, 0],
  ] as const) {
    const one = withEntries(marks.keychain, entry);
    const { store, log } = keychainOf(one, secrets);
    assert.equal(await store.writeRenewed({ ...tokens, accessToken: "renewed" }), true);
    assert.deepEqual(one.entries(), [stored({ accessToken: "renewed" }), undefined]);
    assert.equal(log.lines.filter((line) => line.startsWith("warn")).length, logged);
  }
});

test("what a newer version keeps in the keychain is not written over, and the editor keeps nothing instead", async () => {
  const one = withEntries(marks.keychain, '{"version":9}');
  await assert.rejects(keychainOf(one).store.write(tokens), { code: "stored_by_newer_version" });
  assert.deepEqual(one.entries(), [marks.keychain, '{"version":9}']);
});

test("the keychain's sign-ins are listed, renewed under its locks, and their end is told", async () => {
  const one = withEntries(marks.keychain, stored());
  const { store, deleted } = keychainOf(one);
  const listed = await store.list();
  const done = [
    await store.renewing(sessionId, async () => "renewed"),
    await store.exclusively(sessionId, async () => 1),
  ];
  const { lock } = one.places().keychain;
  await store.delete(sessionId);
  assert.deepEqual(
    { listed, done, locks: (lock as QueueLock).names, deleted, left: one.keychain.entries.size },
    {
      listed: [sessionId],
      done: ["renewed", 1],
      locks: [`renew-${sessionId}`, "sign-ins"],
      deleted: [sessionId],
      left: 0,
    },
  );
});
