import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { awsTargets } from "../support/awsTargets.ts";
import { connectClient, textOf } from "../support/gatewayCaller.ts";
import { ended, type ProgramWorld, type Ready, withFiles, withProgram } from "../support/gatewayProgram.ts";
import { startGateway as startServer } from "../support/relayGateways.ts";

const arn = "arn:aws:lambda:us-west-2:123456789012:function:intercept";
const configuration = (points: readonly string[], passRequestHeaders = false) => ({
  interceptor: { lambda: { arn } },
  interceptionPoints: points,
  inputConfiguration: { passRequestHeaders },
});

/** Writes a program in the place of the function: `answer` says what becomes of `event`. */
function written({ folder }: ProgramWorld, answer: string, more: object = {}) {
  const script = join(folder, "intercept.mjs");
  writeFileSync(
    script,
    `import { appendFileSync } from "node:fs";
    import { text } from "node:stream/consumers";
    const event = JSON.parse(await text(process.stdin));
    const { gatewayRequest, gatewayResponse } = event.mcp;
    appendFileSync(${JSON.stringify(join(folder, "events"))}, JSON.stringify({ event, argv: process.argv, env: process.env }) + "\\n");
    const mcp = await (async () => { ${answer} })();
    console.log(JSON.stringify({ interceptorOutputVersion: "1.0", mcp }));`,
  );
  return { [arn]: { command: process.execPath, args: [script], ...more } };
}

const call = (location = "x") => ({
  jsonrpc: "2.0",
  id: 5,
  method: "tools/call",
  params: { name: "weather___get_weather", arguments: { location } },
});

const post = async ({ gateways }: Ready, token: string | undefined, message: object) => {
  const response = await fetch(gateways[0]?.url ?? "", {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "x-tenant": "acme",
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify(message),
  });
  return { status: response.status, added: response.headers.get("x-added"), body: await response.text() };
};

