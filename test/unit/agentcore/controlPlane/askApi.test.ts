import assert from "node:assert/strict";
import { test } from "node:test";
import { askApi } from "../../../../src/agentcore/controlPlane/askApi.ts";
import { gatewaysApi, registriesApi } from "../../../../src/agentcore/controlPlane/awsApi.ts";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import type { HttpRequest } from "../../../../src/lib/httpPort.ts";
import { MAX_DOCUMENT_BYTES, MAX_RETRY_AFTER_MS } from "../../../../src/lib/limits.ts";
import { awsError, denial, throttling } from "../../../support/aws/controlPlane.ts";

type Given = () => Response | Promise<Response>;

/** Asks for the gateways of a region where each request is answered in turn; the last answer is given for good. */
async function ask(answers: readonly Given[], { endpoint }: { readonly endpoint?: string } = {}) {
  const sent: { readonly url: string; readonly service: string; readonly request: HttpRequest }[] = [];
  const waits: number[] = [];
  const answer = askApi(
    { api: gatewaysApi, operation: "ListGateways", path: "/gateways/" },
    {
      region: "eu-central-1",
      endpointOf: () => endpoint,
      async send(service, url, request) {
        sent.push({ service, url: String(url), request });
        return await (answers[Math.min(sent.length, answers.length) - 1] as Given)();
      },
      signal: new AbortController().signal,
      wait: async (ms) => void waits.push(ms),
    },
  );
  const outcome = await answer.then(
    ({ value }) => ({ value }),
    (failure: GatewayFailure) => ({ code: failure.code, facts: failure.facts }),
  );
  return { outcome, sent, waits, failure: () => outcome as { code: string; facts: Record<string, unknown> } };
}

const good = () => Response.json({ items: [] });

test("a request goes to AWS's own host of the region, or where an endpoint is set, with its path behind it", async () => {
  const own = await ask([good]);
  assert.deepEqual(
    own.sent.map(({ url, service }) => [url, service]),
    [["https://bedrock-agentcore-control.eu-central-1.amazonaws.com/gateways/", "bedrock-agentcore"]],
  );
  const elsewhere = await ask([good], { endpoint: "https://aws.example.com/base/" });
  assert.equal(elsewhere.sent[0]?.url, "https://aws.example.com/base/gateways/");
  assert.deepEqual(
    [gatewaysApi.host("cn-north-1"), gatewaysApi.host("eusc-de-east-1"), registriesApi.host("us-gov-west-1")],
    [
      "bedrock-agentcore-control.cn-north-1.amazonaws.com.cn",
      "bedrock-agentcore-control.eusc-de-east-1.amazonaws.eu",
      "agent-registry-control.us-gov-west-1.api.aws",
    ],
  );
});

test("AWS is asked again when it has too much to do, each time after twice the wait, and for ten seconds at the most", async () => {
  const busy: readonly Given[] = [
    throttling,
    () => awsError(400, "ThrottlingException", "Rate exceeded"),
    () => awsError(500, "InternalServerException", "try again"),
    good,
  ];
  const soon = await ask(busy);
  assert.deepEqual(
    { outcome: soon.outcome, waits: soon.waits },
    { outcome: { value: { items: [] } }, waits: [500, 1000, 2000] },
  );
  const never = await ask([throttling]);
  assert.ok(never.waits.reduce((all, ms) => all + ms, 0) <= MAX_RETRY_AFTER_MS);
  assert.deepEqual(never.failure(), {
    code: "aws_throttled",
    facts: {
      permission: "bedrock-agentcore:ListGateways",
      region: "eu-central-1",
      waitedSeconds: 8,
      words: "Rate exceeded",
    },
  });
  const asksForAnHour = await ask([() => awsError(429, "ThrottlingException", "slow", { "retry-after": "3600" })]);
  assert.deepEqual([asksForAnHour.waits, asksForAnHour.failure().code], [[], "aws_throttled"]);
  const asksForTwo = await ask([() => awsError(429, "ThrottlingException", "slow", { "retry-after": "2" }), good]);
  assert.deepEqual(asksForTwo.waits, [2000]);
  const broken = await ask([() => awsError(503, "ServiceUnavailable", "down")]);
  assert.deepEqual(
    [broken.failure().code, broken.failure().facts.status, broken.sent.length > 3],
    ["aws_api_refused", 503, true],
  );
});

