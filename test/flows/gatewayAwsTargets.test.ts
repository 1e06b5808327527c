import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { allAwsTargets, awsTargets, orderYaml } from "../support/awsTargets.ts";
import { connectClient, textOf, versions } from "../support/gatewayCaller.ts";
import { ended, withFiles, withProgram } from "../support/gatewayProgram.ts";
import { startGateway as startServer } from "../support/relayGateways.ts";
import { until } from "../support/until.ts";

const gatewayUrl = (ready: { readonly gateways: readonly { readonly url: string }[] }) => ready.gateways[0]?.url ?? "";

test("check and compare take a file with every kind of target, and say what runs at AWS only", () =>
  withFiles(async ({ issuer, write }) => {
    const file = write("a.json", { targets: allAwsTargets });
    const token = await issuer.token();
    const checked = await ended(["--check", "--config", file]);
    const explained = await ended(["explain", "--config", file, "--token", "-"], token);
    await withProgram(["--config", file], async (ready) => {
      const compared = await ended(["compare", "--config", file, gatewayUrl(ready), "--token", "-"], token);
      assert.deepEqual(
        {
          codes: [checked.code, explained.code, compared.code],
          said: /^.*: not run here: .*$/m.exec(checked.err)?.[0].slice(file.length),
          ready: ready.gateways[0]?.notRun[0],
          count: ready.gateways[0]?.notRun.length,
          differs: compared.out.match(/^DIFFERS/gm),
        },
        {
          codes: [0, 0, 0],
          said: ": not run here: weather (mcp.lambda): its tools are listed and answer with stubs",
          ready: "weather (mcp.lambda): its tools are listed and answer with stubs",
          count: 11,
          differs: null,
        },
      );
    });
  }));

test("a description in YAML is read beside the file and in it, and what is wrong in it is told where it stands", () =>
  withFiles(async ({ write, folder }) => {
    const openApi = (openApiSchema: object) => ({ mcp: { openApiSchema } });
    const s3 = { uri: "s3://bucket/orders.yaml" };
    const checked = async (yaml: string) => {
      writeFileSync(join(folder, "orders.yaml"), yaml);
      const targets = [
        { name: "beside", targetConfiguration: openApi({ s3 }) },
        { name: "inline", targetConfiguration: openApi({ inlinePayload: orderYaml }) },
      ];
      const file = write("yaml.json", { targets, local: { schemas: { beside: "orders.yaml" } } });
      const { code, err } = await ended(["--check", "--config", file]);
      return {
        code,
        faults: err.match(/^.*orders\.yaml:.*$/gm)?.map((line) => line.slice(line.indexOf("orders.yaml"))),
      };
    };
    assert.deepEqual(
      [
        await checked(orderYaml),
        await checked(orderYaml.replace("operationId: getOrder", "operationid: getOrder")),
        await checked(orderYaml.replace("  /orders:\n", "\t/orders:\n")),
      ],
      [
        { code: 0, faults: undefined },
        { code: 3, faults: ["orders.yaml:8:5: GET /orders/{id} has no operationId"] },
        { code: 3, faults: ["orders.yaml:13:1: this is not YAML: tabs are not allowed as indentation"] },
      ],
    );
  }));

