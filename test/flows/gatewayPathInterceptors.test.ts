import assert from "node:assert/strict";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { awsTargets } from "../support/awsTargets.ts";
import { type ProgramWorld, type Ready, withFiles, withProgram } from "../support/gatewayProgram.ts";
import { until } from "../support/until.ts";

const arn = "arn:aws:lambda:us-west-2:123456789012:function:intercept";
const configuration = (points: readonly string[], more: object = {}) => ({
  interceptor: { lambda: { arn } },
  interceptionPoints: points,
  inputConfiguration: { passRequestHeaders: false, ...more },
});

/** A program in the place of the function: `answer` says what becomes of a request, or of an answer. */
function written({ folder }: ProgramWorld, answer: string, more: object = {}) {
  const script = join(folder, "intercept.mjs");
  writeFileSync(
    script,
    `import { appendFileSync } from "node:fs";
    import { text } from "node:stream/consumers";
    const event = JSON.parse(await text(process.stdin));
    const { gatewayRequest, gatewayResponse } = event.http;
    const base64 = (value) => Buffer.from(value).toString("base64");
    const plain = (value) => Buffer.from(value, "base64").toString();
    appendFileSync(${JSON.stringify(join(folder, "events"))}, JSON.stringify(event) + "\\n");
    const output = await (async () => { ${answer} })();
    console.log(JSON.stringify({ interceptorOutputVersion: "1.0", ...output }));`,
  );
  return { [arn]: { command: process.execPath, args: [script], ...more } };
}

function events({ folder }: ProgramWorld): readonly { readonly http: Record<string, unknown> }[] {
  const file = join(folder, "events");
  const lines = readFileSync(file, "utf8").trim().split("\n");
  rmSync(file);
  return lines.map((line) => JSON.parse(line));
}

interface Target {
  readonly seen: unknown[];
  readonly target: object;
}

