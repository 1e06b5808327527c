import assert from "node:assert/strict";
import { test } from "node:test";
import { AwsAccounts } from "../../../src/aws/awsAccounts.ts";
import { webIdentityToken } from "../../../src/aws/webIdentityToken.ts";
import type { HttpFetch } from "../../../src/lib/httpPort.ts";
import { verifySigV4 } from "../../support/aws/sigV4Verifier.ts";
import { recordingLog } from "../../support/fakePorts.ts";

const key = { accessKeyId: "ASIAWORKLOADKEY00000", secretAccessKey: "marked-secret", sessionToken: "marked-token" };
const audience = "https://login.example.com/a b";

/** What AWS is asked, and what becomes of its answer. */
async function ask(status: number, body: unknown, region?: string) {
  const asked: { url: string; form: Record<string, string>; verdict: string }[] = [];
  const fetch: HttpFetch = async (url, { method = "GET", headers = {}, body: sent = "" } = {}) => {
    const { hostname, pathname } = new URL(url);
    const verdict = verifySigV4(
      { method, target: pathname, headers: { ...headers, host: hostname }, body: new TextEncoder().encode(sent) },
      { service: "sts", region: region ?? "us-east-1", keys: { [key.accessKeyId]: key }, now: Date.now() },
    );
    asked.push({ url: String(url), form: Object.fromEntries(new URLSearchParams(sent)), verdict: verdict.kind });
    return new Response(typeof body === "string" ? body : JSON.stringify(body), { status });
  };
  const sourceOf = () => ({ name: "the environment", read: async () => key });
  const accounts = new AwsAccounts({ sourceOf, fetch, now: Date.now, log: recordingLog() });
  const wanted = { audience, ...(region !== undefined && { region }) };
  const answer = await webIdentityToken(wanted, { accounts, fetch }).catch((error: unknown) => error);
  return { asked, answer };
}

test("AWS is asked at the endpoint of the region, signed, for a short token for one audience", async () => {
  const answer = { GetWebIdentityTokenResponse: { GetWebIdentityTokenResult: { WebIdentityToken: "a.b.c" } } };
  const asked = [
    await ask(200, answer, "eu-central-1"),
    await ask(200, answer, "cn-north-1"),
    await ask(200, answer, "eusc-de-east-1"),
  ];
  const form = {
    ...{ Action: "GetWebIdentityToken", Version: "2011-06-15", "Audience.member.1": audience },
    ...{ SigningAlgorithm: "RS256", DurationSeconds: "300" },
  };
  assert.deepEqual(asked, [
    { asked: [{ url: "https://sts.eu-central-1.amazonaws.com/", form, verdict: "valid" }], answer: "a.b.c" },
    { asked: [{ url: "https://sts.cn-north-1.amazonaws.com.cn/", form, verdict: "valid" }], answer: "a.b.c" },
    { asked: [{ url: "https://sts.eusc-de-east-1.amazonaws.eu/", form, verdict: "valid" }], answer: "a.b.c" },
  ]);
});

const refusals: readonly (readonly [status: number, body: unknown, code: string, facts: object])[] = [
  [
    403,
    { Error: { Code: "AccessDenied", Message: "not authorized to perform: sts:GetWebIdentityToken" } },
    "workload_permission_missing",
    { platform: "AWS", lacks: "sts:GetWebIdentityToken", words: "not authorized to perform: sts:GetWebIdentityToken" },
  ],
  [
    400,
    { Error: { Code: "OutboundWebIdentityFederationDisabled", Message: "Enable it first" } },
    "workload_permission_missing",
    { platform: "AWS", lacks: "outbound identity federation", words: "Enable it first" },
  ],
  [400, { Error: { Code: "ValidationError" } }, "workload_platform_refused", { platform: "AWS", reason: "HTTP 400" }],
  [200, {}, "workload_platform_refused", { platform: "AWS", reason: "an answer without a token" }],
  [200, "<html>", "workload_platform_refused", { platform: "AWS", reason: "an answer that is no JSON" }],
];

test("each refusal of AWS says what is missing there", async () => {
  const found = [];
  for (const [status, body] of refusals) {
    const { code, facts } = (await ask(status, body)).answer as { code: string; facts: object };
    found.push([code, facts]);
  }
  assert.deepEqual(
    found,
    refusals.map(([, , code, facts]) => [code, facts]),
  );
});
