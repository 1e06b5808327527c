import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Coalesced } from "../../../src/mcp/coalesced.ts";

test("news is passed on at once, what follows together and once, and what does not stop every ten seconds", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const news = new Coalesced();
    const passed: string[] = [];
    const tell = (key: string, text = key) => news.pass(key, () => passed.push(text));
    tell("a", "a1");
    assert.deepEqual(passed.splice(0), ["a1"]);
    for (const text of ["a2", "a3", "a4"]) tell("a", text);
    tell("b");
    assert.deepEqual(passed, []);
    mock.timers.tick(250);
    assert.deepEqual(passed.splice(0), ["a4", "b"]);
    // A flood over ten minutes, in steps of a tenth of a second.
    for (let at = 0; at < 6_000; at++) {
      tell("a");
      mock.timers.tick(100);
    }
    assert.ok(passed.length > 50 && passed.length < 75, `${passed.length} of 6,000`);
    // Quiet again, it is as quick as before.
    for (let at = 0; at < 30; at++) mock.timers.tick(1_000);
    passed.length = 0;
    tell("a");
    assert.deepEqual(passed, ["a"]);
  } finally {
    mock.timers.reset();
  }
});

test("no more than a thousand different things wait, and none of them after the end", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  try {
    const news = new Coalesced();
    let passed = 0;
    for (let at = 0; at < 5_000; at++) news.pass(`resource ${at}`, () => passed++);
    mock.timers.tick(250);
    assert.equal(passed, 1_001);
    news.pass("more", () => passed++);
    news.stop();
    mock.timers.tick(60_000);
    assert.equal(passed, 1_001);
  } finally {
    mock.timers.reset();
  }
});
