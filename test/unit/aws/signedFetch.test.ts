import assert from "node:assert/strict";
import { test } from "node:test";
import type { AwsCredentials } from "../../../src/aws/awsCredentials.ts";
import { signedFetch } from "../../../src/aws/signedFetch.ts";
import { isFailure } from "../../../src/failures/failure.ts";
import type { HttpRequest } from "../../../src/lib/httpPort.ts";
import { wholeBody } from "../../../src/lib/httpPort.ts";

const url = "https://tools-a1b2c3d4e5.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp";
const now = Date.parse("2026-11-27T12:00:00Z");
const first: AwsCredentials = { accessKeyId: "ASIAFIRST", secretAccessKey: "a-secret", sessionToken: "a-token" };
const second: AwsCredentials = { accessKeyId: "ASIASECOND", secretAccessKey: "b-secret", sessionToken: "b-token" };

/** Sends one request to a server that answers as scripted, with credentials that can be replaced where `others` are there. */
async function sent(answers: readonly Response[], { others, to = url }: { others?: AwsCredentials; to?: string } = {}) {
  const requests: HttpRequest[] = [];
  let replaced = 0;
  const left = [...answers];
  const answer = signedFetch(
    { url: to, method: "POST", headers: { accept: "application/json" }, body: "{}" },
    {
      service: "bedrock-agentcore",
      region: "us-east-1",
      source: "the profile dev",
      credentials: {
        current: async () => first,
        async replace() {
          replaced++;
          return others;
        },
      },
    },
    {
      now: () => now,
      async fetch(_url, request = {}) {
        requests.push(request);
        return (left.shift() ?? new Response("one too many", { status: 500 })) as never;
      },
    },
  );
  const ending = await answer.then(
    async ({ status, body }) => ({ status, text: new TextDecoder().decode(await wholeBody(body, 1e6)) }),
    (error: unknown) => (isFailure(error) ? { code: error.code, facts: error.facts } : { error }),
  );
  return {
    ending,
    requests,
    replaced,
    keys: requests.map(({ headers }) => /Credential=(\w+)/.exec(headers?.authorization ?? "")?.[1]),
  };
}

const refusal = (
  message: string,
  { status = 403, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
) => new Response(JSON.stringify({ message }), { status, headers });
const expired = () => refusal("The security token included in the request is expired");

test("expired credentials are read anew once, and the request is signed again with the others", async () => {
  const { ending, keys, requests } = await sent([expired(), new Response("done")], { others: second });
  assert.deepEqual([ending, keys], [{ status: 200, text: "done" }, ["ASIAFIRST", "ASIASECOND"]]);
  assert.ok(requests.every(({ redirect, body }) => redirect === "manual" && body === "{}"));
});

test("credentials that stay expired are told, after one repetition", async () => {
  const { ending, keys } = await sent([expired(), expired()], { others: second });
  assert.deepEqual(ending, { code: "aws_credentials_expired", facts: { source: "the profile dev" } });
  assert.equal(keys.length, 2);
});

test("where the source has the same again, nothing is repeated", async () => {
  const { keys, replaced, ending } = await sent([expired()]);
  assert.deepEqual([keys.length, replaced, (ending as { code: string }).code], [1, 1, "aws_credentials_expired"]);
});

test("a clock that is wrong is told by how much, and asks for no other credentials", async () => {
  const answer = refusal(
    "Signature expired: 20261127T120000Z is now earlier than 20261127T120700Z (20261127T121200Z - 5 min.)",
    {
      headers: { date: "Fri, 27 Nov 2026 12:12:00 GMT", "x-amzn-errortype": "InvalidSignatureException" },
    },
  );
  const { ending, replaced } = await sent([answer], { others: second });
  assert.deepEqual([(ending as { code: string }).code, replaced], ["aws_clock_skewed", 0]);
  assert.equal((ending as { facts: { minutesBehind: number } }).facts.minutesBehind, 12);
});

const told: readonly (readonly [message: string, errorType: string | undefined, code: string])[] = [
  [
    "The request signature we calculated does not match the signature you provided.",
    undefined,
    "aws_signature_mismatch",
  ],
  ["Credential should be scoped to a valid region.", "InvalidSignatureException", "aws_signature_mismatch"],
  ["", "IncompleteSignatureException", "aws_signature_mismatch"],
  ["The security token included in the request is invalid.", "UnrecognizedClientException", "aws_credentials_refused"],
  ["", "ExpiredTokenException:http://internal.amazon.com/coral/", "aws_credentials_expired"],
  ["Signature not yet current: 20261127T120000Z", undefined, "aws_clock_skewed"],
];

for (const [message, errorType, code] of told) {
  for (const status of [400, 401, 403]) {
    if (status === 400 && errorType === undefined) continue;
    test(`HTTP ${status}, ${errorType ?? "no type"}, "${message}" is ${code}`, async () => {
      const headers = errorType === undefined ? {} : { "x-amzn-errortype": errorType };
      const { ending } = await sent([refusal(message, { status, headers }), refusal(message, { status, headers })]);
      assert.equal((ending as { code: string }).code, code);
    });
  }
}

test("every other refusal is the server's answer, with its body to be read", async () => {
  const message =
    "User: arn:aws:iam::123456789012:user/ada is not authorized to perform: bedrock-agentcore:InvokeGateway";
  const { ending, keys } = await sent([refusal(message)], { others: second });
  assert.deepEqual([ending, keys.length], [{ status: 403, text: JSON.stringify({ message }) }, 1]);
});

test("nothing is signed for an address that anybody on the way could read", async () => {
  const { ending, requests } = await sent([new Response("")], { to: "http://tools.example.com/mcp" });
  assert.deepEqual([(ending as { code: string }).code, requests.length], ["endpoint_insecure", 0]);
  assert.equal((await sent([new Response("ok")], { to: "http://127.0.0.1:9/mcp" })).requests.length, 1);
});

test("no failure says a key, a token or a secret", async () => {
  const leaking = `Credential AKIAIOSFODNN7EXAMPLE is wrong: The security token included in the request is invalid ${second.secretAccessKey}`;
  const { ending } = await sent([refusal(leaking)]);
  assert.equal((ending as { code: string }).code, "aws_credentials_refused");
  assert.doesNotMatch(JSON.stringify(ending), /AKIAIOSFODNN7EXAMPLE|ASIAFIRST|a-secret|a-token/);
});
