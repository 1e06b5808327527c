import assert from "node:assert/strict";
import { test } from "node:test";
import { proofCheck } from "../../../src/diagnosis/proofCheck.ts";
import type { ProofOffer } from "../../../src/oauth/discovery/proofOffer.ts";
import type { TokenSet } from "../../../src/oauth/tokens/tokenSet.ts";
import { resolvedGateway } from "../../support/resolved.ts";

const binds = { issuer: "https://login.example.com", dpop_signing_alg_values_supported: ["ES256"] };
const other = { issuer: "https://login.example.com" };
const proofKey = { kty: "EC", crv: "P-256", x: "x", y: "y", d: "marked-key" } as const;

const signedIn = (changes: Partial<TokenSet>): TokenSet => ({
  sessionId: "s",
  server: binds,
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: [],
  accessToken: "marked",
  issuedAt: 0,
  ...changes,
});

const only: ProofOffer = { only: true };
const beside: ProofOffer = { only: false };
const bound = signedIn({ proofKey, isBound: true });

test("Explain Access says what it saw of bound tokens, and nothing where nobody speaks of them", () => {
  const cases: readonly (readonly [
    what: string,
    seen: { offer?: ProofOffer; server?: typeof other; tokens?: TokenSet; dpop?: boolean; bearerToken?: "id" },
    expected: readonly [state: string, found: RegExp, fix?: RegExp] | undefined,
  ])[] = [
    ["nobody speaks of it", {}, undefined],
    ["nor of somebody who is signed in", { tokens: signedIn({}) }, undefined],
    ["an ID token is sent", { offer: only, bearerToken: "id" }, undefined],
    ["bound, and taken", { offer: only, tokens: bound }, ["passed", /bound to the key/]],
    ["bound, and the gateway does not say so", { tokens: bound }, ["note", /bound to the key/]],
    ["for any bearer, beside others", { offer: beside, tokens: signedIn({}) }, ["note", /any bearer/]],
    ["for any bearer, in vain", { offer: only, tokens: signedIn({}) }, ["failed", /any bearer/, /Sign in again/]],
    [
      "for any bearer, although it was proven",
      { offer: only, tokens: signedIn({ proofKey }) },
      ["failed", /although/, /identity provider to bind/],
    ],
    ["turned off", { offer: only, tokens: signedIn({}), dpop: false }, ["failed", /any bearer/, /"dpop" out/]],
    ["nobody is signed in yet", { offer: only }, ["passed", /issues such/]],
    ["nobody can be", { offer: only, server: other }, ["failed", /does not say/, /identity provider to bind/]],
    ["asked for in vain", { dpop: true, server: other }, ["note", /does not say/]],
  ];
  for (const [what, { offer, server = binds, tokens, dpop, bearerToken = "access" }, expected] of cases) {
    const { settings } = resolvedGateway({ ...(dpop !== undefined && { dpop }) });
    const [check, ...more] = proofCheck({ settings, bearerToken, ...(tokens && { tokens }) }, { offer, server });
    assert.equal(more.length, 0);
    assert.equal(check?.state, expected?.[0], what);
    if (!expected) continue;
    assert.match(check?.found ?? "", expected[1], what);
    assert.match(check?.fix ?? "", expected[2] ?? /^$/, what);
    assert.doesNotMatch(JSON.stringify(check), /marked/);
  }
});
