import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { decodeJwt, EmbeddedJWK, jwtVerify } from "jose";
import { presentToken } from "../../../../src/oauth/tokens/presentToken.ts";
import type { ProofKey } from "../../../../src/oauth/tokens/proofAlgorithms.ts";
import { newProofKey, proofsWith, thumbprintOf } from "../../../../src/oauth/tokens/proofs.ts";
import { failureOf } from "../../../support/fakePorts.ts";

const url = "https://gw.example.com/mcp?tenant=1#part";

/** Presents a token to a server that answers as scripted, and says what it was sent. */
async function present(proofKey: ProofKey | undefined, answers: readonly Response[], method = "POST") {
  const sent: Readonly<Record<string, string>>[] = [];
  const answer = await presentToken(
    { url, method, headers: { Authorization: "Bearer ours", DPoP: "theirs", "x-own": "1" } },
    { text: "marked-token", ...(proofKey && { proofKey }) },
    async (headers) => {
      sent.push(headers);
      return answers[sent.length - 1] ?? new Response("more than was expected", { status: 500 });
    },
  );
  return { sent, answer };
}

const wantsNonce = (nonce: string, status = 401) =>
  new Response("{}", { status, headers: { "dpop-nonce": nonce, "www-authenticate": 'DPoP error="use_dpop_nonce"' } });

test("a proof names the method, the address without query and fragment, the token, and nothing private", async () => {
  const key = await newProofKey();
  const { sent } = await present(key, [new Response("ok")], "delete");
  const [headers = {}] = sent;
  const { payload, protectedHeader } = await jwtVerify(headers.dpop ?? "", EmbeddedJWK, { typ: "dpop+jwt" });
  const { iat = 0, jti = "", ...claims } = payload;
  assert.deepEqual(
    { claims, jwk: Object.keys(protectedHeader.jwk ?? {}).sort(), alg: protectedHeader.alg },
    {
      claims: {
        htm: "DELETE",
        htu: "https://gw.example.com/mcp",
        ath: createHash("sha256").update("marked-token").digest("base64url"),
      },
      jwk: ["crv", "kty", "x", "y"],
      alg: "ES256",
    },
  );
  assert.ok(Math.abs(iat - Date.now() / 1000) < 60 && jti.length > 20);
  assert.deepEqual(Object.keys(headers).sort(), ["authorization", "dpop", "x-own"]);
  assert.equal(headers.authorization, "DPoP marked-token");
});

test("a token of any bearer goes without a proof, and none of what the request brought goes with it", async () => {
  const { sent } = await present(undefined, [new Response("ok")]);
  assert.deepEqual(sent, [{ authorization: "Bearer marked-token", "x-own": "1" }]);
});

test("a server that wants its nonce gets the request once more, newly signed, and the nonce from then on", async () => {
  const key = await newProofKey();
  const first = await present(key, [wantsNonce("one"), new Response("ok", { headers: { "dpop-nonce": "two" } })]);
  const second = await present(key, [new Response("ok")]);
  const proofs = [...first.sent, ...second.sent].map(({ dpop = "" }) => decodeJwt(dpop));
  assert.deepEqual(
    [proofs.map(({ nonce }) => nonce), new Set(proofs.map(({ jti }) => jti)).size, first.answer.status],
    [[undefined, "one", "two"], 3, 200],
  );
});

test("it is asked again for another nonce only, and not for long: any other 401 is the answer at once", async () => {
  const key = await newProofKey();
  const again = await present(key, [wantsNonce("one"), wantsNonce("one")]);
  const others = await present(
    key,
    ["two", "three", "four", "five"].map((nonce) => wantsNonce(nonce)),
  );
  const other = new Response("{}", {
    status: 401,
    headers: { "dpop-nonce": "three", "www-authenticate": 'DPoP error="invalid_token"' },
  });
  const refused = await present(key, [other]);
  const without = await present(key, [
    new Response("{}", { status: 401, headers: { "www-authenticate": 'DPoP error="use_dpop_nonce"' } }),
  ]);
  assert.deepEqual(
    [again, others, refused, without].map(({ sent, answer }) => [sent.length, answer.status]),
    [
      [2, 401],
      [3, 401],
      [1, 401],
      [1, 401],
    ],
  );
});

test("what nobody could send back as a nonce is none", async () => {
  const key = await newProofKey();
  for (const nonce of ["", " ", "x".repeat(2000)]) {
    const { sent, answer } = await present(key, [wantsNonce(nonce), new Response("ok")]);
    assert.deepEqual([sent.length, answer.status], [1, 401]);
  }
  const { sent } = await present(key, [wantsNonce("a, b"), new Response("ok")]);
  assert.deepEqual(
    sent.map(({ dpop = "" }) => decodeJwt(dpop).nonce),
    [undefined, "a, b"],
  );
});

test("each origin has its own nonce", async () => {
  const key = await newProofKey();
  await present(key, [wantsNonce("of the gateway"), new Response("ok")]);
  const sent: Readonly<Record<string, string>>[] = [];
  await presentToken({ url: "https://other.example.com/mcp" }, { text: "t", proofKey: key }, async (headers) => {
    sent.push(headers);
    return new Response("ok");
  });
  assert.deepEqual(
    sent.map(({ dpop = "" }) => [decodeJwt(dpop).nonce, decodeJwt(dpop).htm]),
    [[undefined, "GET"]],
  );
});

