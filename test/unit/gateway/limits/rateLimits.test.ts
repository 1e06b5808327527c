import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { RateContext, RateLimit } from "../../../../src/gateway/limits/rateLimit.ts";
import { createRateLimits, MOST_COUNTS } from "../../../../src/gateway/limits/rateLimits.ts";
import { bulk, runs } from "../../../support/bulk.ts";

const call = (targetName?: string, tool?: string, claims: RateContext["claims"] = { sub: "ada" }): RateContext => ({
  targetName,
  toolName: targetName === undefined || tool === undefined ? undefined : `${targetName}___${tool}`,
  claims,
});

const limit = (id: string, keys: readonly string[], ...entries: RateLimit["entries"]): RateLimit => ({
  id,
  keys,
  entries,
});
const perSecond = (rate: number) => ({ requests: { rate, period: "second" } }) as const;
const perMinute = (rate: number) => ({ requests: { rate, period: "minute" } }) as const;

/** Which of these calls, all at once, are turned away and by what. */
const decide = (limits: readonly RateLimit[], contexts: readonly RateContext[], now = 0) => {
  const rates = createRateLimits(limits);
  return contexts.map((context) => {
    const answer = rates.take([context], now);
    return answer.kind === "limited" ? answer.limitKey : "passes";
  });
};

const sub = "$.context.jwt.sub";

test("the example of the developer guide: the most specific entry counts, and * is a default with a count for each value", () => {
  const limits = [
    limit(
      "tools",
      ["targetName", "toolName"],
      { dimensions: { targetName: "shop", toolName: "shop___read" }, ...perSecond(2) },
      { dimensions: { targetName: "shop", toolName: "*" }, ...perSecond(1) },
      { dimensions: { targetName: "*", toolName: "*" }, ...perSecond(0) },
    ),
  ];
  assert.deepEqual(
    decide(limits, [
      ...[call("shop", "read"), call("shop", "read"), call("shop", "read")],
      ...[call("shop", "write"), call("shop", "list"), call("shop", "write")],
      ...[call("web", "x"), call(), call("web")],
    ]),
    [
      ...["passes", "passes", "tools/targetName=shop,toolName=shop___read"],
      ...["passes", "passes", "tools/targetName=shop,toolName=shop___write"],
      ...["tools/targetName=web,toolName=web___x", "passes", "passes"],
    ],
  );
});

test("of several limits all have to let a call pass; more keys are asked first, then the lower rate", () => {
  const any = { targetName: "*" };
  const limits = [
    limit("target", ["targetName"], { dimensions: any, ...perSecond(1) }),
    limit("caller", [sub], { dimensions: { [sub]: "*" }, ...perMinute(1) }),
    limit("both", ["targetName", sub], { dimensions: { targetName: "*", [sub]: "*" }, ...perSecond(1) }),
  ];
  assert.deepEqual(
    decide(limits, [call("shop", "a"), call("shop", "a"), call("web", "a"), call("shop", "a", { sub: "eve" })]),
    ["passes", `both/targetName=shop,${sub}=ada`, `caller/${sub}=ada`, "target/targetName=shop"],
  );
});

test("a limit is skipped when a key cannot be resolved, and a claim is a text, a number or true or false", () => {
  const by = (claim: string) =>
    limit(claim, [`$.context.jwt.${claim}`], { dimensions: { [`$.context.jwt.${claim}`]: "*" }, ...perSecond(0) });
  const claims = { a: "x", n: 7, yes: true, list: ["x"], nested: { team: "t" }, "dotted.name": "d", none: null };
  const blocks = (claim: string) => decide([by(claim)], [call("shop", "x", claims)])[0];
  assert.deepEqual(
    [
      "a",
      "n",
      "yes",
      "list",
      "nested",
      "nested.team",
      "dotted.name",
      "none",
      "missing",
      "constructor",
      "__proto__",
    ].map(blocks),
    [
      ...["a/$.context.jwt.a=x", "n/$.context.jwt.n=7", "yes/$.context.jwt.yes=true", "passes", "passes"],
      ...["nested.team/$.context.jwt.nested.team=t", "dotted.name/$.context.jwt.dotted.name=d"],
      ...["passes", "passes", "passes", "passes"],
    ],
  );
  const principal = "$.context.iam.principal";
  assert.deepEqual(
    decide([limit("iam", [principal], { dimensions: { [principal]: "*" }, ...perSecond(0) })], [call("a", "b")]),
    ["passes"],
  );
});

