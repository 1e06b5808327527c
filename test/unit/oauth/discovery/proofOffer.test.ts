import assert from "node:assert/strict";
import { test } from "node:test";
import { parseChallenge } from "../../../../src/oauth/discovery/challenge.ts";
import { bindsTokens, type ProofOffer, proofOffer } from "../../../../src/oauth/discovery/proofOffer.ts";
import { findProtectedResource } from "../../../../src/oauth/discovery/protectedResource.ts";
import { fakeNetwork, json } from "../../../support/fakePorts.ts";

const algorithms = ["ES256"];
const gateway = new URL("https://gw.example.com/mcp");

test("a gateway takes bound tokens where its challenge or its metadata says so, with an algorithm of ours", async () => {
  const cases: readonly (readonly [challenge: string | null, metadata: object, offer: ProofOffer | undefined])[] = [
    [null, {}, undefined],
    ["Bearer", {}, undefined],
    ["DPoP", {}, { only: true }],
    ['DPoP algs="ES256"', {}, { only: true, algorithms }],
    ['Bearer, DPoP algs="PS256 ES256"', {}, { only: false, algorithms }],
    ['DPoP algs="RS256"', {}, undefined],
    ["Bearer", { dpop_signing_alg_values_supported: ["ES256"] }, { only: false, algorithms }],
    [
      "Bearer",
      { dpop_signing_alg_values_supported: ["ES256"], dpop_bound_access_tokens_required: true },
      { only: true, algorithms },
    ],
    ["Bearer", { dpop_bound_access_tokens_required: true }, { only: true }],
    ["Bearer", { dpop_bound_access_tokens_required: "true" }, undefined],
    ["Bearer", { dpop_signing_alg_values_supported: [] }, undefined],
    ["Bearer", { dpop_signing_alg_values_supported: [7, null] }, undefined],
    ["Bearer", { dpop_signing_alg_values_supported: "ES256" }, undefined],
    ["Bearer", { dpop_signing_alg_values_supported: ["RS256"], dpop_bound_access_tokens_required: true }, undefined],
    ["DPoP", { dpop_signing_alg_values_supported: ["RS256"] }, undefined],
  ];
  for (const [header, metadata, offer] of cases) {
    const network = fakeNetwork({
      "https://gw.example.com/.well-known/oauth-protected-resource/mcp": json({
        resource: gateway.href,
        authorization_servers: ["https://login.example.com"],
        ...metadata,
      }),
    });
    const resource = await findProtectedResource({ gateway }, { fetch: network.fetch });
    assert.deepEqual(proofOffer(parseChallenge(header), resource), offer, JSON.stringify([header, metadata]));
  }
});

test("a provider binds tokens only where it lists our algorithm, whatever else stands there", () => {
  const listed: readonly unknown[] = [["ES256"], ["RS256", "ES256"], ["RS256"], [], undefined, "ES256", null, {}];
  assert.deepEqual(
    listed.map((value) => bindsTokens({ issuer: "i", dpop_signing_alg_values_supported: value as string[] })),
    [true, true, false, false, false, false, false, false],
  );
});
