import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { ended, withFiles, withProgram } from "../support/gatewayProgram.ts";
import { until } from "../support/until.ts";
import { startWebServer } from "../support/webServer.ts";

const gatewayArn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/shop-abcdefghij";
const resource = `resource == AgentCore::Gateway::"${gatewayArn}"`;
const action = (name: string) => `AgentCore::Action::"${name}"`;
const permit = (name: string, when = "true") =>
  `permit(principal is AgentCore::OAuthUser, action == ${action(name)}, ${resource}) when { ${when} };`;
const isClerk = 'principal.hasTag("role") && principal.getTag("role") == "clerk"';

const agent = `openapi: 3.0.3
info: { title: Agent, version: "1" }
paths:
  /invocations:
    post:
      requestBody:
        content:
          application/json:
            schema: { type: object, properties: { prompt: { type: string }, most: { type: integer } }, required: [prompt] }
  /orders/{id}:
    get: { operationId: order }
`;

const source = (inlinePayload: string) => ({ schema: { source: { inlinePayload } } });
const arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/agent-abcdefghij";
const runtime = { name: "agent", targetConfiguration: { http: { agentcoreRuntime: { arn, ...source(agent) } } } };
const models = {
  name: "models",
  targetConfiguration: { inference: { provider: { endpoint: "https://models.example" } } },
};

const policies = {
  read: permit("direct___POST:/a", isClerk),
  ask: permit("agent___POST:/invocations", 'context.input.prompt like "*please*"'),
  orders: permit("agent___GET:/orders/{id}"),
  small: permit("models___POST:/v1/messages", 'context.input.model == "small"'),
  // Requests are no tools, so that this is about none of them.
  tools: `permit(principal, action in ${action("CallTool")}, ${resource});`,
  never: `forbid(principal, action in ${action("direct")}, ${resource}) when { principal.hasTag("banned") };`,
};

const written = (all: Readonly<Record<string, string>>) =>
  Object.entries(all).map(([name, statement]) => ({ name, definition: { cedar: { statement } } }));

const denial = "Request Denied: Gateway Target request not allowed due to policy enforcement";
const none = `${denial} [No policy applies to the request (denied by default).]`;

/** A gateway's file with a server behind `direct`, and how often that was asked. */
async function withTargets(use: (targets: readonly object[], asked: () => readonly string[]) => Promise<void>) {
  const asked: string[] = [];
  const { origin, stop } = await startWebServer((request) => {
    asked.push(`${request.method} ${request.url.slice(origin.length)}`);
    return Response.json({});
  });
  const passthrough = { endpoint: origin, protocolType: "MCP" };
  try {
    const direct = { name: "direct", targetConfiguration: { http: { passthrough } } };
    await use([direct, runtime, models], () => asked);
  } finally {
    await stop();
  }
}

for (const mode of ["ENFORCE", "LOG_ONLY"]) {
  test(`${mode}: a request under a target's own path is asked about by its method, its path and its body`, () =>
    withFiles(({ issuer, write, folder }) =>
      withTargets(async (targets, asked) => {
        const file = write("a.json", {
          ...{ gatewayArn, targets, policies: written(policies), policyEngineConfiguration: { mode } },
          local: { auditFile: "audit.jsonl" },
        });
        await withProgram(["--config", file], async ({ gateways }) => {
          const ask = async (
            method: string,
            path: string,
            body?: object | string,
            claims: Readonly<Record<string, unknown>> = {},
          ) => {
            const response = await fetch(new URL(path, gateways[0]?.url), {
              method,
              headers: { authorization: `Bearer ${await issuer.token(claims)}`, "content-type": "application/json" },
              ...(body !== undefined && { body: typeof body === "string" ? body : JSON.stringify(body) }),
            });
            const said = (await response.json()) as { readonly error?: unknown; readonly message?: string };
            return [response.status, said.message?.replace(/ is a target.*/, "") ?? said.error ?? "passed"];
          };
          const prompt = "more, please";
          const clerk = { role: "clerk" };
          const found = {
            clerk: await ask("POST", "/direct/a?b=c", {}, clerk),
            anyone: await ask("POST", "/direct/a", {}),
            otherSpelling: await ask("POST", "/direct/%61", {}, clerk),
            otherPath: await ask("POST", "/direct/a/b", {}, clerk),
            otherMethod: await ask("DELETE", "/direct/a", undefined, clerk),
            asked: await ask("POST", "/agent/invocations", { prompt, most: 1, other: { x: 1 } }),
            impolite: await ask("POST", "/agent/invocations", { prompt: "more" }),
            mistyped: await ask("POST", "/agent/invocations", { prompt, most: "1" }),
            noJson: await ask("POST", "/agent/invocations", "hello"),
            order: await ask("GET", "/agent/orders/7"),
            undeclared: await ask("GET", "/agent/other"),
            small: await ask("POST", "/models/v1/messages", { model: "small", messages: [{ role: "user" }] }),
            large: await ask("POST", "/models/v1/messages", { model: "large" }),
          };
          const misfit = (problem: string) => [
            403,
            `${denial} [The arguments do not fit the tool's schema: ${problem}]`,
          ];
          const enforced: typeof found = {
            clerk: [200, "passed"],
            anyone: [403, none],
            otherSpelling: [200, "passed"],
            otherPath: [403, none],
            otherMethod: [403, none],
            asked: [501, "agent"],
            impolite: [403, none],
            mistyped: misfit("most: expected a whole number, found a text"),
            noJson: misfit("prompt is missing"),
            order: [501, "agent"],
            undeclared: misfit("the schema of agent has no GET:/other"),
            small: [501, "models"],
            large: [403, { type: "permission_error", message: none }],
          };
          const open = Object.fromEntries(
            Object.keys(found).map((name) => [name, /^(clerk|any|other)/.test(name) ? [200, "passed"] : undefined]),
          );
          for (const name of Object.keys(found) as (keyof typeof found)[]) {
            const expected =
              mode === "ENFORCE" ? enforced[name] : (open[name] ?? [501, enforced[name] && found[name][1]]);
            assert.deepEqual(found[name], expected, name);
          }
          const audit = () => readFileSync(`${folder}/audit.jsonl`, "utf8").trim().split("\n");
          await until(() => audit().length >= 2, "the audit");
          const records = audit().map((line) => JSON.parse(line).additionalEventData.policy);
          assert.deepEqual(records.slice(0, 2), [
            { mode, decision: "allow", policies: ["read"] },
            { mode, decision: "deny", policies: [] },
          ]);
          if (mode === "ENFORCE") assert.deepEqual(asked(), ["POST /a", "POST /%61"]);
          const banned = await ask("POST", "/direct/a", {}, { ...clerk, banned: "yes" });
          assert.equal(banned[0], mode === "ENFORCE" ? 403 : 200);
          if (mode === "ENFORCE") assert.match(String(banned[1]), /\[Policy evaluation denied due to never-\w{10}\]$/);
        });
      }),
    ));
}

