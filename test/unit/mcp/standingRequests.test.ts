import assert from "node:assert/strict";
import { test } from "node:test";
import { LONGEST_URI, MOST_SUBSCRIPTIONS } from "../../../src/lib/limits.ts";
import { StandingRequests } from "../../../src/mcp/standingRequests.ts";

test("a caller subscribes to as many resources as anybody reads, and to the same one again", () => {
  const standing = new StandingRequests(false);
  for (let at = 0; at < MOST_SUBSCRIPTIONS; at++) standing.subscribe(`made:up/${at}`);
  standing.subscribe("made:up/0");
  assert.throws(() => standing.subscribe("one:more"), { code: -32602 });
  assert.throws(() => new StandingRequests(false).subscribe("x".repeat(LONGEST_URI + 1)), { code: -32602 });
  assert.equal(standing.subscriptions.size, MOST_SUBSCRIPTIONS);
});
