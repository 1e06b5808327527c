import assert from "node:assert/strict";
import { test } from "node:test";
import { connectWorld } from "../support/connectWorld.ts";
import { MemorySecrets, QueueLock } from "../support/fakePorts.ts";
import { codeOf } from "../support/faults/faultRun.ts";
import { adriftOf } from "../support/faults/kills.ts";
import { withSandbox } from "../support/withSandbox.ts";

type Act = "get" | "store" | "delete";

/** A secret storage that is locked for some of what is asked of it. */
class LockedSecrets extends MemorySecrets {
  locked: Act | undefined;

  override async get(key: string): Promise<string | undefined> {
    this.#refuse("get");
    return await super.get(key);
  }

  override async store(key: string, value: string): Promise<void> {
    this.#refuse("store");
    await super.store(key, value);
  }

  override async delete(key: string): Promise<void> {
    this.#refuse("delete");
    await super.delete(key);
  }

  #refuse(act: Act): void {
    if (act === this.locked) throw new Error("the keychain is locked");
  }
}

/** What is done while the secret storage fails, and how that ends. */
interface Ending {
  readonly ends: string;
  /** What is kept next: connections and sign-ins. */
  readonly kept: readonly [number, number];
  /** What comes next, when it works again, and how many pages that took besides the first. */
  readonly next: string;
  readonly pages: number;
}

const failed = "secret_storage_failed";
const revoked = "revoked, revoked";
const left = `${revoked}, secret_not_deleted`;
const answered = "answered";

/** Nothing adrift in any of them, and a sign-out at the end revokes everything. */
const endings: Readonly<Record<Act, Readonly<Record<string, Ending>>>> = {
  get: {
    connect: { ends: failed, kept: [0, 0], next: "connected", pages: 0 },
    call: { ends: failed, kept: [1, 1], next: answered, pages: 0 },
    renew: { ends: failed, kept: [1, 1], next: answered, pages: 0 },
    "sign out": { ends: failed, kept: [1, 1], next: answered, pages: 0 },
    remove: { ends: failed, kept: [1, 1], next: answered, pages: 0 },
  },
  store: {
    connect: { ends: failed, kept: [0, 0], next: "connected", pages: 0 },
    call: { ends: answered, kept: [1, 1], next: answered, pages: 0 },
    renew: { ends: answered, kept: [1, 1], next: answered, pages: 0 },
    "renew, sign out": { ends: revoked, kept: [1, 0], next: answered, pages: 1 },
    "sign out": { ends: revoked, kept: [1, 0], next: answered, pages: 1 },
    remove: { ends: revoked, kept: [0, 0], next: "connected", pages: 1 },
  },
  delete: {
    connect: { ends: "connected", kept: [1, 1], next: answered, pages: 0 },
    call: { ends: answered, kept: [1, 1], next: answered, pages: 0 },
    renew: { ends: answered, kept: [1, 1], next: answered, pages: 0 },
    "sign out": { ends: left, kept: [1, 1], next: answered, pages: 1 },
    remove: { ends: left, kept: [0, 1], next: "connected", pages: 1 },
  },
};

for (const [locked, steps] of Object.entries(endings)) {
  for (const [step, expected] of Object.entries(steps)) {
    test(`a secret storage that fails to ${locked} while somebody is to ${step} is told, loses no good token, and is as before afterwards`, () =>
      withSandbox({ recordSecrets: true, asksConsent: false }, async (sandbox) => {
        const secrets = new LockedSecrets();
        const world = connectWorld({ beside: { secrets, lock: new QueueLock(), stored: { text: undefined } } });
        const { gateways } = world;
        const first = () => {
          const [connection] = gateways.book.all;
          if (!connection) throw new Error("nothing is connected");
          return connection;
        };
        const report = ({ revocation }: Awaited<ReturnType<typeof gateways.signOut>>) =>
          [
            ...(revocation?.steps.map(({ kind }) => kind) ?? []),
            ...(revocation?.left ? [revocation.left.code] : []),
          ].join(", ");
        const acts: Readonly<Record<string, () => Promise<string>>> = {
          connect: async () => (await world.connect(sandbox.gatewayUrl)).kind,
          async call() {
            const said = await world.call(first().id, "sample___whoami");
            return said.startsWith("You are") ? answered : said;
          },
          async renew() {
            world.later(11 * 60_000);
            return (await acts.call?.()) ?? "";
          },
          "sign out": async () => report(await gateways.signOut(first())),
          remove: async () => report(await gateways.remove(first())),
        };
        try {
          if (step !== "connect") await acts.connect?.();
          const pagesBefore = Math.max(1, world.opened.length);
          secrets.locked = locked as Act;
          let ends = "";
          for (const one of step.split(", ")) ends = (await acts[one]?.().catch(codeOf)) ?? "";
          secrets.locked = undefined;
          const kept = [gateways.book.all.length, world.sessions().length];
          const isConnected = gateways.book.all.length > 0;
          const next = await acts[isConnected ? "call" : "connect"]?.().catch(codeOf);
          const pages = world.opened.length - pagesBefore;
          const adrift = await adriftOf(sandbox, [...secrets.entries.values()].join("\n"));
          const out = await acts["sign out"]?.().catch(codeOf);
          assert.deepEqual(
            { ends, kept, next, pages, adrift, out, live: await adriftOf(sandbox, "") },
            { ...expected, adrift: 0, out: revoked, live: 0 },
          );
        } finally {
          await world.stop();
        }
      }));
  }
}