test("policies that no request can meet are told where they stand, and explain says what is decided about one", () =>
  withFiles(({ issuer, write }) =>
    withTargets(async (targets) => {
      const wrong = {
        nowhere: permit("agent___POST:/nope"),
        unread: permit("agent___POST:/invocations", 'context.input.other == "x"'),
        blind: permit("direct___POST:/a", 'context.input.x == "x"'),
      };
      const engine = { gatewayArn, targets, policyEngineConfiguration: { mode: "ENFORCE" } };
      const faulty = write("wrong.json", { ...engine, policies: written(wrong) });
      const checked = await ended(["--check", "--config", faulty]);
      const lines = checked.err
        .trim()
        .split("\n")
        .filter((line) => /:\d+:\d+: policies/.test(line))
        .map((line) => line.replace(/^.*:\d+:\d+: (policies\[\d\])[^:]*: (.{40}).*$/, "$1 $2"));
      const good = write("good.json", { ...engine, policies: written(policies) });
      const token = await issuer.token();
      const told = async (mode: string) => {
        const file = write("told.json", {
          ...engine,
          policyEngineConfiguration: { mode },
          policies: written(policies),
        });
        const asked = ["--tool", "direct___DELETE:/a", "--arguments", "{}"];
        const { out } = await ended(["explain", "--config", file, "--token", "-", ...asked], token);
        return out.split("\n").filter((line) => /the caller is told|tools\/list/.test(line));
      };
      const explained = async (tool: string, given?: object) => {
        const more = given === undefined ? [] : ["--arguments", JSON.stringify(given)];
        const { code, out } = await ended(
          ["explain", "--config", good, "--token", "-", "--tool", tool, ...more],
          token,
        );
        return [code, /^policies: (.*)$/m.exec(out)?.[1]];
      };
      assert.deepEqual(
        {
          code: checked.code,
          lines,
          asked: await explained("agent___POST:/invocations", { prompt: "please" }),
          impolite: await explained("agent___POST:/invocations", { prompt: "more" }),
          before: await explained("agent___POST:/invocations"),
          other: await explained("direct___DELETE:/a"),
          told: [await told("ENFORCE"), await told("LOG_ONLY")],
          schema: /action "agent___GET:\/orders\/\{id\}" in \[Action::"agent"\]/.test(
            (await ended(["schema", "--config", good])).out,
          ),
        },
        {
          code: 3,
          lines: [
            "policies[0] unrecognized action `AgentCore::Action::",
            "policies[1] attribute `input.other` in context for A",
            "policies[2] attribute `input.x` in context for Agent",
          ],
          asked: [0, "allowed"],
          impolite: [4, "denied, since no permit matches"],
          before: [0, "it depends on the arguments or the time"],
          other: [4, "denied, whatever the arguments are"],
          told: [[`  the caller is told: HTTP 403, ${none}`], []],
          schema: true,
        },
      );
    }),
  ));
