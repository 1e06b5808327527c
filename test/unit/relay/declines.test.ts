import assert from "node:assert/strict";
import { test } from "node:test";
import { DECLINED_MS, declinesAt, MOST_DECLINES } from "../../../src/relay/declines.ts";

function declined() {
  const place = { now: 1_000_000 };
  return { place, declines: declinesAt(() => place.now) };
}

test("what was declined is not asked again for some minutes, and another question is", () => {
  const { declines, place } = declined();
  const before = declines.has("calendar");
  declines.add("calendar");
  const after = [declines.has("calendar"), declines.has("mail")];
  place.now += DECLINED_MS - 1;
  const late = declines.has("calendar");
  place.now += 1;
  assert.deepEqual(
    { before, after, late, over: declines.has("calendar") },
    { before: false, after: [true, false], late: true, over: false },
  );
});

test("several declines are a decline of everything, and none of what is kept of them grows", () => {
  const { declines, place } = declined();
  for (let count = 1; count < MOST_DECLINES; count++) declines.add(`target ${count}`);
  const few = declines.has("another");
  declines.add("one more");
  const many = declines.has("another");
  for (let count = 0; count < 1_000; count++) declines.add(`more ${count}`);
  place.now += DECLINED_MS;
  assert.deepEqual({ few, many, over: declines.has("more 999") }, { few: false, many: true, over: false });
});

test("a person who wants to be asked is, and so is one whose clock was set back", () => {
  const { declines, place } = declined();
  declines.add("calendar");
  declines.forget();
  const wanted = declines.has("calendar");
  declines.add("calendar");
  place.now -= 1;
  assert.deepEqual({ wanted, back: declines.has("calendar") }, { wanted: false, back: false });
});
