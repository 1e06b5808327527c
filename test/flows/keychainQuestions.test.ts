import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { programClock } from "../support/programClock.ts";
import {
  type StandaloneWorld,
  standaloneScript,
  startStandalone,
  withComputer,
} from "../support/standalone/startStandalone.ts";
import { withSandbox } from "../support/withSandbox.ts";

/** What the keyring was asked, as `lookup session`, and how often. Each question is a program that is started. */
function questions(computer: StandaloneWorld): Map<string, number> {
  const counts = new Map<string, number>();
  for (const call of computer.keyringCalls()) {
    const [, act = "", ...words] = call.split("\n");
    const kind = words.map((word) => /^(\w+):\w+$/.exec(word)?.[1]).find((found) => found !== undefined);
    const question = `${act} ${kind}`;
    counts.set(question, (counts.get(question) ?? 0) + 1);
  }
  return counts;
}

/** What it is asked while `act` goes on. */
async function asked(computer: StandaloneWorld, act: () => Promise<unknown>): Promise<Record<string, number>> {
  const before = questions(computer);
  await act();
  const more = [...questions(computer)].map(([question, count]) => [question, count - (before.get(question) ?? 0)]);
  return Object.fromEntries(more.filter(([, count]) => count !== 0));
}

/** The record says what there is to end, and is read again under the lock that it is written under. */
const ended = {
  ...{ "lookup gateway": 2, "store gateway": 1 },
  ...{ "lookup session": 1, "clear session": 1 },
  ...{ "lookup client": 2, "clear client": 1 },
};

test("a keychain is asked once for what an act needs: a first start, one with a token, one that renews it, and sign-outs", () =>
  withSandbox({}, (sandbox) =>
    withComputer({ keyring: true }, async (computer) => {
      const clock = programClock();
      const started = async (isCalling = false) => {
        const standalone = await startStandalone([sandbox.gatewayUrl, ...computer.browser()], {
          ...computer.env,
          ...clock.env,
        });
        const { tools } = await standalone.client.listTools();
        assert.ok(tools.length > 0);
        // Of a gateway that is known the tools are there at once, and a call asks for the sign-in.
        if (isCalling) assert.match(await standalone.call("sample___whoami"), /Ada/);
        await standalone.close();
      };
      const signedOut = async (what: string) => {
        const args = [...standaloneScript, what, "--sign-out"];
        const [code] = await once(spawn(process.execPath, args, { env: { ...computer.env }, stdio: "ignore" }), "exit");
        assert.equal(code, 0);
      };
      try {
        const first = await asked(computer, () => started());
        const again = await asked(computer, () => started());
        // A minute before its end.
        clock.moveOn(3590);
        const renewal = await asked(computer, () => started());
        const signOut = await asked(computer, () => signedOut(sandbox.gatewayUrl));
        await started(true);
        const ofAll = await asked(computer, () => signedOut("--all"));
        assert.deepEqual(
          { first, again, renewal, signOut, ofAll },
          {
            // `search` tells an entry that is not there from one that is locked.
            first: {
              // The record is looked for, made, and changed under its lock when the sign-in begins and when it is kept.
              ...{ "lookup gateway": 5, "search gateway": 2, "store gateway": 2 },
              // Nothing locks a registration, so that what is kept of it is looked at before another takes its place.
              ...{ "lookup client": 3, "search client": 2, "store client": 1 },
              ...{ "lookup session": 1, "search session": 1, "store session": 1 },
            },
            // The record says which sign-in it is.
            again: { "lookup gateway": 1, "lookup session": 1 },
            // Under the lock of renewals another process may have renewed it, and under that of writes signed out of it.
            renewal: { "lookup gateway": 1, "lookup session": 3, "store session": 1 },
            signOut: ended,
            ofAll: ended,
          },
        );
      } finally {
        clock.remove();
      }
    }),
  ));

test("the record and its sign-in are asked for together where there is one sign-in, and of several none is asked for on suspicion", () =>
  withSandbox({}, (sandbox) =>
    withComputer({ keyring: true }, async (computer) => {
      const started = async (url: string, env: Readonly<Record<string, string>> = {}) => {
        const standalone = await startStandalone([url, ...computer.browser()], { ...computer.env, ...env });
        assert.match(await standalone.call("sample___whoami"), /Ada/);
        await standalone.close();
      };
      await started(sandbox.gatewayUrl);
      computer.forgetCalls();
      await started(sandbox.gatewayUrl, { FAKE_KEYRING_WAITS: "session:" });
      const one = questions(computer);
      await withSandbox({}, async (other) => started(other.gatewayUrl));
      computer.forgetCalls();
      await started(sandbox.gatewayUrl);
      const own = { "lookup gateway": 1, "lookup session": 1 };
      assert.deepEqual(
        [one, questions(computer)].map((asked) => Object.fromEntries(asked)),
        [own, own],
      );
    }),
  ));
