import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decision } from "../../../../src/agentcore/authorizer/authorizer.ts";
import { messagesOf } from "../../../../src/gateway/http/messages.ts";
import {
  type ChallengeFacts,
  type EndpointDecision,
  faultyAnswer,
  limitedAnswer,
  rateLimitedAnswer,
  refusalOf,
  stoppingAnswer,
} from "../../../../src/gateway/http/refusals.ts";
import { tokenClaims } from "../../../../src/gateway/http/tokenClaims.ts";
import { principalOf } from "../../../../src/gateway/principal.ts";
import { asymmetricAlgorithms } from "../../../../src/lib/asymmetricAlgorithms.ts";
import type { HttpReply } from "../../../../src/lib/servedHttp.ts";

const discoveryUrl = "https://idp.example/.well-known/openid-configuration";
const metadataUrl = "https://gw.example/.well-known/oauth-protected-resource";
const messages = messagesOf({ jsonrpc: "2.0", id: 7, method: "ping" });
const caller = { issuer: "https://idp.example", subject: "ada", client: undefined, scopes: [] };
const facts: ChallengeFacts = {
  ...{ rules: { discoveryUrl, allowedAudience: ["api"] }, metadataUrl, noChallenge: false, isDebug: false },
};

const read = (reply: HttpReply | undefined) => {
  if (!reply) return undefined;
  const { "content-type": type, ...headers } = reply.headers;
  const text = [...(reply.body as Iterable<string>)].join("");
  return { status: reply.status, type, headers, body: type?.startsWith("application/json") ? JSON.parse(text) : text };
};
const refusal = (decision: EndpointDecision, more: Partial<ChallengeFacts> = {}) =>
  read(refusalOf(decision, messages, { ...facts, ...more }));
const rpc = (status: number, code: number, message: string, headers: object = {}, data?: object) => ({
  ...{ status, type: "application/json", headers },
  body: { jsonrpc: "2.0", id: 7, error: { code, message, ...(data && { data }) } },
});
const challenge = (text: string) => ({ "www-authenticate": text });

test("who is let in is not refused", () => {
  const decisions: EndpointDecision[] = [
    { kind: "open", findings: [] },
    { kind: "refused", findings: [] },
    { kind: "allowed", caller, findings: [] },
  ];
  assert.deepEqual(
    decisions.map((one) => refusal(one)),
    [undefined, undefined, undefined],
  );
});

test("no token and a bad one are asked for a new one, a scope that is missing is named, and what is undecided is no 401", () => {
  const metadata = `resource_metadata="${metadataUrl}"`;
  const invalid = rpc(401, -32001, "Invalid Bearer token", challenge(`Bearer error="invalid_token", ${metadata}`));
  const rules = {
    ...{ discoveryUrl, allowedScopes: ["read", "x"], advertisedScopeMapping: { read: "api://read" } },
  };
  const scope = { rule: "scope", claim: "scope", expected: ["read", "y"], found: [], ok: false } as const;
  const audience = { rule: "audience", claim: "aud", expected: ["api"], found: ["api"], ok: true } as const;
  const passed = { ...scope, expected: ["z", "x", "y"], found: ["openid", "x", "y"], ok: true };
  const lacks: Decision = { kind: "insufficientScope", caller, findings: [audience, passed, scope] };
  const undecided: Decision = { kind: "undecided", reason: "nobody answers", findings: [] };
  const bad: Decision = { kind: "invalidToken", caller: undefined, findings: [] };
  assert.deepEqual(
    [
      refusal({ kind: "noToken", findings: [] }),
      refusal(bad),
      refusal(bad, { noChallenge: true }),
      refusal(bad, { rules }),
      refusal(lacks, { rules }),
      refusal({ ...lacks, findings: [] }),
      refusal(undecided),
      refusal(undecided, { isDebug: true }),
    ],
    [
      invalid,
      invalid,
      { ...invalid, headers: {} },
      rpc(401, -32001, "Invalid Bearer token", {
        ...challenge(`Bearer error="invalid_token", scope="api://read x", ${metadata}`),
      }),
      rpc(403, -32001, "Insufficient scope", {
        ...challenge(`Bearer error="insufficient_scope", scope="x y api://read", ${metadata}`),
      }),
      rpc(403, -32001, "Insufficient scope", challenge(`Bearer error="insufficient_scope", ${metadata}`)),
      rpc(500, -32603, "An internal error occurred. Please retry later."),
      rpc(500, -32603, "The token can be neither allowed nor refused: nobody answers"),
    ],
  );
});

