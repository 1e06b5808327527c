import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { awsTargets } from "../support/awsTargets.ts";
import { ended, jsonLine, type Ready, withFiles, withProgram } from "../support/gatewayProgram.ts";
import { startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";

const sub = "$.context.jwt.sub";
const perCaller = (rate: number) => ({
  rateLimitId: "per-caller",
  dimensionKeys: ["toolName", sub],
  entries: [{ dimensions: { toolName: "*", [sub]: "*" }, requests: [{ rate, period: "minute" }] }],
});
const local = {
  stubs: { weather___get_weather: { output: { temperature: 1 } } },
  auditFile: "audit.jsonl",
  metrics: true,
};
const url = ({ gateways }: Ready) => gateways[0]?.url ?? "";

const post = async (address: string | URL, token: string | undefined, message: object) => {
  const response = await fetch(address, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(message),
  });
  return { status: response.status, retry: response.headers.get("retry-after"), body: await response.json() };
};

const call = {
  jsonrpc: "2.0",
  id: 5,
  method: "tools/call",
  params: { name: "weather___get_weather", arguments: { location: "x" } },
};

test("whoever comes too often gets AWS's answer, in the audit and the figures too, and a new file forgets no count", () =>
  withFiles(async ({ issuer, folder, write }) => {
    const targets = [awsTargets.lambda.target];
    const file = write("a.json", { targets, local, rateLimits: [perCaller(2)] });
    await withProgram(["--config", file], async (ready, started) => {
      const [ada, eve] = [await issuer.token({ sub: "ada" }), await issuer.token({ sub: "eve" })];
      const statuses = async (...tokens: string[]) => {
        const seen = [];
        for (const token of tokens) seen.push((await post(url(ready), token, call)).status);
        return seen;
      };
      const first = await statuses(ada, ada, ada, eve);
      const refused = await post(url(ready), ada, call);
      const list = await post(url(ready), ada, { jsonrpc: "2.0", id: 6, method: "tools/list" });
      write("a.json", { targets, local, rateLimits: [{ ...perCaller(2), description: "changed" }] });
      await started.line(jsonLine("reloaded"), "the file was not read again");
      const after = await statuses(ada, eve);
      const figures = await (await fetch(new URL("/metrics", url(ready)))).text();
      const audited = () =>
        readFileSync(join(folder, "audit.jsonl"), "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))
          .filter(({ additionalEventData }) => additionalEventData.rateLimit);
      await until(() => audited().length === 3, "the audit");
      const { retryAfter, ...data } = refused.body.error.data;
      assert.deepEqual(
        {
          first,
          refused: { ...refused, body: { ...refused.body, error: { ...refused.body.error, data } } },
          waits: retryAfter > 0 && retryAfter <= 30,
          list: list.status,
          after,
          figure: /^gateway_rate_limited_total\{rate_limit="per-caller",metric="requests"\} (\d+)$/m.exec(figures)?.[1],
          audited: audited().map(({ errorCode, additionalEventData }) => [errorCode, additionalEventData.rateLimit]),
        },
        {
          first: [200, 200, 429, 200],
          refused: {
            status: 429,
            retry: null,
            body: {
              jsonrpc: "2.0",
              id: 5,
              error: {
                code: -32003,
                message: "Rate limit exceeded",
                data: { limitKey: `per-caller/toolName=weather___get_weather,${sub}=ada`, metric: "requests" },
              },
            },
          },
          waits: true,
          list: 200,
          after: [429, 200],
          figure: "3",
          audited: Array.from({ length: 3 }, () => ["ThrottlingException", { id: "per-caller", metric: "requests" }]),
        },
      );
    });
  }));

test("a target with a path of its own gets the answer of HTTP targets, and a rate of 0 blocks it", () =>
  withFiles(async ({ write }) => {
    const rateLimits = [
      {
        rateLimitId: "stop",
        dimensionKeys: ["targetName"],
        entries: [{ dimensions: { targetName: "partner" }, requests: [{ rate: 0, period: "second" }] }],
      },
    ];
    const file = write("a.json", { authorizerType: "NONE", targets: [awsTargets.agent.target], rateLimits }, null);
    await withProgram(["--config", file], async (ready) => {
      assert.deepEqual(await post(new URL("/partner/x", url(ready)), undefined, {}), {
        status: 429,
        retry: null,
        body: {
          error: "Rate limit exceeded",
          success: false,
          limitKey: "stop/targetName=partner",
          metric: "requests",
          retryAfter: 60,
        },
      });
    });
  }));

test("the program for editors waits as long as the local gateway says, and the call succeeds", () =>
  withFiles(async ({ folder, write }) => {
    const rateLimits = [
      {
        rateLimitId: "slow",
        dimensionKeys: ["toolName"],
        entries: [{ dimensions: { toolName: "*" }, requests: [{ rate: 1, period: "second" }] }],
      },
    ];
    const targets = [awsTargets.lambda.target];
    const file = write("a.json", { authorizerType: "NONE", targets, local, rateLimits }, null);
    await withProgram(["--config", file], (ready) =>
      withComputer({}, async (computer) => {
        const standalone = await startStandalone([url(ready)], computer.env);
        try {
          const answers = await Promise.all(
            [1, 2].map(() => standalone.call("weather___get_weather", { location: "x" })),
          );
          const refused = () =>
            readFileSync(join(folder, "audit.jsonl"), "utf8").match(/"statusCode":429/g)?.length ?? 0;
          assert.deepEqual([answers, refused() > 0], [['{"temperature":1}', '{"temperature":1}'], true]);
        } finally {
          await standalone.close();
        }
      }),
    );
  }));

test("what AWS refuses of rate limits is told with line and column", () =>
  withFiles(async ({ write }) => {
    const file = write("a.json", { rateLimits: [{ ...perCaller(1), dimensionKeys: ["toolName"] }] });
    const { code, err } = await ended(["--check", "--config", file]);
    const place = `rateLimits[0].entries[0].dimensions["${sub}"]: expected one of dimensionKeys`;
    assert.deepEqual(
      [
        code,
        err
          .trim()
          .slice(file.length)
          .replace(/^:\d+:\d+: /, ""),
      ],
      [3, place],
    );
    assert.match(err, /:\d+:\d+: /);
  }));
