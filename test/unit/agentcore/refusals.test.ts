import assert from "node:assert/strict";
import { test } from "node:test";
import { awsFailure, deniedByPolicy } from "../../../src/agentcore/refusals.ts";

const url = "https://tools-a1b2c3d4e5.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp";
const arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/tools-a1b2c3d4e5";

/** What an answer is taken for, without the address and the words. */
function found(status: number, body: unknown, retryAfterSeconds?: number): unknown {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const failure = awsFailure({ url, status, text, retryAfterSeconds });
  if (!failure) return undefined;
  const { url: about, words: _, ...facts } = failure.facts as Readonly<Record<string, unknown>>;
  assert.equal(about, url);
  return { code: failure.code, ...facts };
}

test("a rate limit is known in each shape, with its name and the wait", () => {
  const data = { limitKey: "per-user/$.context.jwt.sub=ada", metric: "requests", retryAfter: 12 };
  const whole = { code: "rate_limited", status: 429, limit: data.limitKey, retryAfterSeconds: 12 };
  const mcp = { jsonrpc: "2.0", id: 1, error: { code: -32003, message: "Rate limit exceeded", data } };
  const without = { code: "rate_limited", status: 429 };
  assert.deepEqual(
    [
      found(429, mcp),
      found(200, mcp),
      found(429, { error: "Rate limit exceeded", success: false, ...data }),
      found(429, { error: { type: "rate_limit_error", message: "Rate limit exceeded", ...data } }),
      found(429, { ...mcp, error: { ...mcp.error, data: { ...data, retryAfter: 0.2 } } }),
      found(429, mcp, 3),
      // Others say less, or nonsense.
      ...["", "<html>", "null", "[]", { error: null }, { retryAfter: "soon", limitKey: 7 }, { retryAfter: -1 }].map(
        (body) => found(429, body),
      ),
    ],
    [
      whole,
      { ...whole, status: 200 },
      whole,
      whole,
      { ...whole, retryAfterSeconds: 1 },
      { ...whole, retryAfterSeconds: 3 },
      ...Array(7).fill(without),
    ],
  );
});

test("an error with a limit's code is another server's own where it names no limit", () => {
  assert.deepEqual(
    [found(200, { error: { code: -32003, message: "no", data: { retryAfter: 1 } } }), found(503, "")],
    [undefined, undefined],
  );
});

test("a denial of a policy engine is known by its words, in each shape, with the policy's name", () => {
  const sentence = "Tool call not allowed due to policy enforcement";
  const error = (message: string) => ({ jsonrpc: "2.0", id: 1, error: { code: -32002, message } });
  const result = (text: string, isError: unknown = true) =>
    deniedByPolicy(url, { isError, content: [{ type: "text", text }] });
  const denied = `AuthorizeActionException - Tool Execution Denied: ${sentence} [No policy applies to the request (denied by default).]`;
  const factsOf = (failure: ReturnType<typeof result>) =>
    failure && [failure.code, (failure.facts as { permittedByNone?: true }).permittedByNone];
  assert.deepEqual(
    [
      found(
        200,
        error(`Tool Execution Denied: ${sentence} [Policy evaluation denied due to no_vip_refunds-a1B2c3D4e5]`),
      ),
      found(200, error(`Tool Execution Denied: ${sentence} [Policy evaluation denied due to no determining policies]`)),
      found(403, {
        error: { type: "permission_error", message: "Request Denied: Gateway Target request not allowed" },
      }),
      factsOf(result(denied)),
      // A tool that speaks of policies, one that did not fail, and a resource that is not there.
      factsOf(result(`The report quotes: ${denied}`)),
      factsOf(result(denied, false)),
      found(200, error("Resource not found")),
    ],
    [
      { code: "policy_denied", policy: "no_vip_refunds" },
      { code: "policy_denied", permittedByNone: true },
      { code: "policy_denied" },
      ["policy_denied", true],
      undefined,
      undefined,
      undefined,
    ],
  );
});

test("a denial is quoted without the brackets whose reason is told, and with those that say something else", () => {
  const sentence = "Tool Execution Denied: Tool call not allowed due to policy enforcement";
  const read = (reason: string, before = "") => {
    const failure = awsFailure({
      url,
      status: 200,
      text: JSON.stringify({ error: { message: `${before}${sentence} [${reason}]` } }),
    });
    const { policy, words } = (failure?.facts ?? {}) as { readonly policy?: string; readonly words?: string };
    return [policy, words];
  };
  assert.deepEqual(
    [
      read("Policy evaluation denied due to no_vip_refunds-a1B2c3D4e5"),
      read("Policy evaluation denied due to a_1-a1B2c3D4e5, b-a1B2c3_4e6,c-0123456789"),
      read("Policy evaluation denied due to no determining policies"),
      read("No policy applies to the request (denied by default).", "AuthorizeActionException - "),
      read("Policy evaluation timed out"),
      read("Policy evaluation denied due to session-1"),
    ],
    [
      ["no_vip_refunds", sentence],
      ["a_1, b, c", sentence],
      [undefined, sentence],
      [undefined, `AuthorizeActionException - ${sentence}`],
      [undefined, `${sentence} [Policy evaluation timed out]`],
      [undefined, `${sentence} [Policy evaluation denied due to session-1]`],
    ],
  );
});

test("what IAM refuses is told with the permission, and a missing signature as that", () => {
  const user =
    "User: arn:aws:sts::123456789012:assumed-role/dev/ada is not authorized to perform: bedrock-agentcore:InvokeGateway";
  const unsigned = { code: "aws_signature_needed" };
  const lacking = { code: "aws_permission_missing", permission: "bedrock-agentcore:InvokeGateway" };
  assert.deepEqual(
    [
      found(403, { Message: `${user} on resource: ${arn} because no identity-based policy allows it` }),
      found(403, { message: user }),
      found(403, { message: "Missing Authentication Token" }),
      found(401, { message: "Authorization method mismatch" }),
      found(403, { message: "The security token included in the request is expired" }),
      // Of a token's signature, and of a page that quotes.
      found(401, { error: "invalid_token", error_description: "the token's signature is invalid" }),
      found(500, { message: user }),
    ],
    [{ ...lacking, resource: arn }, lacking, unsigned, unsigned, unsigned, undefined, undefined],
  );
});