test("where proofs are taken the challenge says so, in the place that fits, and brings a nonce where one is wanted", () => {
  const algorithms = `DPoP algs="${asymmetricAlgorithms.join(" ")}"`;
  const checks = { nonce: () => "n-1" };
  const bad = (proofError?: "invalid_dpop_proof" | "use_dpop_nonce" | "invalid_token"): EndpointDecision => ({
    ...{ kind: "invalidToken", caller, findings: [] },
    ...(proofError && { proofError }),
  });
  const about = (error: string) => `error="${error}", resource_metadata="${metadataUrl}"`;
  const both = challenge(`Bearer ${about("invalid_token")}, ${algorithms}`);
  const alone = (error: string) => challenge(`${algorithms}, ${about(error)}`);
  const proofs = { rules: {}, checks };
  const bound = "Expected a token that is bound to a key, with a DPoP proof";
  assert.deepEqual(
    [
      refusal(bad(), { proofs }),
      refusal(bad(), { proofs: { rules: { required: true }, checks } }),
      refusal(bad("invalid_token"), { proofs }),
      refusal(bad("invalid_dpop_proof"), { proofs }),
      refusal(bad("use_dpop_nonce"), { proofs }),
      refusal(bad("use_dpop_nonce")),
    ],
    [
      rpc(401, -32001, "Invalid Bearer token", both),
      rpc(401, -32001, "Invalid Bearer token", alone("invalid_token")),
      rpc(401, -32001, bound, both),
      rpc(401, -32001, "Invalid DPoP proof", alone("invalid_dpop_proof")),
      rpc(401, -32001, "The DPoP proof needs a nonce of this gateway", {
        ...{ ...alone("use_dpop_nonce"), "dpop-nonce": "n-1" },
      }),
      rpc(401, -32001, "The DPoP proof needs a nonce of this gateway", {
        ...challenge(`Bearer ${about("use_dpop_nonce")}`),
      }),
    ],
  );
});

test("who comes too often, or as the gateway stops, is told when to come again", () => {
  const limited = { limitKey: "per-user/ada", metric: "requests", retryAfter: 3 } as unknown as Parameters<
    typeof rateLimitedAnswer
  >[0];
  const soon = (waitMs: number) => limitedAnswer({ waitMs } as Parameters<typeof limitedAnswer>[0], messages);
  const wait = { limitKey: "per-user/ada", metric: "requests", retryAfter: 3 };
  const tooMany = (after: string) =>
    rpc(429, -32000, "Too many requests. Please retry later.", { "retry-after": after });
  assert.deepEqual(
    [
      read(soon(1001)),
      read(soon(0)),
      read(stoppingAnswer(messages)),
      read(rateLimitedAnswer(limited, messages, true)),
      read(rateLimitedAnswer(limited, messages, false)),
    ],
    [
      tooMany("2"),
      tooMany("1"),
      rpc(503, -32000, "The gateway is stopping. Please retry later.", { "retry-after": "1", connection: "close" }),
      rpc(429, -32003, "Rate limit exceeded", {}, wait),
      {
        ...{ status: 429, type: "application/json", headers: {} },
        body: { error: "Rate limit exceeded", success: false, ...wait },
      },
    ],
  );
});

test("a fault takes the place of every answer, as a status or as a page", () => {
  const page = (status: number) => ({
    ...{ status, type: "text/html; charset=utf-8", headers: {} },
    body: "<!DOCTYPE html><html><body><h1>Please sign in to the network</h1></body></html>",
  });
  assert.deepEqual(
    [{}, { html: true }, { html: true, status: 503 }].map((faults) => read(faultyAnswer(faults))),
    [undefined, page(200), page(503)],
  );
  assert.equal(faultyAnswer({ status: 503 })?.status, 503);
});

test("sessions belong to issuer and subject, to the client where there is no subject, and to anyone without a caller", () => {
  const of = (more: object) => principalOf({ issuer: "i", subject: undefined, client: undefined, ...more });
  assert.deepEqual(
    [
      principalOf(undefined),
      ...[of({ subject: "ada", client: "app" }), of({ subject: "ada" }), of({ client: "app" }), of({})],
      ...[of({ issuer: "j", subject: "ada" }), of({ subject: "app" })],
    ],
    [
      ...["anyone", '["i","ada",null]', '["i","ada",null]', '["i",null,"app"]', '["i",null,null]'],
      ...['["j","ada",null]', '["i","app",null]'],
    ],
  );
});

test("the claims of a token are read when somebody asks, and once", () => {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = tokenClaims(`Bearer ${part({ alg: "ES256" })}.${part({ sub: "ada" })}.c2ln`);
  const first = claims();
  assert.deepEqual([first, claims() === first], [{ sub: "ada" }, true]);
  assert.deepEqual(
    [null, undefined, "Bearer x", "Basic x"].map((one) => tokenClaims(one)()),
    Array(4).fill(undefined),
  );
});
