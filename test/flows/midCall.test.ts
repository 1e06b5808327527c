import assert from "node:assert/strict";
import { test } from "node:test";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { connectWorld } from "../support/connectWorld.ts";
import { type Caller, type CallerName, callers } from "../support/faults/callers.ts";
import { until } from "../support/until.ts";
import { withSandbox } from "../support/withSandbox.ts";

const TOKEN_SECONDS = 600;

/** What ends while a call is on its way, and what the next call costs. */
const ends: Readonly<
  Record<
    string,
    {
      readonly options?: SandboxOptions;
      readonly end: (sandbox: Sandbox, caller: Caller) => void;
      readonly cost: { readonly renewals: number; readonly pages: number };
    }
  >
> = {
  "its token ends": {
    end: (_, caller) => caller.later(TOKEN_SECONDS),
    cost: { renewals: 1, pages: 0 },
  },
  "everything of theirs is revoked, at a gateway that looks at it": {
    options: { checkRevocation: true },
    end: (sandbox) => sandbox.revokeAll(),
    cost: { renewals: 1, pages: 1 },
  },
  "everything of theirs is revoked, at a gateway that does not": {
    end: (sandbox) => sandbox.revokeAll(),
    cost: { renewals: 0, pages: 0 },
  },
  "everything of theirs is revoked, and their token ends": {
    end(sandbox, caller) {
      sandbox.revokeAll();
      caller.later(TOKEN_SECONDS);
    },
    cost: { renewals: 1, pages: 1 },
  },
};

for (const [what, { options, end, cost }] of Object.entries(ends)) {
  for (const name of Object.keys(callers) as CallerName[]) {
    test(`when in mid-call ${what}, the call runs once and is answered, and so is the next: ${name}`, () =>
      withSandbox({ asksConsent: false, accessTokenSeconds: TOKEN_SECONDS, ...options }, async (sandbox) => {
        const caller = await callers[name](sandbox.gatewayUrl);
        try {
          const seen = () => {
            const { toolCalls, steps } = sandbox.observe();
            const ran = toolCalls.sample___save_note ?? 0;
            return { ran, renewals: steps.refresh ?? 0, pages: caller.pages() };
          };
          await sandbox.setFaults({ steps: ["tools-call-slow"] });
          const before = seen();
          const calling = caller.note();
          await until(() => seen().ran > before.ran, "the call at its tool");
          end(sandbox, caller);
          await sandbox.setFaults({ steps: [] });
          const answers = [await calling, await caller.note()];
          const { ran, renewals, pages } = seen();
          assert.deepEqual(
            { answers, ran, renewals: renewals - before.renewals, pages: pages - before.pages },
            { answers: ["answered", "answered"], ran: 2, ...cost },
          );
        } finally {
          await caller.stop();
        }
      }));
  }
}

test("a refresh token that another window spends in mid-call is spent once, and neither window is signed out", async (t) => {
  const sandbox = await startSandbox({ asksConsent: false, accessTokenSeconds: TOKEN_SECONDS });
  t.after(() => sandbox.stop());
  const settings = { [sandbox.gatewayUrl]: { scopes: ["openid", "offline_access", "gateway.read", "gateway.write"] } };
  const world = connectWorld({ settings });
  t.after(() => world.stop());
  await world.connect(sandbox.gatewayUrl);
  const other = connectWorld({ settings, beside: world });
  t.after(() => other.stop());
  await other.gateways.book.load();
  const id = world.gateways.book.all[0]?.id ?? "";
  const note = (window: typeof world) => window.call(id, "sample___save_note", { text: "a note" });
  const ran = () => sandbox.observe().toolCalls.sample___save_note ?? 0;
  await sandbox.setFaults({ steps: ["tools-call-slow:1"] });
  const calling = note(world);
  await until(() => ran() === 1, "the call at its tool");
  for (const window of [world, other]) window.later(TOKEN_SECONDS * 1000);
  const answers = [await note(other)];
  await sandbox.setFaults({ steps: [] });
  answers.push(await calling, await note(world));
  const { steps } = sandbox.observe();
  assert.deepEqual(
    {
      answered: answers.filter((text) => text.startsWith("saved")).length,
      ran: ran(),
      renewals: steps.refresh,
      pages: world.opened.length + other.opened.length,
    },
    { answered: 3, ran: 3, renewals: 1, pages: 1 },
  );
});