test("whoever is turned away is told when to come again, and may then", () => {
  const rates = createRateLimits([limit("slow", [sub], { dimensions: { [sub]: "*" }, ...perMinute(2) })]);
  const at = (now: number) => {
    const answer = rates.take([call()], now);
    return answer.kind === "limited" ? answer.retryAfter : 0;
  };
  assert.deepEqual([0, 0, 0, 29_000, 30_000, 30_000].map(at), [0, 0, 30, 1, 0, 30]);
});

test("connections are requests under way, and one that is over makes room", () => {
  const rates = createRateLimits([
    limit("open", ["targetName"], { dimensions: { targetName: "*" }, connections: { rate: 2, period: "second" } }),
  ]);
  const first = rates.take([call("shop", "a"), call("shop", "b")], 0);
  const second = rates.take([call("shop", "a")], 0);
  const third = rates.take([call("shop", "a")], 0);
  assert.deepEqual(
    [first.kind, second.kind, third],
    [
      "admitted",
      "admitted",
      { kind: "limited", id: "open", limitKey: "open/targetName=shop", metric: "connections", retryAfter: 1 },
    ],
  );
  if (first.kind === "admitted") first.over();
  if (first.kind === "admitted") first.over();
  assert.deepEqual([rates.take([call("shop")], 0).kind, rates.take([call("shop")], 0).kind], ["admitted", "limited"]);
});

test("what was counted outlives a change of the limits, also of their rates, and is forgotten with a limit", () => {
  const rates = createRateLimits([limit("a", [sub], { dimensions: { [sub]: "*" }, ...perMinute(2) })]);
  const take = () => rates.take([call()], 0).kind;
  const before = [take(), take(), take()];
  rates.configure([limit("a", [sub], { dimensions: { [sub]: "ada" }, ...perMinute(5) }), limit("b", ["toolName"])]);
  const changed = take();
  rates.configure([]);
  rates.configure([limit("a", [sub], { dimensions: { [sub]: "*" }, ...perMinute(2) })]);
  assert.deepEqual(
    { before, changed, anew: take() },
    { before: ["admitted", "admitted", "limited"], changed: "limited", anew: "admitted" },
  );
});

test("callers who make up values do not fill the memory", () => {
  const rates = createRateLimits([limit("a", ["toolName"], { dimensions: { toolName: "*" }, ...perMinute(1) })]);
  for (let at = 0; at <= MOST_COUNTS; at++) rates.take([call("t", String(at))], 0);
  assert.deepEqual(
    [rates.take([call("t", "0")], 0).kind, rates.take([call("t", String(MOST_COUNTS))], 0).kind],
    ["admitted", "limited"],
  );
});

// The rules of the developer guide, said once more and in another way: no index, no buckets, all of the past at hand.

const keys = ["targetName", "toolName", sub, "$.context.jwt.team"] as const;
const values: Readonly<Record<string, readonly string[]>> = {
  targetName: ["shop", "web"],
  toolName: ["shop___a", "shop___b", "web___a"],
  [sub]: ["ada", "eve"],
  "$.context.jwt.team": ["red"],
};

const someLimit = fc
  .tuple(
    fc.shuffledSubarray([...keys], { minLength: 1, maxLength: 3 }),
    fc.array(fc.nat(), { minLength: 1, maxLength: 6 }),
    fc.array(fc.constantFrom(0, 1, 2, 3), { minLength: 6, maxLength: 6 }),
  )
  .map(([chosen, seeds, rates]) => {
    const entries = seeds.map((seed, at) => {
      const stars = seed % (chosen.length + 1);
      const dimensions = Object.fromEntries(
        chosen.map((key, place) => {
          const all = values[key] ?? [];
          return [key, place >= chosen.length - stars ? "*" : (all[(seed >> place) % all.length] ?? "")];
        }),
      );
      return { dimensions, ...perMinute(rates[at] ?? 0) };
    });
    const distinct = new Map(entries.map((entry) => [JSON.stringify(entry.dimensions), entry]));
    return { keys: chosen, entries: [...distinct.values()] };
  });

const someLimits = fc.array(someLimit, { minLength: 1, maxLength: 4 }).map((all) => {
  const distinct = new Map(all.map((one) => [JSON.stringify(one.keys), one]));
  return [...distinct.values()].map((one, at) => limit(`l${at}`, one.keys, ...one.entries));
});

const someCall = fc
  .tuple(
    fc.constantFrom("shop___a", "shop___b", "web___a", undefined),
    fc.constantFrom("ada", "eve", undefined),
    fc.boolean(),
  )
  .map(
    ([toolName, who, red]): RateContext => ({
      toolName,
      targetName: toolName?.split("___")[0],
      claims: { ...(who && { sub: who }), ...(red && { team: "red" }) },
    }),
  );

