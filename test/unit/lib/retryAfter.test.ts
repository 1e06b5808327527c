import assert from "node:assert/strict";
import { test } from "node:test";
import { retryAfterSeconds } from "../../../src/lib/retryAfter.ts";

const date = "Fri, 27 Nov 2026 04:00:00 GMT";

test("a wait is a number of seconds or a date by the server's own clock, a day at the most, or none", () => {
  const cases: readonly (readonly [given: Readonly<Record<string, string>>, expected: number | undefined])[] = [
    [{ "retry-after": "30" }, 30],
    [{ "retry-after": " 0 " }, 0],
    [{ "retry-after": "999999999999" }, 86_400],
    [{ "retry-after": "Fri, 27 Nov 2026 04:02:00 GMT", date }, 120],
    [{ "retry-after": "Fri, 27 Nov 2026 03:00:00 GMT", date }, undefined],
    [{ "retry-after": "Fri, 27 Nov 2026 04:02:00 GMT" }, undefined],
    [{ "retry-after": "soon", date }, undefined],
    [{ "retry-after": "-1" }, undefined],
    [{ "retry-after": "1.5" }, undefined],
    [{}, undefined],
  ];
  assert.deepEqual(
    cases.map(([given]) => retryAfterSeconds(new Headers(given))),
    cases.map(([, expected]) => expected),
  );
});
