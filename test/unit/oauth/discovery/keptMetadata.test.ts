import assert from "node:assert/strict";
import { test } from "node:test";
import { MAX_IN_METADATA, MAX_URL_LENGTH } from "../../../../src/lib/limits.ts";
import { keptMetadata } from "../../../../src/oauth/discovery/keptMetadata.ts";

test("of an issuer's metadata only what somebody uses is kept", () => {
  const used = {
    issuer: "https://login.example.com",
    token_endpoint: "https://login.example.com/token",
    jwks_uri: "https://login.example.com/keys",
    scopes_supported: ["read"],
    client_id_metadata_document_supported: true,
  };
  const others = { service_documentation: "https://login.example.com/docs", claims_supported: ["sub"], toString: 1 };
  assert.deepEqual(keptMetadata({ ...used, ...others }), used);
});

test("a list is kept up to a number of texts, and no address that is longer than any", () => {
  const many = Array.from({ length: MAX_IN_METADATA + 1 }, (_, at) => `s${at}`);
  const found = keptMetadata({
    scopes_supported: [null, 7, "x".repeat(MAX_URL_LENGTH + 1), ...many],
    token_endpoint: `https://login.example.com/${"x".repeat(MAX_URL_LENGTH)}`,
  });
  assert.deepEqual(found, { scopes_supported: many.slice(0, MAX_IN_METADATA), token_endpoint: "" });
});