test("access denied is told with the permission, the resource and whose credentials they are, and is not asked again", async () => {
  const { failure, sent } = await ask([() => denial("bedrock-agentcore:ListGateways")]);
  assert.deepEqual(failure(), {
    code: "aws_listing_denied",
    facts: {
      permission: "bedrock-agentcore:ListGateways",
      region: "eu-central-1",
      resource: "arn:aws:bedrock-agentcore:eu-central-1:123456789012:gateway/*",
      who: "arn:aws:sts::123456789012:assumed-role/Developer/ada",
    },
  });
  assert.equal(sent.length, 1);
  const wordless = await ask([() => awsError(403, "AccessDeniedException", "")]);
  assert.deepEqual(wordless.failure().facts, { permission: "bedrock-agentcore:ListGateways", region: "eu-central-1" });
  const named = await ask([() => Response.json({ __type: "AccessDeniedException" }, { status: 400 })]);
  assert.equal(named.failure().code, "aws_listing_denied");
});

test("whatever else is no answer of AWS has a code, with what was found", async () => {
  const html = () => new Response("<html>Blocked by the proxy</html>", { status: 403 });
  const cases: readonly (readonly [Given, string, Record<string, unknown>])[] = [
    [html, "aws_api_refused", { status: 403 }],
    [
      () => new Response(null, { status: 302, headers: { location: "https://elsewhere.example/" } }),
      "aws_api_refused",
      { status: 302 },
    ],
    [
      () => awsError(400, "ValidationException", "1 validation error"),
      "aws_api_refused",
      { status: 400, words: "1 validation error" },
    ],
    [() => awsError(404, "ResourceNotFoundException", "no such gateway"), "aws_api_refused", { status: 404 }],
    [() => new Response("<html>Welcome</html>"), "aws_answer_invalid", { problem: "it is no JSON" }],
    [() => new Response(""), "aws_answer_invalid", { problem: "it is no JSON" }],
    [() => new Response("[".repeat(100_000)), "aws_answer_invalid", { problem: "it is no JSON" }],
    [() => Response.json([]), "aws_answer_invalid", { problem: "it is no JSON object" }],
    [() => Response.json(null), "aws_answer_invalid", { problem: "it is no JSON object" }],
    [() => new Response("x".repeat(MAX_DOCUMENT_BYTES + 1)), "answer_too_large", { limit: "1 MiB" }],
    [
      () =>
        Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error("no"), { code: "ENOTFOUND" }) })),
      "aws_endpoint_unreachable",
      { reason: "ENOTFOUND", region: "eu-central-1" },
    ],
    [
      () => Promise.reject(new GatewayFailure("aws_credentials_expired", { source: "x" })),
      "aws_credentials_expired",
      {},
    ],
  ];
  for (const [answer, code, facts] of cases) {
    const { failure } = await ask([answer]);
    const found = failure();
    assert.deepEqual({ code: found.code, ...pick(found.facts, facts) }, { code, ...facts });
  }
});

test("what is wrong in an answer is told without what could be a secret or moves the cursor", async () => {
  const { failure } = await ask([
    () => awsError(400, "ValidationException", "bad token AAAAAAAAAAAAAAAAAAAAAAAAAAAA1111 \u001b[2J\u202e here"),
  ]);
  assert.equal(failure().facts.words, "bad token […] here");
});

test("an attempt that was given up throws its own reason, and waits for nothing", async () => {
  const given = new AbortController();
  const asked = askApi(
    { api: gatewaysApi, operation: "ListGateways", path: "/gateways/" },
    {
      region: "eu-central-1",
      endpointOf: () => undefined,
      send: async () => throttling(),
      signal: given.signal,
      wait: async () => given.abort(new Error("given up")),
    },
  );
  await assert.rejects(asked, /given up/);
});

const pick = (from: Record<string, unknown>, like: Record<string, unknown>) =>
  Object.fromEntries(Object.keys(like).map((name) => [name, from[name]]));
