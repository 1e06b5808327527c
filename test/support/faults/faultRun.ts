import { setTimeout as delay } from "node:timers/promises";
import { requestPolicies } from "../../../src/lib/limits.ts";
import { LIMIT_PARTS } from "../../../src/lib/patientTimeout.ts";
import type { FaultStep } from "../../../src/sandbox/faults/faultSteps.ts";
import type { FaultWay } from "../../../src/sandbox/faults/faultWays.ts";
import type { Sandbox } from "../../../src/sandbox/startSandbox.ts";
import type { ConnectTestWorld } from "../connectWorld.ts";
import { until } from "../until.ts";

/** What a step goes wrong in: what comes before it, what brings it, and what a person does after it. */
export interface Journey {
  readonly sandboxes: readonly Sandbox[];
  readonly world: ConnectTestWorld;
  /** Brings the step, with the fault on, and says how it ended. */
  readonly act: () => Promise<string>;
  /** What is done when the fault is over, and how that ended. */
  readonly after: () => Promise<string>;
  readonly stop: () => Promise<void>;
}

/** How one step went that went wrong in one way. */
export interface Ending {
  /** The code of the failure, or what came of it. */
  readonly ends: string;
  /** How many requests were sent at this step while it went wrong; eight are many, and were not waited out. */
  readonly sent: number;
  /** How often a tool that changes something ran. */
  readonly ran: number;
  /** What is kept here: connections and sign-ins. */
  readonly kept: readonly [connections: number, signIns: number];
  /** Good tokens at the provider that nobody here has, and so cannot revoke. */
  readonly adrift: number;
  /** What came next, once the fault was over, and the pages that were opened for it. */
  readonly next: string;
  readonly pages: number;
}

/** Who sends a request this often while it goes wrong goes on until it is over. */
const MANY = 8;

/** Lets a step go wrong, and everything after it go well. */
export async function runFault(step: FaultStep, way: FaultWay, journey: Journey): Promise<Ending> {
  const { sandboxes, world, act, after } = journey;
  const came = () => sandboxes.reduce((sum, sandbox) => sum + (sandbox.observe().steps[step] ?? 0), 0);
  const ran = () => sandboxes.reduce((sum, { observe }) => sum + (observe().toolCalls.sample___save_note ?? 0), 0);
  const set = (steps: readonly string[]) => Promise.all(sandboxes.map((sandbox) => sandbox.setFaults({ steps })));
  const before = await quiet(sandboxes).then(() => ({ came: came(), ran: ran(), sent: world.sent.length }));
  await set([`${step}-${way}`]);
  const patience = way === "slow" ? takePatience() : undefined;
  let waited = false;
  let isOver = false;
  const acting = act().finally(() => {
    isOver = true;
  });
  acting.catch(() => {});
  try {
    await until(() => isOver || came() > before.came, "the request that goes wrong");
    if (patience) waited = !(await patience.runOut(() => isOver));
    else
      waited = await goesOn(
        () => isOver,
        () => came() >= before.came + MANY || world.sent.length >= before.sent + 3 * MANY,
      );
    if (waited) await set([]);
    const ends = `${waited ? "waits: " : ""}${await acting.catch(codeOf)}`;
    const sent = Math.min(came() - before.came, MANY);
    const ranNow = ran() - before.ran;
    patience?.giveBack();
    await set([]);
    const kept = [world.gateways.book.all.length, world.sessions().length] as const;
    const adrift = await tokensAdrift(sandboxes, world);
    const pages = world.opened.length;
    await quiet(sandboxes);
    const next = await after().catch(codeOf);
    return { ends, sent, ran: ranNow, kept, adrift, next, pages: world.opened.length - pages };
  } finally {
    patience?.giveBack();
  }
}

export const codeOf = (error: unknown): string => {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return String(code ?? message);
};

/** Good tokens that are in nobody's storage. */
async function tokensAdrift(sandboxes: readonly Sandbox[], { secrets }: ConnectTestWorld): Promise<number> {
  const kept = [...secrets.entries.values()].join("\n");
  let count = 0;
  for (const sandbox of sandboxes) {
    for (const { kind, value } of sandbox.issuedSecrets()) {
      if (!["access_token", "refresh_token"].includes(kind) || kept.includes(value)) continue;
      if (await sandbox.isActive(value)) count++;
    }
  }
  return count;
}

/** Whether it was left before it ended by itself. */
const goesOn = async (isOver: () => boolean, isAgain: () => boolean): Promise<boolean> =>
  (await until(() => (isOver() ? "over" : isAgain() && "again"), "an end")) === "again";

/** Waits until nobody asks the servers for something, such as lists that are read beside a call. */
async function quiet(sandboxes: readonly Sandbox[]): Promise<void> {
  let before = "";
  let same = 0;
  await until(async () => {
    await delay(25);
    const now = JSON.stringify(sandboxes.map(({ observe }) => observe()));
    same = now === before ? same + 1 : 0;
    before = now;
    return same >= 6;
  }, "a pause of the servers");
}

/** Every time limit of a request runs out when it is told to, and not before. */
function takePatience() {
  const { setTimeout, clearTimeout } = globalThis;
  const { timeout } = AbortSignal;
  /** What each ends when it runs out. */
  const waiting = new Map<unknown, () => void>();
  AbortSignal.timeout = () => {
    const controller = new AbortController();
    waiting.set(controller, () =>
      controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError")),
    );
    return controller.signal;
  };
  const started = (run: () => void, ms?: number, ...args: []) => {
    const timer = setTimeout(run, ms, ...args);
    if (ms !== undefined && limitParts.has(ms)) waiting.set(timer, run);
    return timer;
  };
  globalThis.setTimeout = Object.assign(started, setTimeout) as typeof setTimeout;
  globalThis.clearTimeout = (timer) => {
    waiting.delete(timer);
    clearTimeout(timer);
  };
  return {
    /** @returns whether all that was waited for ended with it */
    async runOut(isOver: () => boolean): Promise<boolean> {
      for (let time = 0; time < 120 && !isOver(); time++) {
        await delay(25);
        for (const [timer, run] of [...waiting]) {
          if (!waiting.delete(timer)) continue;
          if (!(timer instanceof AbortController)) clearTimeout(timer as NodeJS.Timeout);
          run();
        }
      }
      return isOver();
    },
    giveBack() {
      AbortSignal.timeout = timeout;
      Object.assign(globalThis, { setTimeout, clearTimeout });
    },
  };
}

/** `patientTimeout` waits for a limit in parts. */
const limitParts: ReadonlySet<number> = new Set(
  Object.values(requestPolicies).map(({ timeoutMs }) => timeoutMs / LIMIT_PARTS),
);
