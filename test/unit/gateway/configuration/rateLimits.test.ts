import assert from "node:assert/strict";
import { test } from "node:test";
import { readConfiguration } from "../../../../src/gateway/configuration/readConfiguration.ts";

const guarded = (rateLimits: unknown) => ({
  authorizerConfiguration: {
    customJWTAuthorizer: {
      discoveryUrl: "https://idp.example/.well-known/openid-configuration",
      allowedAudience: ["api"],
    },
  },
  rateLimits,
});
const read = (value: object) => readConfiguration(JSON.stringify(value), {});
const faults = (value: object) => {
  const result = read(value);
  return result.kind === "good" ? [] : result.faults.map(({ path, problem }) => `${path}: ${problem}`);
};

const sub = "$.context.jwt.sub";
const second = (rate: number) => [{ rate, period: "second" }];

/** As `list-gateway-rate-limits` prints it (developer guide, "Rate limit API examples"; members of the API's model). */
const printed = {
  rateLimitId: "per-user-rpm",
  gatewayIdentifier: "tools-a1b2c3d4e5",
  description: "Requests of each user",
  dimensionKeys: [sub],
  entries: [
    {
      dimensions: { [sub]: "ada" },
      requests: [{ rate: 100, period: "minute" }],
      tokens: [{ rate: 1000, period: "minute" }],
    },
    { dimensions: { [sub]: "*" }, requests: [{ rate: 10, period: "minute" }], connections: second(2) },
  ],
  status: "ACTIVE",
  createdAt: "2026-08-20T03:23:35.123456+00:00",
  updatedAt: "2026-08-20T03:23:40.123456+00:00",
};

test("rate limits are taken as AWS prints them, those that AWS enforces, and what counts at AWS only is named", () => {
  const created = {
    dimensionKeys: ["targetName", sub],
    entries: [{ dimensions: { targetName: "a", [sub]: "*" }, requests: second(0.5) }],
  };
  const role = "$.context.iam.principal";
  const iam = { dimensionKeys: [role], entries: [{ dimensions: { [role]: "*" }, requests: second(1) }] };
  const deleting = {
    ...printed,
    rateLimitId: "old",
    dimensionKeys: ["toolName"],
    entries: [{ dimensions: { toolName: "*" }, requests: second(0) }],
    status: "DELETING",
  };
  const result = read(guarded([printed, created, iam, deleting]));
  assert.deepEqual(
    result.kind === "good" && { limits: result.configuration.options.rateLimits, ignored: result.ignored },
    {
      limits: [
        {
          id: "per-user-rpm",
          keys: [sub],
          entries: [
            {
              dimensions: { [sub]: "ada" },
              requests: { rate: 100, period: "minute" },
              tokens: { rate: 1000, period: "minute" },
            },
            {
              dimensions: { [sub]: "*" },
              requests: { rate: 10, period: "minute" },
              connections: { rate: 2, period: "second" },
            },
          ],
        },
        {
          id: "targetName-jwt.sub",
          keys: ["targetName", sub],
          entries: [{ dimensions: { targetName: "a", [sub]: "*" }, requests: { rate: 0.5, period: "second" } }],
        },
        {
          id: "iam.principal",
          keys: [role],
          entries: [{ dimensions: { [role]: "*" }, requests: { rate: 1, period: "second" } }],
        },
      ],
      ignored: ["rateLimits[0].entries[0].tokens", "rateLimits[2].dimensionKeys[0]", "rateLimits[3].status"],
    },
  );
});

test("what AWS refuses of rate limits is refused, each fault with its place", () => {
  const limit = (more: object) => ({ dimensionKeys: ["targetName", "toolName"], entries: [], ...more });
  const entry = (targetName: string, toolName: string, more: object = { requests: second(1) }) => ({
    ...{ dimensions: { targetName, toolName }, ...more },
  });
  const wrong = [
    limit({ rateLimitId: "a" }),
    limit({ rateLimitId: "same", entries: [entry("*", "x"), entry("a", "*"), entry("a", "*")] }),
    { rateLimitId: "same", dimensionKeys: ["targetName", "toolName"], entries: [entry("a", "b", {})] },
    { dimensionKeys: ["tool", sub, sub], entries: [{ dimensions: { [sub]: "a" }, requests: second(1) }] },
    {
      dimensionKeys: [sub],
      entries: [
        { dimensions: { [sub]: "a", targetName: "b" }, requests: second(1) },
        { dimensions: { targetName: "b" }, tokens: second(1) },
        { dimensions: { [sub]: "b" }, connections: [{ rate: 1, period: "minute" }] },
        {
          dimensions: { [sub]: "c" },
          requests: [
            { rate: -1, period: "hour" },
            { rate: 1, period: "second" },
          ],
        },
      ],
    },
  ];
  const dimensions = (at: number) => `rateLimits[4].entries[${at}].dimensions`;
  assert.deepEqual(faults(guarded(wrong)), [
    "rateLimits[0].entries: must have a value or be left out",
    "rateLimits[0].rateLimitId: expected 2 to 64 letters, digits, -, _ and ., with a letter or digit at each end",
    "rateLimits[1].dimensionKeys: another rate limit has the same keys",
    "rateLimits[1].entries[0].dimensions.toolName: expected *, since targetName before it is *",
    "rateLimits[1].entries[2].dimensions: another entry has the same values",
    "rateLimits[2].rateLimitId: another one is called same",
    "rateLimits[2].dimensionKeys: another rate limit has the same keys",
    "rateLimits[2].entries[0]: expected requests, tokens or connections, found none",
    "rateLimits[3].dimensionKeys[0]: expected targetName, toolName, qualifiedModelId, $.context.iam.principal, $.context.iam.sourceIdentity or $.context.jwt.<claim>",
    `rateLimits[3].dimensionKeys[2]: ${sub} is there twice`,
    `${dimensions(0)}.targetName: expected one of dimensionKeys`,
    `${dimensions(1)}: expected a value for ${sub} too`,
    `${dimensions(1)}.targetName: expected one of dimensionKeys`,
    'rateLimits[4].entries[1].tokens[0].period: expected minute, found "second"',
    'rateLimits[4].entries[2].connections[0].period: expected second, found "minute"',
    "rateLimits[4].entries[3].requests: expected at most 1 values, found 2",
    "rateLimits[4].entries[3].requests[0].rate: expected a number from 0 to 10000000, found -1",
    'rateLimits[4].entries[3].requests[0].period: expected second or minute, found "hour"',
  ]);
  assert.deepEqual(
    faults(guarded(Array.from({ length: 51 }, () => limit({ entries: [entry("*", "*")] })))).slice(0, 1),
    ["rateLimits: expected at most 50 values, found 51"],
  );
});