for (const version of versions) {
  test(`${version}: tools that run at AWS only are listed, and answer what the file has for them or that they do not run`, () =>
    withFiles(async ({ issuer, write }) => {
      const stubs = {
        weather___get_weather: { output: { temperature: 21.5 } },
        orders___getOrder: { output: "order 7" },
        orders___deleteOrder: { error: "No such order" },
      };
      const file = write("a.json", { targets: allAwsTargets, local: { stubs } });
      await withProgram(["--config", file], async (ready) => {
        const client = await connectClient(gatewayUrl(ready), version, await issuer.token());
        const call = async (name: string, args: Record<string, unknown> = {}) => {
          const { content, structuredContent, isError } = await client.callTool({ name, arguments: args });
          return [textOf({ content }), structuredContent, isError];
        };
        const { tools } = await client.listTools();
        const seen = {
          listed: tools.map(({ name }) => name),
          weather: await call("weather___get_weather", { location: "seattle" }),
          wrong: await call("weather___get_weather", { location: 1 }),
          missing: await call("weather___get_weather"),
          order: await call("orders___getOrder", { id: "7" }),
          failed: await call("orders___deleteOrder", { id: "7" }),
          search: (await call("web___WebSearch", { query: "x" })).slice(1),
          says: (await call("web___WebSearch", { query: "x" }))[0],
          unknown: await client.callTool({ name: "web___Other" }).catch(({ code }) => code),
        };
        await client.close();
        assert.deepEqual(seen, {
          listed: Object.values(awsTargets).flatMap(({ tools }) => [...tools]),
          weather: ['{"temperature":21.5}', { temperature: 21.5 }, false],
          wrong: [
            'The arguments do not fit: arguments.location: Instance type "number" is invalid. Expected "string".',
            undefined,
            true,
          ],
          missing: [
            'The arguments do not fit: arguments: Instance does not have required property "location".',
            undefined,
            true,
          ],
          order: ["order 7", undefined, false],
          failed: ["No such order", undefined, true],
          search: [undefined, true],
          says: "web___WebSearch is a tool of a target of the kind mcp.connector, which only Amazon Bedrock AgentCore Gateway can call. It does not run in this local gateway: give it an answer in local.stubs of the gateway's file.",
          unknown: -32602,
        });
      });
    }));

  test(`${version}: a client speaks with an MCP server under its own path, and with no other's tools`, () =>
    withFiles(async ({ issuer, write }) => {
      const authorizations = new Set<string | null>();
      const server = await startServer(version === "2025-11-25" ? "legacy" : "modern", 0, ({ headers }) => {
        authorizations.add(headers.get("authorization"));
        return undefined;
      });
      const { pathname, origin } = new URL(server.url);
      const passthrough = { endpoint: origin, protocolType: "MCP" };
      const target = { name: "direct", targetConfiguration: { http: { passthrough } } };
      const file = write("a.json", { targets: [target, awsTargets.lambda.target] });
      try {
        await withProgram(["--config", file], async (ready) => {
          const url = new URL(`/direct${pathname}`, gatewayUrl(ready)).href;
          const client = await connectClient(url, version, await issuer.token());
          const { tools } = await client.listTools();
          const echoed = textOf(await client.callTool({ name: "echo", arguments: { n: 1 } }));
          const progress: unknown[] = [];
          await client.callTool({ name: "log" }, { onprogress: (one) => progress.push(one) }).catch(() => {});
          await client.close();
          const refused = await fetch(url, { method: "POST", body: "{}" });
          assert.deepEqual(
            {
              echoed,
              hasEcho: tools.some(({ name }) => name === "echo"),
              hasOthers: tools.some(({ name }) => name.includes("___")),
              refused: [refused.status, /resource_metadata/.test(refused.headers.get("www-authenticate") ?? "")],
              authorizations: [...authorizations],
            },
            { echoed: '{"n":1}', hasEcho: true, hasOthers: false, refused: [401, true], authorizations: [null] },
          );
        });
      } finally {
        await server.stop();
      }
    }));
}

