import assert from "node:assert/strict";
import { test } from "node:test";
import { GatewayFailure } from "../../../../src/failures/failure.ts";
import { finalRefusal } from "../../../../src/oauth/tokens/renewalRefusal.ts";

const refusal = (error: string, status: number) =>
  finalRefusal(new GatewayFailure("token_refused", { issuer: "https://login.example.com", status, error }));

test("a provider that looked at the refresh token and does not take it has ended the sign-in, whatever code it has for that", () => {
  for (const error of ["invalid_grant", "invalid_client", "invalid_request", "unauthorized_client", "of_its_own"])
    for (const status of [200, 400, 401, 403]) assert.equal(refusal(error, status), error, `${error} with ${status}`);
});

test("a provider that is busy, away, or did not get as far as the refresh token has ended nothing", () => {
  for (const status of [404, 407, 429, 302]) assert.equal(refusal("invalid_grant", status), undefined, String(status));
  const passing = ["temporarily_unavailable", "server_error", "slow_down", "use_dpop_nonce", "invalid_dpop_proof"];
  for (const error of passing)
    for (const status of [200, 400, 401]) assert.equal(refusal(error, status), undefined, `${error} with ${status}`);
});

test("a key that cannot sign has ended it, and no other failure has", () => {
  const issuer = "https://login.example.com";
  assert.deepEqual(
    [
      new GatewayFailure("proof_key_unusable", {}),
      new GatewayFailure("token_response_invalid", { issuer, status: 400, contentType: "text/html" }),
      new GatewayFailure("token_endpoint_unreachable", { issuer, reason: "no answer" }),
      new Error("unforeseen"),
      undefined,
    ].map(finalRefusal),
    ["proof_key_lost", undefined, undefined, undefined, undefined],
  );
});
