import assert from "node:assert/strict";
import { test } from "node:test";
import { countedSignIns } from "../../../src/relay/gatewayAccess.ts";

test("requests that wait for a person are counted until the sign-in ended, whichever way", async () => {
  const endings: { resolve: (ending: { kind: "cancelled" }) => void; reject: (error: Error) => void }[] = [];
  const { access, waiting } = countedSignIns({
    fetch: async () => new Response(),
    ready: async () => true,
    signIn: () => new Promise((resolve, reject) => endings.push({ resolve, reject })),
  });
  const signal = new AbortController().signal;
  const [one, other] = [access.signIn("sign_in_needed", signal, true), access.signIn("sign_in_needed", signal, true)];
  const counts = [waiting()];
  endings[0]?.resolve({ kind: "cancelled" });
  await one;
  counts.push(waiting());
  endings[1]?.reject(new Error("failed"));
  await other.catch(() => {});
  assert.deepEqual([...counts, waiting()], [2, 1, 0]);
});
