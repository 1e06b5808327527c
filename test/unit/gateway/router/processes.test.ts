import assert from "node:assert/strict";
import { test } from "node:test";
import { principalOf } from "../../../../src/gateway/principal.ts";
import { createProcesses, NoProcessFree, type ProcessSlot } from "../../../../src/gateway/router/processes.ts";

const life = () => new AbortController();

/** The slot of a process that is idle since a time or at work, and gone when it was asked to go. */
function slotOf(state: { idleSince: number | undefined }, onEvict = () => {}): ProcessSlot {
  return { idleSince: () => state.idleSince, evict: onEvict };
}

const atWork = () => slotOf({ idleSince: undefined });

const adas = (slot: ProcessSlot, signal = life().signal) => ({ owner: "ada", target: "files", slot, signal });

/** Whether something has come to pass, once everything could happen that was going to. */
async function settled<T>(promise: Promise<T>): Promise<T | "waits"> {
  const later = new Promise<"waits">((resolve) => setTimeout(() => resolve("waits"), 5));
  return await Promise.race([promise.catch((error: Error) => error.constructor.name as T), later]);
}

test("whoever has as many processes as they may waits, in the order of coming, and nobody else does", async () => {
  const processes = createProcesses(2);
  const enter = async (owner: string, target = "files") => await processes.enter({ ...adas(atWork()), owner, target });
  const [leave] = [await enter("ada"), await enter("ada")];
  const order: string[] = [];
  const third = enter("ada").then((gone) => {
    order.push("third");
    return gone;
  });
  const fourth = enter("ada").then(() => order.push("fourth"));
  const others = [await settled(enter("eve")), await settled(enter("ada", "shop"))].map((one) => typeof one);
  const before = [...order];
  leave?.();
  await settled(third);
  const between = [...order];
  (await third)();
  await fourth;
  assert.deepEqual(
    { others, before, between, order },
    { others: ["function", "function"], before: [], between: ["third"], order: ["third", "fourth"] },
  );
});

test("the process that has been idle for longest ends for a new one, which starts after its end", async () => {
  const processes = createProcesses(3);
  const evicted: string[] = [];
  const leaves = new Map<string, () => void>();
  const slots = { late: 20, early: 10, working: undefined };
  for (const [name, idleSince] of Object.entries(slots)) {
    const slot = slotOf({ idleSince }, () => evicted.push(name));
    leaves.set(name, await processes.enter(adas(slot)));
  }
  const fresh = processes.enter(adas(atWork()));
  const whileItEnds = await settled(fresh);
  leaves.get("early")?.();
  assert.deepEqual(
    { whileItEnds, after: typeof (await settled(fresh)), evicted },
    { whileItEnds: "waits", after: "function", evicted: ["early"] },
  );
});

test("a process that becomes idle makes room for whoever waits, and is asked to go once", async () => {
  const processes = createProcesses(1);
  const state: { idleSince: number | undefined } = { idleSince: undefined };
  let asked = 0;
  const leave = await processes.enter(adas(slotOf(state, () => asked++)));
  const next = processes.enter(adas(atWork()));
  const busy = await settled(next);
  state.idleSince = 1;
  for (const _ of [1, 2]) processes.idle("ada", "files");
  await settled(next);
  leave();
  assert.deepEqual({ busy, asked, next: typeof (await settled(next)) }, { busy: "waits", asked: 1, next: "function" });
});

test("whoever waited too long or went away gets no process, and the next in turn loses nothing by it", async () => {
  const processes = createProcesses(1, 20);
  const leave = await processes.enter(adas(atWork()));
  const caller = life();
  const gone = processes.enter(adas(atWork(), caller.signal));
  caller.abort(new RangeError("gone"));
  const late = processes.enter(adas(atWork()));
  const failures = [gone, late].map(async (one) => await one.catch((error: Error) => error));
  const [away, tooLate] = (await Promise.all(failures)) as Error[];
  const next = processes.enter(adas(atWork()));
  leave();
  leave();
  const [entered, beyond] = [typeof (await settled(next)), await settled(processes.enter(adas(atWork())))];
  assert.deepEqual(
    {
      away: away instanceof RangeError,
      tooLate: tooLate instanceof NoProcessFree && tooLate.message,
      entered,
      beyond,
    },
    {
      away: true,
      tooLate: "All 1 processes of the target files that one caller can have are at work. Please retry later.",
      entered: "function",
      beyond: "waits",
    },
  );
});

test("a person is one owner whichever client they use, and a machine is its client", () => {
  const owner = (subject: string | undefined, client: string, issuer = "i") => principalOf({ issuer, subject, client });
  const all = [
    owner("ada", "x"),
    owner("ada", "y"),
    owner("eve", "x"),
    owner("ada", "x", "other"),
    owner(undefined, "x"),
    owner(undefined, "y"),
    principalOf(undefined),
  ];
  assert.deepEqual(
    all.map((one) => all.indexOf(one)),
    [0, 0, 2, 3, 4, 5, 6],
  );
});
