import assert from "node:assert/strict";
import { test } from "node:test";
import { proofRefusal } from "../../../../src/oauth/tokens/proofRefusal.ts";
import type { TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";

const proofKey = { kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" } as const;
const tokens: TokenSet = {
  sessionId: "s",
  server: { issuer: "https://login.example.com" },
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: [],
  accessToken: "marked",
  issuedAt: 0,
};

/** The gateway's clock. */
const date = "Fri, 27 Nov 2026 12:00:00 GMT";

/** What a refusal comes to, by our clock so many seconds later. */
function refusal(error: string, { isBound = true, seconds = 0, says = date as string | null } = {}) {
  const headers = { get: (name: string) => (name === "date" ? says : null) };
  const failure = proofRefusal(
    { refused: { error, words: "in its words" }, answer: { headers }, sentAt: Date.parse(date) + seconds * 1000 },
    { gateway: "Tools", token: isBound ? { proofKey } : {}, tokens },
  );
  return failure && [failure.code, failure.facts];
}

test("a refusal of the proof is no refusal of the token, and one of a bound token itself is", () => {
  const refused = (error: string) => ["proof_refused", { gateway: "Tools", error, words: "in its words" }];
  assert.deepEqual(
    ["invalid_dpop_proof", "use_dpop_nonce", "invalid_token", "insufficient_scope"].map((error) => refusal(error)),
    [refused("invalid_dpop_proof"), refused("use_dpop_nonce"), undefined, undefined],
  );
});

test("where a token of any bearer is refused for want of a proof, a bound one is needed, of its issuer", () => {
  const needed = ["bound_token_needed", { gateway: "Tools", issuer: "https://login.example.com" }];
  assert.deepEqual(
    ["invalid_dpop_proof", "invalid_token"].map((error) => refusal(error, { isBound: false })),
    [needed, needed],
  );
});

test("clocks that differ by two minutes or more are told with the direction, as far as the gateway says its time", () => {
  const clocks = (seconds: number, says: string | null = date) => {
    const [, facts] = refusal("invalid_dpop_proof", { seconds, says }) ?? [];
    const { gateway: _, error: __, words: ___, ...told } = facts as Readonly<Record<string, unknown>>;
    return told;
  };
  assert.deepEqual(
    [clocks(89), clocks(-89), clocks(120), clocks(-120), clocks(600), clocks(600, null), clocks(600, "no date")],
    [{}, {}, { minutesAhead: 2 }, { minutesBehind: 2 }, { minutesAhead: 10 }, {}, {}],
  );
});