interface Seen {
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

test("a target with a path of its own gets the headers and parameters that it may have, and nothing else", () =>
  withFiles(async ({ issuer, write, folder }) => {
    const seen: Seen[] = [];
    const server = createServer(async (request, response) => {
      const kept = Object.entries(request.headers).filter(([name]) => /^(x-|auth|cookie|mcp|user-agent$)/.test(name));
      seen.push({ url: request.url, headers: Object.fromEntries(kept) as Seen["headers"], body: await text(request) });
      const headers = { "content-type": "application/json", "x-trace": "t", "x-hidden": "h", "set-cookie": "c=1" };
      response.writeHead(200, headers).end("{}");
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/base`;
    const target = (name: string, passthrough: object, more: object = {}) => ({
      ...{
        name,
        targetConfiguration: { http: { passthrough: { endpoint, protocolType: "MCP", ...passthrough } } },
        ...more,
      },
    });
    const metadataConfiguration = {
      allowedRequestHeaders: ["X-Tenant"],
      allowedResponseHeaders: ["X-Trace"],
      allowedQueryParameters: ["q", "version"],
    };
    const fixed = { staticQueryParameterConflictResolution: "STATIC_OVERRIDE" };
    const staticQueryParameters = { version: "1", key: "s" };
    const apiKeyCredentialProvider = {
      providerArn: "arn:aws:acps:us-west-2:123456789012:k",
      credentialParameterName: "X-Key",
    };
    const key = [{ credentialProviderType: "API_KEY", credentialProvider: { apiKeyCredentialProvider } }];
    const passed = [{ credentialProviderType: "JWT_PASSTHROUGH" }];
    const targets = [
      target("plain", {}),
      target(
        "allowed",
        { staticQueryParameters, ...fixed },
        { metadataConfiguration, credentialProviderConfigurations: key },
      ),
      // Whoever says nothing of conflicts gets CLIENT_OVERRIDE (PassthroughTargetConfiguration of the API).
      target("token", { staticQueryParameters }, { metadataConfiguration, credentialProviderConfigurations: passed }),
      awsTargets.runtime.target,
    ];
    const local = { credentials: { allowed: { apiKey: "${env:SHOP_KEY}" } }, auditFile: "audit.jsonl" };
    const file = write("a.json", { targets, local });
    const token = await issuer.token();
    const environment = { SHOP_KEY: "k1" };
    try {
      await withProgram(
        ["--config", file],
        async (ready) => {
          const ask = async (path: string, method = "POST") => {
            const response = await fetch(new URL(path, gatewayUrl(ready)), {
              method,
              headers: {
                authorization: `Bearer ${token}`,
                "content-type": "application/json",
                "x-tenant": "acme",
                "x-other": "o",
                cookie: "a=b",
                "mcp-session-id": "s1",
              },
              ...(method === "POST" && { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }),
            });
            const told = ["x-trace", "x-hidden", "set-cookie"].filter((name) => response.headers.has(name));
            return [response.status, told, (await response.text()).slice(0, 42)];
          };
          const answers = [
            await ask("/plain/mcp?q=1"),
            await ask("/allowed/a/b?q=1&q=2&version=9&other=3"),
            await ask("/token?version=9"),
            await ask("/token/x", "DELETE"),
            await ask("/assistant/invocations"),
            await ask("/nobody/mcp"),
          ];
          const mcp = { "mcp-session-id": "s1" };
          const call = '{"jsonrpc":"2.0","id":1,"method":"ping"}';
          const authorization = `Bearer ${token}`;
          assert.deepEqual(
            {
              answers,
              seen: seen.map(({ headers: { "user-agent": _, ...headers }, ...one }) => ({ ...one, headers })),
            },
            {
              answers: [
                [200, [], "{}"],
                [200, ["x-trace"], "{}"],
                [200, ["x-trace"], "{}"],
                [200, ["x-trace"], "{}"],
                [501, [], '{"message":"assistant is a target of the k'],
                [404, [], "<UnknownOperationException/>"],
              ],
              seen: [
                { url: "/base/mcp", body: call, headers: mcp },
                {
                  url: "/base/a/b?q=1&q=2&version=1&key=s",
                  body: call,
                  headers: { ...mcp, "x-tenant": "acme", "x-key": "k1" },
                },
                { url: "/base?version=9&key=s", body: call, headers: { ...mcp, "x-tenant": "acme", authorization } },
                { url: "/base/x?version=1&key=s", body: "", headers: { ...mcp, "x-tenant": "acme", authorization } },
              ],
            },
          );
          const lines = () => readFileSync(`${folder}/audit.jsonl`, "utf8").trim().split("\n");
          await until(() => lines().length >= answers.length, "the audit");
          const audit = lines();
          assert.deepEqual(
            audit.map((line) => JSON.parse(line).additionalEventData.targetId),
            ["plain", "allowed", "token", "token", "assistant", undefined],
          );
          assert.equal(audit.join().includes(token), false);
        },
        environment,
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  }));

test("a target with a path of its own that does not answer is an error, told in the log without its key", () =>
  withFiles(async ({ issuer, write }) => {
    const passthrough = { endpoint: "http://127.0.0.1:1", protocolType: "MCP" };
    const file = write("a.json", { targets: [{ name: "gone", targetConfiguration: { http: { passthrough } } }] });
    await withProgram(["--config", file], async (ready, started) => {
      const response = await fetch(new URL("/gone/mcp", gatewayUrl(ready)), {
        method: "POST",
        headers: { authorization: `Bearer ${await issuer.token()}`, "content-type": "application/json" },
        body: '{"jsonrpc":"2.0","id":3,"method":"ping"}',
      });
      const error = { code: -32603, message: "An internal error occurred. Please retry later." };
      assert.deepEqual([response.status, await response.json()], [502, { jsonrpc: "2.0", id: 3, error }]);
      const told = /target failed \{"target":"gone","method":"ping","error":"ECONNREFUSED"\}/;
      await until(() => told.test(started.logs.join("\n")), "the line of the log");
    });
  }));