const resolved = (key: string, { targetName, toolName, claims }: RateContext) =>
  key === "targetName"
    ? targetName
    : key === "toolName"
      ? toolName
      : (claims?.[key.replace("$.context.jwt.", "")] as string | undefined);

/** How specific an entry is for a call: the number of its values that are exact; −1 where it does not match. */
const specificity = (entry: RateLimit["entries"][number], one: RateContext): number => {
  const pairs = Object.entries(entry.dimensions);
  if (
    !pairs.every(([key, value]) => resolved(key, one) !== undefined && (value === "*" || value === resolved(key, one)))
  )
    return -1;
  return pairs.filter(([, value]) => value !== "*").length;
};

function independently(limits: readonly RateLimit[], calls: readonly RateContext[]): readonly string[] {
  const past: RateContext[] = [];
  return calls.map((one) => {
    const applying = limits.flatMap((candidate) => {
      const best = [...candidate.entries].sort((a, b) => specificity(b, one) - specificity(a, one))[0];
      return best && specificity(best, one) >= 0 ? [{ candidate, rate: best.requests?.rate ?? 0 }] : [];
    });
    const used = ({ keys: by }: RateLimit) =>
      past.filter((before) => by.every((key) => resolved(key, before) === resolved(key, one)));
    const full = applying.filter(({ candidate, rate }) => used(candidate).length >= rate);
    const told = full.sort((a, b) => b.candidate.keys.length - a.candidate.keys.length || a.rate - b.rate);
    if (told.length === 0) past.push(one);
    const most = told.filter(
      ({ candidate, rate }) => candidate.keys.length === told[0]?.candidate.keys.length && rate === told[0]?.rate,
    );
    return most.length === 0
      ? "passes"
      : most
          .map(({ candidate }) => candidate.id)
          .sort()
          .join(" or ");
  });
}

test("any calls under any limits are decided as the rules say, stated independently", () => {
  const seen = { passes: 0, limited: 0, several: 0 };
  fc.assert(
    fc.property(someLimits, fc.array(someCall, { minLength: 1, maxLength: 12 }), (limits, calls) => {
      const expected = independently(limits, calls);
      const rates = createRateLimits(limits);
      for (const [at, one] of calls.entries()) {
        const answer = rates.take([one], 0);
        const found = answer.kind === "limited" ? answer.id : "passes";
        const allowed = (expected[at] ?? "").split(" or ");
        assert.equal(allowed.includes(found), true, `call ${at}: ${found}, expected ${expected[at]}`);
        seen[found === "passes" ? "passes" : "limited"]++;
        if (allowed.length > 1) seen.several++;
      }
    }),
    runs(3000),
  );
  assert.equal(seen.passes > bulk(1000) && seen.limited > bulk(1000), true, JSON.stringify(seen));
});

test("without limits everything passes", () => {
  assert.equal(createRateLimits().take([call("shop", "read")], 0).kind, "admitted");
});

test("a request that calls a tool several times counts for each, and is under way once", () => {
  const any = { targetName: "*" };
  const twice = [call("shop", "read"), call("shop", "read")];
  const requests = createRateLimits([limit("r", ["targetName"], { dimensions: any, ...perSecond(3) })]);
  const connections = createRateLimits([
    limit("c", ["targetName"], { dimensions: any, connections: { rate: 1, period: "second" } }),
  ]);
  const once = connections.take(twice, 0);
  const beside = connections.take(twice, 0).kind;
  if (once.kind === "admitted") once.over();
  assert.deepEqual(
    [1, 3, 2, 1].map((calls) => requests.take(Array(calls).fill(call("shop", "read")), 0).kind),
    ["admitted", "limited", "admitted", "limited"],
  );
  assert.deepEqual([once.kind, beside, connections.take(twice, 0).kind], ["admitted", "limited", "admitted"]);
});

test("of two limits the one that lets less through in the same time is told, whatever it counts by", () => {
  const any = { targetName: "*" };
  const limits = [
    limit("second", ["targetName"], { dimensions: any, ...perSecond(1) }),
    limit("minute", ["targetName"], { dimensions: any, ...perMinute(1) }),
  ];
  assert.deepEqual(decide(limits, [call("shop"), call("shop")]), ["passes", "minute/targetName=shop"]);
});

test("whoever calls again is not forgotten for others who came later", () => {
  const rates = createRateLimits([limit("each", [sub], { dimensions: { [sub]: "*" }, ...perMinute(2) })]);
  const passes = (name: string) => rates.take([call("shop", "read", { sub: name })], 0).kind === "admitted";
  passes("ada");
  for (let other = 1; other < MOST_COUNTS; other++) passes(`other ${other}`);
  assert.deepEqual([passes("ada"), passes("one more"), passes("ada")], [true, true, false]);
});
