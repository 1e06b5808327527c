import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { parseChallenge, refusalWords, splitScopes, unionOfScopes } from "../../../../src/oauth/discovery/challenge.ts";
import { anyCharacter } from "../../../support/anyText.ts";
import { runs } from "../../../support/bulk.ts";

const url = "https://gw.example.com/.well-known/oauth-protected-resource";

test("the challenge is read whatever its order, case, spacing and neighbours", () => {
  const expected = { error: "invalid_token", scopes: ["read", "write"], resourceMetadata: url };
  const headers = [
    `Bearer error="invalid_token", scope="read write", resource_metadata="${url}"`,
    `bearer resource_metadata="${url}",scope="read  write",error=invalid_token`,
    `BEARER  Resource_Metadata = "${url}" , SCOPE = "read write" , Error = "invalid_token"`,
    `Basic realm="x", Bearer error="invalid_token", scope="read write", resource_metadata="${url}"`,
    `Digest algs="x", Bearer error="invalid_token", scope="read write", resource_metadata="${url}", Basic error="y"`,
    `Negotiate abc==, Bearer error="invalid_token", scope="read write", resource_metadata="${url}"`,
    `Bearer error="invalid_token", scope="read write", Bearer error="second", resource_metadata="${url}"`,
    `Bearer ,, error="invalid_\\token", scope="read write",, resource_metadata="${url}"`,
  ];
  assert.deepEqual(
    headers.map((header) => parseChallenge(header)),
    headers.map(() => expected),
  );
});

test("why a request was refused is what the challenge says, else the body, and no more than the code said", () => {
  const cases: readonly (readonly [header: string, body: string, words: string | undefined])[] = [
    ['Bearer error="invalid_token", error_description="The token expired."', '{"message":"no"}', "The token expired"],
    ['Bearer error="invalid_token"', '{"message":"Wrong audience"}', "Wrong audience"],
    ['Bearer error="invalid_token"', '{"error":"invalid_token"}', undefined],
    ["Bearer", "Unauthorized", undefined],
    ["Basic realm=x", "Ask Ada", "Ask Ada"],
    ['Bearer error_description="access_token=abcdefgh is not known"', "", "access_token=[redacted] is not known"],
    ["Bearer", "<!doctype html><p>no", undefined],
  ];
  assert.deepEqual(
    cases.map(([header, body]) => refusalWords(parseChallenge(header), body).words),
    cases.map(([, , words]) => words),
  );
});

test("a DPoP challenge is read beside a Bearer one, and says when there is no such", () => {
  const cases = [
    [
      `DPoP algs="ES256  PS256", Bearer scope="read"`,
      { scopes: ["read"], proofs: { only: false, algorithms: ["ES256", "PS256"] } },
    ],
    [`Bearer, dpop error="use_dpop_nonce"`, { error: "use_dpop_nonce", scopes: [], proofs: { only: false } }],
    [`DPoP resource_metadata="${url}"`, { scopes: [], resourceMetadata: url, proofs: { only: true } }],
    [`Basic realm="DPoP", DPoP`, { scopes: [], proofs: { only: true } }],
    [`Bearer realm="DPoP algs=ES256"`, { scopes: [] }],
  ] as const;
  assert.deepEqual(
    cases.map(([header]) => parseChallenge(header)),
    cases.map(([, expected]) => expected),
  );
});

test("without a Bearer challenge there is none, however much a quoted string looks like one", () => {
  const headers = [null, "", "Basic realm=x", "Bearerish error=x", `Basic realm="a, Bearer resource_metadata=${url}"`];
  assert.deepEqual(
    headers.map((header) => parseChallenge(header)),
    headers.map(() => undefined),
  );
});

test("a value in quotes of a shell is what stands between them, and an apostrophe elsewhere is its own", () => {
  const values = [
    ["'invalid_token'", "invalid_token"],
    ["a'b'", "a'b'"],
    ["'a'b", "'a'b"],
    ["''", ""],
  ] as const;
  assert.deepEqual(
    values.map(([value]) => parseChallenge(`Bearer error=${value}, scope=a`)?.error ?? ""),
    values.map(([, read]) => read),
  );
});

test("a scheme that is named like something every object has is a scheme like others", () => {
  for (const scheme of ["__proto__", "constructor", "toString"]) {
    assert.deepEqual(parseChallenge(`${scheme} error="x", Bearer scope="read"`), { scopes: ["read"] });
  }
});

test("a bare Bearer is a challenge that says nothing", () => {
  assert.deepEqual(
    ["Bearer", "Bearer, Basic realm=x", "Basic realm=x, Bearer"].map((header) => parseChallenge(header)),
    [{ scopes: [] }, { scopes: [] }, { scopes: [] }],
  );
});

test("no header makes the parser throw, or think for long", () => {
  const piece = fc.constantFrom("Bearer", "Basic", " ", ",", "=", '"', "\\", "scope", "error", "a b", "/", "é");
  const header = fc.oneof(
    fc.string({ unit: anyCharacter }),
    fc.array(piece, { maxLength: 200 }).map((p) => p.join("")),
  );
  fc.assert(
    fc.property(header, (text) => void parseChallenge(text)),
    runs(1000),
  );
  for (const text of [", ".repeat(20_000), '="'.repeat(20_000), `${"a".repeat(20_000)}${" ".repeat(20_000)}`]) {
    parseChallenge(`Bearer ${text}`);
  }
});

test("any scopes that are sent come out as they are", () => {
  const token = fc.stringMatching(/^[\x21\x23-\x5b\x5d-\x7e]{1,20}$/);
  fc.assert(
    fc.property(fc.array(token), (scopes) => {
      assert.deepEqual(parseChallenge(`Bearer scope="${scopes.join(" ")}"`)?.scopes, scopes);
    }),
    runs(1000),
  );
});

test("scopes are asked for once each, in order of appearance", () => {
  assert.deepEqual(
    [splitScopes(undefined), splitScopes(" a  b "), unionOfScopes(["b", "a"], ["a", "c"], [])],
    [[], ["a", "b"], ["b", "a", "c"]],
  );
});
