import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Asked } from "./gateway.ts";
import { programWorld } from "./program.ts";
import type { WorldTests } from "./rows.ts";

type Refusal = (rpc: Asked["rpc"]) => Response;

const json =
  (status: number, body: unknown, headers: Record<string, string> = {}): Refusal =>
  () =>
    Response.json(body, { status, headers });
const error =
  (code: number, message: string, data?: unknown, status = 200): Refusal =>
  ({ id }) =>
    Response.json({ jsonrpc: "2.0", id, error: { code, message, ...(data !== undefined && { data }) } }, { status });
const result =
  (text: string): Refusal =>
  ({ id }) =>
    Response.json({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text }], isError: true } });

/** A program whose calls of a tool are refused so, as often as it says, and what becomes of one of them. */
async function called(t: TestContext, refusal: Refusal, times = Number.POSITIVE_INFINITY) {
  const { gateway, provider, start } = await programWorld(t);
  const { call } = await start();
  await call("echo");
  const before = { calls: gateway.count("tools/call"), tokens: provider.count("/token") };
  gateway.instead = ({ rpc }) => (rpc.method === "tools/call" && times-- > 0 ? refusal(rpc) : undefined);
  // It declares nothing of being harmless.
  const said = await call("log").catch((thrown: Error) => thrown.message);
  return {
    said,
    calls: gateway.count("tools/call") - before.calls,
    /** Nobody is sent to a sign-in, and nothing is renewed, for what a token does not mend. */
    tokens: provider.count("/token") - before.tokens,
  };
}

const limit = { limitKey: "per-user/$.context.jwt.sub=ada", metric: "requests" };
const limited = (retryAfter: number): Readonly<Record<string, Refusal>> => ({
  "429 with -32003": error(-32003, "Rate limit exceeded", { ...limit, retryAfter }, 429),
  "-32003 with HTTP 200": error(-32003, "Rate limit exceeded", { ...limit, retryAfter }),
  "429 of a target over HTTP": json(429, { error: "Rate limit exceeded", success: false, ...limit, retryAfter }),
  "429 with the wait in a header": json(429, { error: { ...limit } }, { "retry-after": String(retryAfter) }),
});

/** Rate limits, by whichever way they say how long to wait. */
export const rateLimits: WorldTests = Object.fromEntries([
  ...Object.entries(limited(1)).map(([name, refusal]) => [
    `${name}: a call is sent again after the second that it asks for`,
    async (t: TestContext) => {
      const { said, calls } = await called(t, refusal, 1);
      assert.deepEqual({ calls, isTold: /limit/.test(said) }, { calls: 2, isTold: false }, said);
    },
  ]),
  ...Object.entries(limited(1800)).map(([name, refusal]) => [
    `${name}: a call that would have to wait for half an hour is told at once, with the limit and the time`,
    async (t: TestContext) => {
      const { said, calls, tokens } = await called(t, refusal);
      assert.match(said, /too many requests.*per-user\/\$\.context\.jwt\.sub=ada.*wait 1800 seconds/s);
      assert.deepEqual({ calls, tokens }, { calls: 1, tokens: 0 });
    },
  ]),
  [
    "a limit that says no time is told, and not tried again",
    async (t: TestContext) => {
      const { said, calls } = await called(t, error(-32003, "Rate limit exceeded", limit, 429));
      assert.match(said, /too many requests.*sub=ada.*Try again in a minute/s);
      assert.equal(calls, 1);
    },
  ],
  [
    "-32003 of a server that names no limit is its own answer",
    async (t: TestContext) => {
      const { said } = await called(t, error(-32003, "The printer is out of paper"));
      assert.match(said, /out of paper/);
      assert.doesNotMatch(said, /too many requests/);
    },
  ],
]);

