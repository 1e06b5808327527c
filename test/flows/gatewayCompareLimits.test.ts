import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { compareRateLimits } from "../../src/gateway/commandLine/compareRateLimits.ts";
import { rateLimitsOf } from "../../src/gateway/configuration/rateLimitsOf.ts";
import { withGateway } from "../support/gatewayCaller.ts";
import { ended, withFiles } from "../support/gatewayProgram.ts";

const sub = "$.context.jwt.sub";

const perPerson = (more: object, who = "*") => ({
  dimensionKeys: [sub],
  entries: [{ dimensions: { [sub]: who }, requests: [{ rate: 5, period: "minute" as const }], ...more }],
});

const perModel = (rate: number) => ({
  dimensionKeys: ["qualifiedModelId"],
  entries: [{ dimensions: { qualifiedModelId: "*" }, tokens: [{ rate, period: "minute" as const }] }],
});

test("compare tells each rate limit that differs, by name, per and limit, and asks nobody to find it", () =>
  withFiles(async ({ folder, write }) => {
    await withGateway({}, async ({ gateway, issuer }) => {
      const perTool = (rate: number) => ({
        rateLimitId: "tools",
        dimensionKeys: ["toolName", sub],
        entries: [
          { dimensions: { toolName: "a___b", [sub]: "*" }, connections: [{ rate, period: "second" }] },
          { dimensions: { toolName: "*", [sub]: "*" }, requests: [{ rate: 7, period: "second" }] },
          { dimensions: { toolName: "c___d", [sub]: "*" }, tokens: [{ rate: 900 * rate, period: "minute" }] },
        ],
      });
      const file = write(
        "here.json",
        { rateLimits: [perTool(3), perPerson({})] },
        { discoveryUrl: issuer.discoveryUrl },
      );
      const live = join(folder, "live.json");
      const compared = async (rateLimits: unknown, more: object = {}) => {
        writeFileSync(live, JSON.stringify({ rateLimits, ...more }));
        const args = ["compare", "--config", file, gateway.url, "--rate-limits", live, "--json"];
        const { code, out, err } = await ended(args);
        if (!out) return { code, err };
        const found = JSON.parse(out) as { question: string; same: boolean; live?: unknown; here?: unknown }[];
        const limits = found.filter(({ question }) => question.includes(" of "));
        return { code, all: limits.length, differing: limits.filter(({ same }) => !same) };
      };
      const theirs = { ...perPerson({}), rateLimitId: "made-up-by-aws", status: "ACTIVE" };
      assert.deepEqual(await compared([theirs, perTool(3)]), { code: 0, all: 4, differing: [] });
      assert.deepEqual(
        await compared([
          { ...theirs, status: "DELETING" },
          { ...perTool(4), rateLimitId: "others" },
        ]),
        {
          code: 4,
          all: 4,
          differing: [
            {
              question: `connections of toolName a___b, ${sub} *`,
              live: { limit: "others", rate: 4, per: "second" },
              here: { limit: "tools", rate: 3, per: "second" },
              same: false,
            },
            { question: `requests of ${sub} *`, here: { rate: 5, per: "minute" }, same: false },
            {
              question: `requests of toolName *, ${sub} *`,
              live: { limit: "others", rate: 7, per: "second" },
              here: { limit: "tools", rate: 7, per: "second" },
              same: false,
            },
            {
              question: `tokens of toolName c___d, ${sub} *`,
              live: { limit: "others", rate: 3600, per: "minute" },
              here: { limit: "tools", rate: 2700, per: "minute" },
              same: false,
            },
          ],
        },
      );
      for (const [rateLimits, more, words] of [
        [undefined, {}, /rateLimits: expected a list, found nothing/],
        [[], { nextToken: "more" }, /nextToken: expected all limits, found one page/],
        [[{ dimensionKeys: [sub] }], {}, /rateLimits\[0\].*entries/],
      ] as const) {
        const { code, err } = (await compared(rateLimits, more)) as { code: number; err: string };
        assert.equal(code, 1);
        assert.match(err, words);
      }
    });
  }));

test("limits are told apart by whom they are for, and a rate per second is another one than the same per minute", () => {
  const differing = (live: Parameters<typeof rateLimitsOf>[0], here: Parameters<typeof rateLimitsOf>[0]) =>
    compareRateLimits(rateLimitsOf(live), rateLimitsOf(here)).flatMap(({ question, same }) => (same ? [] : [question]));
  const perSecond = perPerson({ requests: [{ rate: 5, period: "second" }] });
  assert.deepEqual(
    {
      none: differing([], []),
      same: differing([perPerson({})], [perPerson({})]),
      period: differing([perSecond], [perPerson({})]),
      person: differing([perPerson({}, "ada")], [perPerson({}, "bob")]),
      metric: differing([perPerson({ connections: [{ rate: 1, period: "second" }] })], [perPerson({})]),
      missingHere: differing([perPerson({})], []),
      tokens: differing([perModel(90)], [perModel(80)]),
      sameTokens: differing([perModel(90)], [perModel(90)]),
      tokensHereAlone: differing([], [perModel(90)]),
    },
    {
      none: [],
      same: [],
      period: [`requests of ${sub} *`],
      person: [`requests of ${sub} ada`, `requests of ${sub} bob`],
      metric: [`connections of ${sub} *`],
      missingHere: [`requests of ${sub} *`],
      tokens: ["tokens of qualifiedModelId *"],
      sameTokens: [],
      tokensHereAlone: ["tokens of qualifiedModelId *"],
    },
  );
});