/** An HTTP target that answers as `act` does, and notes what it is asked. */
async function withTarget(
  act: (request: IncomingMessage, response: ServerResponse) => void,
  use: (target: Target) => Promise<void>,
) {
  const seen: unknown[] = [];
  const server = createServer(async (request, response) => {
    const { authorization, "x-added": added, "content-type": type } = request.headers;
    seen.push({ method: request.method, url: request.url, authorization, added, type, body: await text(request) });
    act(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
  const passthrough = { endpoint, protocolType: "MCP" };
  try {
    await use({ seen, target: { name: "direct", targetConfiguration: { http: { passthrough } } } });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const says = (_: IncomingMessage, response: ServerResponse) => {
  response.writeHead(200, { "content-type": "application/json" }).end('{"secret":1}');
};

const ask = async ({ gateways }: Ready, token: string, path = "/direct/a?q=1", method = "POST") => {
  const response = await fetch(new URL(path, gateways[0]?.url), {
    method,
    headers: { authorization: `Bearer ${token}`, "content-type": "text/plain" },
    ...(method === "POST" && { body: "hello" }),
  });
  const [type, added] = ["content-type", "x-added"].map((name) => response.headers.get(name));
  return { status: response.status, type, added, body: await response.text() };
};

test("under a target's own path a program changes request and answer, and is told what AWS's function is told", () =>
  withFiles((world) =>
    withTarget(says, async ({ seen, target }) => {
      const answer = `
        if (gatewayResponse) return { http: { transformedGatewayResponse: {
          statusCode: 203, headers: { "X-Added": "2", "Content-Length": "1" }, body: base64("changed"), contentType: "text/html" } } };
        return { http: { transformedGatewayRequest: {
          headers: { "X-Added": "1", Authorization: "Bearer other", Host: "evil" }, body: base64(plain(gatewayRequest.body) + "!") } } };`;
      const both = [configuration(["REQUEST", "RESPONSE"], { passRequestHeaders: true })];
      const local = { interceptors: written(world, answer) };
      const file = world.write("a.json", { targets: [target], local, interceptorConfigurations: both });
      const token = await world.issuer.token();
      await withProgram(["--config", file], async (ready) => {
        const posted = await ask(ready, token);
        const [request, response] = events(world);
        assert.ok(request);
        const { headers, ...told } = request.http.gatewayRequest as { readonly headers: Record<string, string> };
        const got = await ask(ready, token, "/direct/a", "DELETE");
        const changed = { status: 203, type: "text/html", added: "2", body: "changed" };
        const sent = { authorization: "Bearer other", added: "1" };
        assert.deepEqual(
          { posted, got, seen, told, isTold: headers.authorization === `Bearer ${token}`, response },
          {
            posted: changed,
            got: changed,
            seen: [
              { method: "POST", url: "/base/a", ...sent, type: "text/plain", body: "hello!" },
              { method: "DELETE", url: "/base/a", ...sent, type: "text/plain", body: "" },
            ],
            told: { path: "/direct/a", httpMethod: "POST", body: Buffer.from("hello").toString("base64") },
            isTold: true,
            response: {
              interceptorInputVersion: "1.0",
              http: {
                gatewayRequest: null,
                gatewayResponse: {
                  statusCode: 200,
                  headers: null,
                  body: Buffer.from('{"secret":1}').toString("base64"),
                  contentType: "application/json",
                },
              },
            },
          },
        );
      });
    }),
  ));

test("an answer of the REQUEST interceptor's own is sent at once: no target is asked, and no RESPONSE interceptor", () =>
  withFiles((world) =>
    withTarget(says, async ({ seen, target }) => {
      const answer = `return gatewayRequest.path.endsWith("/no") ? { http: { transformedGatewayResponse: {
        statusCode: 403, contentType: "application/json", body: base64('{"error":"no"}') } } } : { http: {} };`;
      const both = [configuration(["REQUEST", "RESPONSE"])];
      const local = { interceptors: written(world, answer) };
      const targets = [target, awsTargets.runtime.target];
      const file = world.write("a.json", { targets, local, interceptorConfigurations: both });
      const token = await world.issuer.token();
      await withProgram(["--config", file], async (ready) => {
        const asked = async (path: string) => {
          const { status, body } = await ask(ready, token, path);
          return [status, body.slice(0, 20), events(world).length];
        };
        assert.deepEqual(
          [await asked("/direct/no"), await asked("/assistant/no"), await asked("/assistant/invocations")],
          [
            [403, '{"error":"no"}', 1],
            [403, '{"error":"no"}', 1],
            [501, '{"message":"assistan', 1],
          ],
        );
        assert.deepEqual(seen, []);
      });
    }),
  ));

test("with payloadFilter a program gets no body of an answer, and null leaves it as it is", () =>
  withFiles((world) =>
    withTarget(says, async ({ target }) => {
      const answer =
        'return { http: { transformedGatewayResponse: { statusCode: null, body: null, headers: { "X-Added": String(gatewayResponse.body) } } } };';
      const filtered = [configuration(["RESPONSE"], { payloadFilter: { exclude: [{ field: "RESPONSE_BODY" }] } })];
      const local = { interceptors: written(world, answer) };
      const file = world.write("a.json", { targets: [target], local, interceptorConfigurations: filtered });
      await withProgram(["--config", file], async (ready) => {
        const found = await ask(ready, await world.issuer.token());
        assert.deepEqual(found, { status: 200, type: "application/json", added: "null", body: '{"secret":1}' });
      });
    }),
  ));

test("of a stream nobody is asked, as at AWS, and a caller who leaves ends it at the target", () => {
  let open = 0;
  const streams = (_: IncomingMessage, response: ServerResponse) => {
    open++;
    response.on("close", () => open--);
    response.writeHead(200, { "content-type": "text/event-stream" }).write("data: 1\n\n");
  };
  return withFiles((world) =>
    withTarget(streams, async ({ target }) => {
      const local = { interceptors: written(world, "return { http: {} };") };
      const file = world.write("a.json", {
        ...{ targets: [target], local, interceptorConfigurations: [configuration(["RESPONSE"])] },
      });
      await withProgram(["--config", file], async (ready) => {
        const leaving = new AbortController();
        const response = await fetch(new URL("/direct/a", ready.gateways[0]?.url), {
          headers: { authorization: `Bearer ${await world.issuer.token()}` },
          signal: leaving.signal,
        });
        const reader = response.body?.getReader();
        const { value } = (await reader?.read()) ?? {};
        assert.equal(new TextDecoder().decode(value), "data: 1\n\n");
        assert.equal(open, 1);
        assert.throws(() => events(world), { code: "ENOENT" });
        leaving.abort();
        await until(() => open === 0, "the end of the stream at the target");
      });
    }),
  );
});

const wrong: Readonly<Record<string, string>> = {
  "a body that is no base64": '{ http: { transformedGatewayRequest: { body: "{}" } } }',
  "a body that is JSON": "{ http: { transformedGatewayRequest: { body: { a: 1 } } } }",
  "a status that is none": "{ http: { transformedGatewayResponse: { statusCode: 99 } } }",
  "a header that is no text": '{ http: { transformedGatewayResponse: { headers: { "x-a": 1 } } } }',
  "a header with a line break": '{ http: { transformedGatewayRequest: { headers: { "x-a": "b\\nc" } } } }',
  "a content type that is no text": "{ http: { transformedGatewayResponse: { contentType: 7 } } }",
  "the form of MCP": "{ mcp: { transformedGatewayRequest: { body: {} } } }",
  "another version": '{ interceptorOutputVersion: "2.0", http: {} }',
  nothing: "{}",
};

test("a program that answers wrongly keeps its request out, or lets it pass where the file says so, with a reason", () =>
  withFiles((world) =>
    withTarget(says, async ({ seen, target }) => {
      const found: Record<string, unknown> = {};
      const token = await world.issuer.token();
      for (const failureMode of ["FAIL_CLOSE", "FAIL_OPEN"]) {
        const local = { interceptors: written(world, `return ${Object.values(wrong)[0]};`, { failureMode }) };
        const file = world.write("a.json", {
          ...{ targets: [target], local, interceptorConfigurations: [configuration(["REQUEST"])] },
        });
        await withProgram(["--config", file], async (ready, { logs }) => {
          for (const [name, output] of Object.entries(wrong)) {
            written(world, `return ${output};`);
            const { status } = await ask(ready, token);
            const [, reason] = /"code":"wrongForm","error":"([^"]*)/.exec(logs.at(-1) ?? "") ?? [];
            found[`${name}, ${failureMode}`] = [status, reason !== undefined && reason.length > 0];
          }
        });
      }
      const expected = Object.keys(wrong).flatMap((name) => [
        [`${name}, FAIL_CLOSE`, [500, true]],
        [`${name}, FAIL_OPEN`, [200, true]],
      ]);
      assert.deepEqual(found, Object.fromEntries(expected));
      assert.equal(seen.length, Object.keys(wrong).length);
    }),
  ));