const sentence = "Tool call not allowed due to policy enforcement";
const denials: Readonly<Record<string, readonly [Refusal, RegExp]>> = {
  "a result with isError": [
    result(
      `AuthorizeActionException - Tool Execution Denied: ${sentence} [No policy applies to the request (denied by default).]`,
    ),
    /None of them permits it\..*“AuthorizeActionException.*”/s,
  ],
  "an error with HTTP 200 that names the policy": [
    error(-32002, `Tool Execution Denied: ${sentence} [Policy evaluation denied due to no_vip_refunds-a1B2c3D4e5]`),
    /The policy no_vip_refunds forbids it\..*“Tool Execution Denied/s,
  ],
  "an error with HTTP 200 for which no policy decided": [
    error(-32002, `Tool Execution Denied: ${sentence} [Policy evaluation denied due to no determining policies]`),
    /None of them permits it\./,
  ],
  "HTTP 403 with a permission_error": [
    json(403, { error: { type: "permission_error", message: "Request Denied: Gateway Target request not allowed" } }),
    /It was denied\..*“Request Denied/s,
  ],
};

/** Denials of the policy engine, in each shape that was seen. */
export const policyDenials: WorldTests = Object.fromEntries(
  Object.entries(denials).map(([name, [refusal, words]]) => [
    `${name} is told as a policy's, and the call is sent once`,
    async (t: TestContext) => {
      const { said, ...counts } = await called(t, refusal);
      assert.match(said, /^A policy of the gateway does not allow this call\./);
      assert.match(said, words);
      assert.deepEqual(counts, { calls: 1, tokens: 0 });
    },
  ]),
);

const arn = "arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/tools-a1b2c3d4e5";
const user = "User: arn:aws:sts::123456789012:assumed-role/dev/ada is not authorized to perform";

/** Refusals of AWS's access management, in use and before a sign-in. */
export const accessManagement: WorldTests = {
  ...Object.fromEntries(
    Object.entries({
      "a 403 with the resource": [
        json(403, { Message: `${user}: bedrock-agentcore:InvokeGateway on resource: ${arn}` }),
        arn,
      ],
      "a 403 without it": [json(403, { message: `${user}: bedrock-agentcore:InvokeGateway` }), ""],
    } as const).map(([name, [refusal, resource]]) => [
      `${name} names the permission that is missing`,
      async (t: TestContext) => {
        const { said, ...counts } = await called(t, refusal);
        assert.match(said, /^An AWS permission is missing\. Expected the permission bedrock-agentcore:InvokeGateway/);
        assert.ok(said.includes(resource), said);
        assert.deepEqual(counts, { calls: 1, tokens: 0 });
      },
    ]),
  ),
  ...Object.fromEntries(
    Object.entries({
      "403 Missing Authentication Token": json(403, { message: "Missing Authentication Token" }),
      "401 Authorization method mismatch": json(401, { message: "Authorization method mismatch" }),
    }).map(([name, refusal]) => [
      `a gateway that wants signatures (${name}) is told as that while connecting`,
      async (t: TestContext) => {
        const { gateway, provider, start } = await programWorld(t);
        gateway.instead = ({ rpc }) => refusal(rpc);
        await assert.rejects(start(), /requests that AWS credentials sign.*SigV4.*AWS_IAM.*--aws-profile/s);
        assert.equal(provider.count("/token"), 0);
      },
    ]),
  ),
};

/** What firewalls in front of a gateway answered to a call, AWS's WAF among them. */
export const firewalls: WorldTests = Object.fromEntries(
  Object.entries({
    "a page": () =>
      new Response("<html><h1>403 Forbidden</h1></html>", { status: 403, headers: { "content-type": "text/html" } }),
    '{"message":"Forbidden"}': json(403, { message: "Forbidden" }),
    nothing: () => new Response(null, { status: 403 }),
  } as Readonly<Record<string, Refusal>>).map(([name, refusal]) => [
    `a 403 with ${name} is told as something's in front of the gateway, and the call is sent once`,
    async (t: TestContext) => {
      const { said, ...counts } = await called(t, refusal);
      assert.match(said, /^Something in front of the gateway turned a request away\..*HTTP 403.*firewall \(WAF\)/s);
      assert.deepEqual(counts, { calls: 1, tokens: 0 });
    },
  ]),
);
