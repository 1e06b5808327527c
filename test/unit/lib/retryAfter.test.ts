import assert from "node:assert/strict";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { toldWhenBusy } from "../../../src/gateway/router/busyText.ts";
import type { HttpFetch } from "../../../src/lib/httpPort.ts";
import { busySeconds, retryAfterSeconds } from "../../../src/lib/retryAfter.ts";
import { whenServed } from "../../../src/oauth/tokens/tokenEndpoint.ts";
import { failingWhenBusy } from "../../../src/relay/busyFailure.ts";

const date = "Fri, 27 Nov 2026 04:00:00 GMT";

test("a wait is a number of seconds or a date by the server's own clock, a day at the most, or none", () => {
  const cases: readonly (readonly [given: Readonly<Record<string, string>>, expected: number | undefined])[] = [
    [{ "retry-after": "30" }, 30],
    [{ "retry-after": " 0 " }, 0],
    [{ "retry-after": "1.5" }, 2],
    [{ "retry-after": "999999999999" }, 86_400],
    [{ "retry-after": "Fri, 27 Nov 2026 04:02:00 GMT", date }, 120],
    [{ "retry-after": "Fri, 27 Nov 2026 04:02:00 UTC", date }, 120],
    [{ "retry-after": "Friday, 27-Nov-26 04:02:00 GMT", date }, 120],
    [{ "retry-after": "Fri Nov 27 04:02:00 2026", date: "Fri Nov 27 04:00:00 2026" }, 120],
    [{ "retry-after": "Sat, 28 Nov 2027 04:02:00 GMT", date }, 86_400],
    [{ "retry-after": "Fri, 27 Nov 2026 03:00:00 GMT", date }, 0],
    [{ "retry-after": "soon", date }, undefined],
    [{ "retry-after": "2026-11-27T04:02:00", date }, undefined],
    [{ "retry-after": "Fri, 99 Nov 2026 04:02:00 GMT", date }, undefined],
    [{ "retry-after": "-1", date }, undefined],
    [{ "retry-after": "1, 2", date }, undefined],
    [{}, undefined],
  ];
  assert.deepEqual(
    cases.map(([given]) => retryAfterSeconds(new Headers(given), () => assert.fail("our clock was asked"))),
    cases.map(([, expected]) => expected),
  );
});

test("a date is taken by our clock where the server does not say its own", () => {
  const now = () => Date.parse(date);
  const wait = (others: object) =>
    retryAfterSeconds(new Headers({ "retry-after": "Fri, 27 Nov 2026 04:02:00 GMT", ...others }), now);
  assert.deepEqual([wait({}), wait({ date: "today" })], [120, 120]);
});

test("gateways, targets and identity providers are asked again after the same statuses, which are decided about once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const statuses = Array.from({ length: 200 }, (_, index) => 400 + index);
  const headers = { "retry-after": "1" };
  /** After which statuses somebody is asked a second time. */
  const askedAgain = async (send: (ask: () => Promise<Response>) => Promise<unknown>) => {
    const again = await Promise.all(
      statuses.map(async (status) => {
        let asked = 0;
        await send(async () => (++asked === 1 ? new Response("{}", { status, headers }) : new Response("{}")));
        return asked === 2 ? [status] : [];
      }),
    );
    return again.flat();
  };
  const url = "https://example.com/mcp";
  const all = Promise.all([
    askedAgain((ask) => failingWhenBusy(ask as unknown as HttpFetch)(url)),
    askedAgain((ask) => toldWhenBusy(ask as unknown as HttpFetch)(url)),
    askedAgain((ask) => whenServed(ask, undefined)),
  ]);
  for (let turn = 0; turn < 20; turn++) {
    await setImmediate();
    t.mock.timers.tick(1_000);
  }
  const decided = statuses.filter((status) => busySeconds({ status, headers: new Headers(headers) }) !== undefined);
  assert.deepEqual({ decided, all: await all }, { decided: [429, 503], all: [decided, decided, decided] });
});
