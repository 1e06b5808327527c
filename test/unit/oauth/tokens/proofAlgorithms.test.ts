import assert from "node:assert/strict";
import { test } from "node:test";
import { EmbeddedJWK, jwtVerify } from "jose";
import { parseChallenge } from "../../../../src/oauth/discovery/challenge.ts";
import { type ProofOffer, proofOffer, wantedProofs } from "../../../../src/oauth/discovery/proofOffer.ts";
import { presentToken } from "../../../../src/oauth/tokens/presentToken.ts";
import { isKeyFor, type ProofAlgorithm, proofAlgorithms } from "../../../../src/oauth/tokens/proofAlgorithms.ts";
import { newProofKey } from "../../../../src/oauth/tokens/proofs.ts";

/** Drafts of further algorithms: of another curve, of another type of key, and of one that its key has to name. */
const drafts: readonly ProofAlgorithm[] = [
  {
    name: "ES384",
    kind: { kty: "EC", crv: "P-384" },
    members: ["kty", "crv", "x", "y"],
    secrets: ["d"],
    parameters: { name: "ECDSA", namedCurve: "P-384", hash: "SHA-384" },
  },
  {
    name: "Ed25519",
    kind: { kty: "OKP", crv: "Ed25519" },
    members: ["kty", "crv", "x"],
    secrets: ["d"],
    parameters: { name: "Ed25519" },
  },
  {
    name: "PS256",
    kind: { kty: "RSA", alg: "PS256" },
    members: ["kty", "alg", "n", "e"],
    secrets: ["d", "p", "q", "dp", "dq", "qi"],
    parameters: {
      ...{ name: "RSA-PSS", hash: "SHA-256", saltLength: 32 },
      ...{ modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) },
    },
  },
];

/** What gateway and authorization server name, and the algorithm of the proof that the gateway is sent. */
async function signedWith(gateway: string, server: readonly string[]): Promise<string | undefined> {
  const offer = proofOffer(parseChallenge(`DPoP algs="${gateway}"`), undefined);
  // As it is kept with the connection.
  const recorded = offer && (JSON.parse(JSON.stringify(offer)) as ProofOffer);
  const algorithms = wantedProofs({
    ...{ setting: undefined, offer: recorded, bearerToken: "access" },
    server: { issuer: "https://login.example.com", dpop_signing_alg_values_supported: [...server] },
  });
  if (algorithms.length === 0) return undefined;
  const proofKey = await newProofKey(algorithms);
  assert.ok(isKeyFor(proofKey, algorithms) && !isKeyFor(proofKey, []) && !isKeyFor(undefined, algorithms));
  let alg: string | undefined;
  await presentToken({ url: "https://gw.example.com/mcp" }, { text: "t", proofKey }, async ({ dpop = "" }) => {
    const { protectedHeader } = await jwtVerify(dpop, EmbeddedJWK, { typ: "dpop+jwt" });
    assert.ok(!("d" in (protectedHeader.jwk ?? {})));
    alg = protectedHeader.alg;
    return new Response("ok");
  });
  return alg;
}

test("a sign-in has what is wanted by its key's algorithm, and without a key where none is wanted", () => {
  const [own, other] = [
    { kty: "EC", crv: "P-256" },
    { kty: "EC", crv: "P-384" },
  ];
  const wanted = [[], ["ES256"], ["EdDSA", "ES256"], ["EdDSA"]];
  assert.deepEqual(
    [undefined, own, other].map((key) => wanted.map((names) => isKeyFor(key, names))),
    [
      [true, false, false, false],
      [false, true, true, false],
      [false, false, false, false],
    ],
  );
});

test("a further algorithm of proofs is a row of one table, from what is offered to the proof that is sent", async () => {
  const table = proofAlgorithms as ProofAlgorithm[];
  const all = ["PS256", "ES384", "ES256", "Ed25519"];
  const before = await Promise.all(all.map((name) => signedWith(name, all)));
  table.push(...drafts);
  try {
    assert.deepEqual(
      {
        before,
        after: await Promise.all(all.map((name) => signedWith(name, all))),
        first: await signedWith(all.join(" "), all),
        common: await signedWith("ES256 ES384", ["Ed25519", "ES384"]),
        none: await signedWith("ES256 ES384", ["Ed25519"]),
      },
      {
        before: [undefined, undefined, "ES256", undefined],
        after: all,
        first: "ES256",
        common: "ES384",
        none: undefined,
      },
    );
  } finally {
    table.splice(-drafts.length);
  }
});
