import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../../src/connections/connection.ts";
import { isOfWantedKind } from "../../../../src/connections/signIn/wantedKind.ts";
import type { RecordedOffer } from "../../../../src/oauth/discovery/proofOffer.ts";
import type { Authorization } from "../../../../src/oauth/signIn/recordedAuthorization.ts";
import type { TokenSet } from "../../../../src/oauth/tokens/tokenSet.ts";

const url = "https://gw.example.com/mcp";
const binds = { issuer: "https://login.example.com", dpop_signing_alg_values_supported: ["ES256"] };
const proofKey = { kty: "EC", crv: "P-256", x: "x", y: "y", d: "d" } as const;

const tokens = (changes: Partial<TokenSet>): TokenSet => ({
  sessionId: "s",
  server: binds,
  client: { clientId: "app", authMethod: "none" },
  account: { id: "ada", label: "Ada" },
  scopes: [],
  accessToken: "marked",
  issuedAt: 0,
  ...changes,
});

const connection = (proof?: RecordedOffer): Connection => ({
  id: "c",
  name: "Work",
  url,
  authorization: {
    kind: "oauth",
    server: binds,
    clientId: "app",
    clientSource: "configured",
    scopes: [],
    ...(proof && { proof }),
  } satisfies Authorization,
});

test("tokens of the other kind count as none where the gateway or the settings leave no choice, and another would come", () => {
  const bound = tokens({ proofKey, isBound: true });
  const proven = tokens({ proofKey });
  const plain = tokens({});
  const unbindable = tokens({ server: { issuer: "https://login.example.com" } });
  const all = [bound, proven, plain, unbindable];
  const only = { scopes: [], proofs: { only: true } };
  const cases = [
    { dpop: undefined, fits: [true, true, true, true] },
    { dpop: undefined, proof: "offered", fits: [true, true, true, true] },
    { dpop: undefined, proof: "required", fits: [true, true, false, true] },
    { dpop: undefined, proof: { only: false }, fits: [true, true, true, true] },
    { dpop: undefined, proof: { only: true, algorithms: ["ES256"] }, fits: [true, true, false, true] },
    // Whatever the provider would bind to, the gateway takes no proof by it.
    { dpop: undefined, proof: { only: true, algorithms: ["EdDSA"] }, fits: [true, true, true, true] },
    { dpop: undefined, challenge: only, fits: [true, true, false, true] },
    { dpop: true, fits: [true, true, false, true] },
    { dpop: false, challenge: only, fits: [false, true, true, true] },
    // What cannot be read is told elsewhere, and keeps nobody out.
    { dpop: "yes", fits: [true, true, true, true] },
  ] as const;
  for (const { dpop, fits, ...more } of cases) {
    const settings = { gateways: { [url]: { dpop } }, shared: {} };
    const { proof, challenge } = { proof: undefined, challenge: undefined, ...more };
    assert.deepEqual(
      all.map((one) => isOfWantedKind(one, connection(proof), challenge, settings)),
      fits,
      JSON.stringify({ dpop, ...more }),
    );
  }
});
