import assert from "node:assert/strict";
import { test } from "node:test";
import { few } from "../support/bulk.ts";
import { type Besides, besideHostile } from "../support/hostile/besideHostile.ts";

/** Calls beside the flood, which takes both processors from all other tests for as long as they last. */
const CALLS = few(15, 5);

/** What holds in either program: every call was answered, or `besideHostile` throws. */
function unharmed(seen: Besides): void {
  const { sent, requests, secrets, floodedMs, learned, toldOther, listings, fileBytes, logLines } = seen;
  assert.ok(
    sent > 5_000 && requests > 10 && secrets > 6 && floodedMs.length === CALLS,
    "there was a flood, and something to learn",
  );
  assert.deepEqual({ learned, toldOther }, { learned: [], toldOther: 0 });
  // Each of its messages may change a list; three in ten do.
  assert.ok(listings < 60, `its tools were read ${listings} times for ${sent} messages`);
  assert.ok(fileBytes < 1_000_000, `${fileBytes} bytes of files`);
  assert.ok(logLines < 300, `${logLines} lines of the log`);
}

test("in a window, a gateway that floods keeps no other's calls, learns nothing of it, and fills neither memory nor disk", async () => {
  const seen = await besideHostile("window", CALLS);
  unharmed(seen);
  // No more than one result may have.
  assert.ok(seen.heapBytes < 32 * 1024 * 1024, `${seen.heapBytes} bytes of the heap`);
});

test("beside a program without an editor, a gateway that floods another one learns nothing of it, and fills no disk", async () => {
  unharmed(await besideHostile("standalone", CALLS));
});