test("a stored key that cannot sign is told as that, whatever is wrong with it, and is not quoted", async () => {
  const key = await newProofKey();
  const other = await newProofKey();
  const damaged: readonly unknown[] = [
    { ...key, d: other.d },
    { ...key, x: other.x },
    { ...key, d: undefined },
    { ...key, d: "" },
    { ...key, d: "marked-d" },
    { ...key, crv: "P-384" },
    { ...key, kty: "RSA" },
    {},
    [],
    "marked-d",
    7,
  ];
  for (const one of damaged) {
    const failure = await failureOf(() => present(one as ProofKey, []));
    assert.equal((failure as { code: string }).code, "proof_key_unusable", JSON.stringify(one));
    assert.doesNotMatch(JSON.stringify(failure), /marked-d/);
  }
  // What is beside the key in a store, such as its permitted uses, is of no account.
  await proofsWith({ ...key, key_ops: ["verify"] } as unknown as ProofKey);
});

test("every key is another one, and its thumbprint is that of RFC 7638", async () => {
  const [one, two] = [await newProofKey(), await newProofKey()];
  const expected = ({ crv, kty, x, y }: ProofKey) =>
    createHash("sha256").update(JSON.stringify({ crv, kty, x, y })).digest("base64url");
  assert.deepEqual([await thumbprintOf(one), await thumbprintOf(two)], [expected(one), expected(two)]);
  assert.notEqual(one.d, two.d);
});

test("it is asked for a nonce by a 401 or a 400 alone, and what was answered before is let go of", async () => {
  const asked = [];
  for (const status of [401, 400, 403, 500]) {
    const key = await newProofKey();
    const sent: (string | undefined)[] = [];
    const cancelled: string[] = [];
    await presentToken({ url }, { text: "t", proofKey: key }, async ({ dpop = "" }) => {
      sent.push(decodeJwt(dpop).nonce as string | undefined);
      const headers: Readonly<Record<string, string>> = {
        "dpop-nonce": " n ",
        "www-authenticate": 'DPoP error="use_dpop_nonce"',
      };
      const answer = { status, headers: { get: (name: string) => headers[name] ?? null } };
      return { ...answer, cancel: async () => void cancelled.push("whole") };
    });
    asked.push([status, sent, cancelled]);
  }
  assert.deepEqual(asked, [
    [401, [undefined, "n"], ["whole"]],
    [400, [undefined, "n"], ["whole"]],
    [403, [undefined], []],
    [500, [undefined], []],
  ]);
  let isCancelled = false;
  const body = new ReadableStream({
    cancel: () => {
      isCancelled = true;
    },
  });
  const { headers } = wantsNonce("n");
  await present(await newProofKey(), [new Response(body, { status: 401, headers }), new Response("ok")]);
  const { answer } = await present(await newProofKey(), [
    new Response(null, { status: 401, headers }),
    new Response("ok"),
  ]);
  assert.deepEqual([isCancelled, answer.status], [true, 200]);
});

test("a 401 without a challenge is the answer, the longest nonce is one, and this machine needs no https", async () => {
  const key = await newProofKey();
  const bare = await present(key, [new Response("{}", { status: 401, headers: { "dpop-nonce": "n" } })]);
  const longest = "x".repeat(1024);
  const { sent } = await present(await newProofKey(), [wantsNonce(longest), new Response("ok")]);
  const local = await presentToken(
    { url: "http://127.0.0.1:1/mcp" },
    { text: "t", proofKey: key },
    async () => new Response("ok"),
  );
  assert.deepEqual([bare.sent.length, decodeJwt(sent[1]?.dpop ?? "").nonce, local.status], [1, longest, 200]);
});

test("without a token a request goes as it is, but for what would stand for one", async () => {
  const sent: unknown[] = [];
  const headers = {
    "X-Authorization": "a",
    "Authorization-Info": "b",
    "x-dpop": "c",
    DPoPs: "d",
    AUTHORIZATION: "e",
    dpop: "f",
  };
  for (const token of [undefined, { text: undefined }]) {
    await presentToken({ url, headers }, token, async (given) => {
      sent.push(given);
      return new Response("ok");
    });
  }
  const kept = { "X-Authorization": "a", "Authorization-Info": "b", "x-dpop": "c", DPoPs: "d" };
  assert.deepEqual(sent, [kept, kept]);
});

test("of many keys those that were used last know their nonces, and the others begin anew", async () => {
  const [used, unused] = [await newProofKey(), await newProofKey()];
  for (const key of [used, unused]) await present(key, [wantsNonce("known"), new Response("ok")]);
  const nonce = async (key: ProofKey) => {
    const { sent } = await present(key, [new Response("ok")]);
    return decodeJwt(sent[0]?.dpop ?? "").nonce;
  };
  for (let count = 2; count < 50; count++) await proofsWith(await newProofKey());
  const first = await nonce(used);
  await proofsWith(await newProofKey());
  assert.deepEqual([first, await nonce(used), await nonce(unused)], ["known", "known", undefined]);
});
