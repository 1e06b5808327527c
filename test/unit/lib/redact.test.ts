import assert from "node:assert/strict";
import { test } from "node:test";
import { redact } from "../../../src/lib/redact.ts";
import { unsignedJwt } from "../../support/fakeAuthorizationServer.ts";

test("whatever has the shape of a secret is taken out, wherever it stands", () => {
  const texts = [
    `sent ${unsignedJwt({ sub: "ada" })} on`,
    "Authorization: Bearer marked-opaque-token",
    "authorization: basic bWFya2VkOnNlY3JldA==",
    '{"access_token":"marked-access","refresh_token": "marked-refresh"}',
    'body was {\\"access_token\\":\\"marked-access\\"}',
    "grant_type=refresh_token&refresh_token=marked-refresh&client_secret=marked-secret",
    "https://localhost:3334/oauth/callback?code=marked-code&state=marked-state&iss=x",
    "redirected to https://x.example/?next=http%3A%2F%2Flocalhost%2F%3Fcode%3Dmarked-code%26state%3Dmarked-state",
    "?code=4%2F0marked-code%26marked",
    '{"code":"4\\/0marked"}',
    "?code=UPPER_CASEmarked",
    "code_verifier='marked-verifier'",
    "id_token = marked-id",
    "client_assertion=marked-assertion",
    "password: marked-password",
    // The letters of a PEM file say nothing by themselves.
    "-----BEGIN PRIVATE KEY-----\nbWFya2Vk\n-----END PRIVATE KEY-----",
    "key: -----BEGIN RSA PRIVATE KEY----- bWFya2Vk",
    '"-----BEGIN EC PRIVATE KEY-----\\nbWFya2Vk\\n-----END EC PRIVATE KEY-----"',
  ];
  assert.deepEqual(
    texts.filter((text) => /marked|eyJ|bWFya2Vk/.test(redact(text))),
    [],
  );
});

test("what stands around a secret stays, so that the line can still be read", () => {
  assert.deepEqual(
    [
      redact("GET /cb?code=marked-code&state=marked-state&iss=https://login.example.com"),
      redact('{"access_token":"marked-access","scope":"read"}'),
      redact("Authorization: Bearer marked-opaque-token, again"),
    ],
    [
      "GET /cb?code=[redacted]&state=[redacted]&iss=https://login.example.com",
      '{"access_token":"[redacted]","scope":"read"}',
      "Authorization: Bearer [redacted], again",
    ],
  );
});

test("what only looks like a secret by its name stays readable", () => {
  const texts = [
    "sign-in failed (gateway=Work, code=gateway_refused_token)",
    "a stored sign-in could not be revoked (code=unexpected)",
    'failure {"code":"sign_in_needed"}',
    'Bearer error="invalid_token"',
    "refresh token: yes",
    "code_challenge_method=S256",
    "https://gateway.example.com/mcp",
  ];
  assert.deepEqual(texts.map(redact), texts);
});