const events = (folder: string) =>
  readFileSync(join(folder, "events"), "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

const stubs = { weather___get_weather: { output: { temperature: 1 } } };
const targets = [awsTargets.lambda.target];

test("a program stands in for an interceptor's function: it changes requests and answers, and is told what AWS's is told", () =>
  withFiles(async (world) => {
    const answer = `
      if (gatewayResponse) {
        const body = structuredClone(gatewayResponse.body);
        if (body.result?.tools) body.result.tools = [];
        return { transformedGatewayResponse: { statusCode: 203, headers: { "X-Added": "1" }, body } };
      }
      const body = structuredClone(gatewayRequest.body);
      if (body.params?.arguments?.location === 7) body.params.arguments.location = "seven";
      if (body.params?.arguments?.location === "nowhere")
        return { transformedGatewayResponse: { statusCode: 200, body: { jsonrpc: "2.0", id: body.id, error: { code: -32000, message: "no" } } } };
      return { transformedGatewayRequest: { body } };`;
    const local = { stubs, interceptors: written(world, answer) };
    const both = [configuration(["REQUEST", "RESPONSE"], true)];
    const file = world.write("a.json", { targets, local, interceptorConfigurations: both });
    const token = await world.issuer.token();
    await withProgram(["--config", file], async (ready) => {
      const seven = { ...call(), params: { ...call().params, arguments: { location: 7 } } };
      const [first, list, refused] = [
        await post(ready, token, seven),
        await post(ready, token, { jsonrpc: "2.0", id: 6, method: "tools/list" }),
        await post(ready, token, call("nowhere")),
      ];
      const [request, response] = events(world.folder);
      const { headers } = request.event.mcp.gatewayRequest;
      assert.deepEqual(
        {
          first: [first.status, first.added, JSON.parse(first.body).result.structuredContent],
          list: [list.status, JSON.parse(list.body).result.tools],
          refused: [refused.status, refused.added, JSON.parse(refused.body).error],
          request: {
            ...request.event.mcp,
            gatewayRequest: { ...request.event.mcp.gatewayRequest, headers: undefined },
          },
          headers: [headers["x-tenant"], headers.authorization === `Bearer ${token}`],
          response: [
            response.event.mcp.gatewayResponse.statusCode,
            response.event.mcp.gatewayRequest.body.params.arguments,
          ],
          leaked: events(world.folder).some(({ argv, env }) => JSON.stringify([argv, env]).includes(token)),
        },
        {
          first: [203, "1", { temperature: 1 }],
          list: [203, []],
          refused: [203, "1", { code: -32000, message: "no" }],
          request: {
            rawGatewayRequest: { body: JSON.stringify(seven) },
            gatewayRequest: { path: "/mcp", httpMethod: "POST", headers: undefined, body: seven },
          },
          headers: ["acme", true],
          response: [200, { location: "seven" }],
          leaked: false,
        },
      );
    });
  }));

test("without passRequestHeaders a program is told no headers, and no token", () =>
  withFiles(async (world) => {
    const local = { stubs, interceptors: written(world, "return { transformedGatewayRequest: gatewayRequest };") };
    const file = world.write("a.json", { targets, local, interceptorConfigurations: [configuration(["REQUEST"])] });
    const token = await world.issuer.token();
    await withProgram(["--config", file], async (ready) => {
      const { status } = await post(ready, token, call());
      const [{ event }] = events(world.folder);
      assert.deepEqual(
        [status, event.mcp.gatewayRequest.headers, JSON.stringify(event).includes(token)],
        [200, undefined, false],
      );
    });
  }));

const failing: readonly (readonly [code: string, answer: string, more?: object])[] = [
  ["exit", "throw new Error('not today')"],
  ["notJson", "console.log('hello'); process.exit(0)"],
  ["wrongForm", "return { transformedGatewayRequest: { body: 'x' } }"],
  ["timeout", "await new Promise(() => setInterval(() => {}, 1000))", { timeoutSeconds: 1 }],
  [
    "tooLarge",
    "process.stdout.write('x'.repeat(7 * 1024 * 1024)); await new Promise(() => setInterval(() => {}, 1000))",
  ],
];

for (const [code, answer, more = {}] of failing) {
  test(`an interceptor that fails (${code}) keeps its request out, or lets it pass where the file says so, and is logged`, () =>
    withFiles(async (world) => {
      const seen: unknown[] = [];
      for (const failureMode of [undefined, "FAIL_OPEN"]) {
        const how = { ...more, ...(failureMode && { failureMode }) };
        const local = { stubs, interceptors: written(world, answer, how) };
        const file = world.write("a.json", { targets, local, interceptorConfigurations: [configuration(["REQUEST"])] });
        const token = await world.issuer.token();
        await withProgram(["--config", file], async (ready, started) => {
          const { status, body } = await post(ready, token, call());
          const { error, result } = JSON.parse(body);
          const logged = started.logs.find((line) => line.includes("interceptor failed")) ?? "";
          seen.push([status, error?.code ?? result?.structuredContent, /"code":"(\w+)"/.exec(logged)?.[1]]);
        });
      }
      assert.deepEqual(seen, [
        [500, -32603, code],
        [200, { temperature: 1 }, code],
      ]);
    }));
}

test("a streamed answer passes through event by event: results and questions, and not progress", () =>
  withFiles(async (world) => {
    const server = await startServer("legacy");
    const answer = `
      const body = structuredClone(gatewayResponse.body);
      if (body?.result?.content) body.result.content = [{ type: "text", text: String(gatewayResponse.isStreamingResponse) }];
      return { transformedGatewayResponse: { body } };`;
    const local = { interceptors: written(world, answer) };
    const all = [{ name: "all", http: { url: server.url } }];
    const interactive = { sessionConfiguration: {}, streamingConfiguration: { enableResponseStreaming: true } };
    const file = world.write("a.json", {
      ...{ targets: all, local, interceptorConfigurations: [configuration(["RESPONSE"])] },
      protocolConfiguration: { mcp: interactive },
    });
    const token = await world.issuer.token();
    try {
      await withProgram(["--config", file], async (ready) => {
        const client = await connectClient(ready.gateways[0]?.url ?? "", "2025-11-25", token, (one) =>
          one.setRequestHandler("elicitation/create", async () => ({ action: "accept", content: {} })),
        );
        const asked = textOf(await client.callTool({ name: "all___ask", arguments: {} }));
        await client.close();
        const seen = events(world.folder).flatMap(({ event }) => {
          const { isStreamingResponse, body } = event.mcp.gatewayResponse;
          return isStreamingResponse ? [body.method ?? "a result"] : [];
        });
        assert.deepEqual([asked, seen], ["true", ["elicitation/create", "a result"]]);
      });
    } finally {
      await server.stop();
    }
  }));

test("what AWS refuses of interceptors, and programs for functions that there are not, are told with their places", () =>
  withFiles(async ({ write }) => {
    const twice = [configuration(["REQUEST"]), configuration(["REQUEST", "RESPONSE"])];
    const interceptors = {
      "arn:x": { command: "a" },
      [arn]: { command: "a", failureMode: "OPEN", timeoutSeconds: 901 },
    };
    const file = write("a.json", { interceptorConfigurations: twice, local: { interceptors } });
    const { code, err } = await ended(["--check", "--config", file]);
    assert.deepEqual(
      [
        code,
        err
          .trim()
          .split("\n")
          .map((line) => line.slice(file.length).replace(/^:\d+:\d+: /, "")),
      ],
      [
        3,
        [
          "interceptorConfigurations[1].interceptionPoints: a gateway has one interceptor for REQUEST at most",
          'local.interceptors["arn:x"]: expected the ARN of a function in interceptorConfigurations',
          `local.interceptors["${arn}"].failureMode: expected FAIL_CLOSE or FAIL_OPEN, found "OPEN"`,
          `local.interceptors["${arn}"].timeoutSeconds: expected a number above 0 to 900, found 901`,
        ],
      ],
    );
  }));
