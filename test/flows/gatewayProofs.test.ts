import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ProofRules } from "../../src/agentcore/authorizer/beyondAgentCore.ts";
import { asymmetricAlgorithms } from "../../src/lib/asymmetricAlgorithms.ts";
import { runs } from "../support/bulk.ts";
import { type ProofMaker, proofMaker, tokenHash } from "../support/dpop/proofMaker.ts";
import { type GatewayWorld, initialize, withGateway } from "../support/gatewayCaller.ts";

const algorithms = `DPoP algs="${asymmetricAlgorithms.join(" ")}"`;

interface Sent {
  readonly scheme?: string;
  /** `undefined` sends none. */
  readonly proofs?: readonly string[];
}

interface ProofWorld extends GatewayWorld {
  readonly maker: ProofMaker;
  /** A token that is bound to the key of `maker`. */
  readonly token: string;
  readonly clock: { ahead: number };
  /** The claims of a proof for a POST with that token. */
  readonly good: Readonly<Record<string, unknown>>;
  /** The status, the error of the challenge, and the nonce that came. */
  present(token: string, sent: Sent): Promise<{ status: number; error?: string; nonce?: string; challenge: string }>;
}

/** A gateway that takes bound tokens. */
const withProofs = (rules: ProofRules, act: (world: ProofWorld) => Promise<void>, algorithm = "ES256") => {
  const clock = { ahead: 0 };
  const options = { beyondAgentCore: { dpop: rules }, now: () => Date.now() + clock.ahead * 1000 };
  return withGateway(options, async (world) => {
    const maker = await proofMaker(algorithm);
    const token = await world.issuer.token({
      cnf: { jkt: maker.thumbprint },
      exp: Math.floor(Date.now() / 1000) + 9e4,
    });
    await act({
      ...world,
      ...{ maker, token, clock },
      good: { htm: "POST", htu: world.gateway.url, ath: tokenHash(token) },
      async present(presented, { scheme = "DPoP", proofs = [] }) {
        const headers = new Headers({ authorization: `${scheme} ${presented}`, "content-type": "application/json" });
        headers.set("accept", "application/json, text/event-stream");
        for (const proof of proofs) headers.append("dpop", proof);
        const { url } = world.gateway;
        const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(initialize) });
        await answer.text();
        const challenge = answer.headers.get("www-authenticate") ?? "";
        const [, error] = /error="([^"]+)"/.exec(challenge) ?? [];
        const nonce = answer.headers.get("dpop-nonce");
        return { status: answer.status, challenge, ...(error && { error }), ...(nonce !== null && { nonce }) };
      },
    });
  });
};

test("a bound token with a proof passes, whichever algorithm the key has, and no other does where they are required", async () => {
  for (const algorithm of asymmetricAlgorithms) {
    await withProofs(
      { required: true },
      async ({ maker, token, good, present }) => {
        const { status } = await present(token, { proofs: [await maker.proof(good)] });
        assert.equal(status, 200, algorithm);
      },
      algorithm,
    );
  }
  await withProofs({ required: true }, async ({ issuer, token, gateway, present }) => {
    const metadata = await (await fetch(gateway.metadataUrl)).json();
    assert.deepEqual(metadata, {
      authorization_servers: [issuer.issuer],
      resource: gateway.url,
      dpop_signing_alg_values_supported: asymmetricAlgorithms,
      dpop_bound_access_tokens_required: true,
    });
    const challenge = `${algorithms}, error="invalid_token", resource_metadata="${gateway.metadataUrl}"`;
    const plain = await present(await issuer.token(), { scheme: "Bearer" });
    const taken = await present(token, { scheme: "Bearer" });
    assert.deepEqual(
      [plain, taken],
      [
        { status: 401, challenge, error: "invalid_token" },
        { status: 401, challenge, error: "invalid_token" },
      ],
    );
    assert.equal((await fetch(gateway.url)).headers.get("www-authenticate"), challenge);
  });
});

test("where they are not required a token of any bearer passes too, and a bound one without its proof does not", async () => {
  await withProofs({}, async ({ issuer, token, gateway, maker, good, present }) => {
    const plain = await present(await issuer.token(), { scheme: "Bearer" });
    const proven = await present(token, { scheme: "dpop", proofs: [await maker.proof(good)] });
    const taken = await present(token, { scheme: "Bearer" });
    const both = `Bearer error="invalid_token", resource_metadata="${gateway.metadataUrl}", ${algorithms}`;
    assert.deepEqual([plain.status, proven.status, taken.status, taken.challenge], [200, 200, 401, both]);
  });
});

test("without the setting there is one scheme, as at AgentCore, and a proof changes nothing", async () => {
  await withGateway({}, async ({ issuer, gateway, post }) => {
    const maker = await proofMaker();
    const token = await issuer.token({ cnf: { jkt: maker.thumbprint } });
    const proof = await maker.proof({ htm: "POST", htu: gateway.url, ath: tokenHash(token) });
    const challenge = `Bearer error="invalid_token", resource_metadata="${gateway.metadataUrl}"`;
    const bearer = await post(token, initialize, { dpop: proof });
    const dpop = await post(undefined, initialize, { authorization: `DPoP ${token}`, dpop: proof });
    assert.deepEqual([bearer.status, dpop.status, dpop.challenge], [200, 401, challenge]);
  });
});

test("a proof that is wrong in one thing is refused for it, and a good one passes after all of them", async () => {
  await withProofs(
    { required: true, lifetimeSeconds: 100 },
    async ({ maker, token, gateway, good, issuer, audit, present }) => {
      const other = await proofMaker();
      const rsa = await proofMaker("RS256");
      const at = Math.floor(Date.now() / 1000);
      const { origin, port } = new URL(gateway.url);
      const claims: readonly (readonly [what: string, claim: string, changes: Readonly<Record<string, unknown>>])[] = [
        ["another method", "htm", { htm: "GET" }],
        ["the method in another case", "htm", { htm: "post" }],
        ["no method", "htm", { htm: undefined }],
        ["another path", "htu", { htu: `${gateway.url}/other` }],
        ["a slash at the end", "htu", { htu: `${gateway.url}/` }],
        ["another port", "htu", { htu: "http://127.0.0.1:1/mcp" }],
        ["another host", "htu", { htu: `http://example.com:${port}/mcp` }],
        ["another scheme", "htu", { htu: gateway.url.replace("http:", "https:") }],
        ["a query", "htu", { htu: `${gateway.url}?a=b` }],
        ["a fragment", "htu", { htu: `${gateway.url}#a` }],
        ["somebody's name", "htu", { htu: gateway.url.replace("://", "://user:pass@") }],
        ["no address", "htu", { htu: undefined }],
        ["a path alone", "htu", { htu: "/mcp" }],
        ["a list of addresses", "htu", { htu: [gateway.url] }],
        ["the origin alone", "htu", { htu: origin }],
        ["too old", "iat", { iat: at - 102 }],
        ["for later", "iat", { iat: at + 90 }],
        ["no time", "iat", { iat: undefined }],
        ["a time in a text", "iat", { iat: String(at) }],
        ["milliseconds", "iat", { iat: Date.now() }],
        ["no identifier", "jti", { jti: undefined }],
        ["an empty identifier", "jti", { jti: "" }],
        ["an identifier without end", "jti", { jti: "x".repeat(2000) }],
        ["a number as identifier", "jti", { jti: 7 }],
        ["another token's hash", "ath", { ath: tokenHash("other") }],
        ["no token's hash", "ath", { ath: undefined }],
        ["the hash in hex", "ath", { ath: Buffer.from(String(good.ath), "base64url").toString("hex") }],
      ];
      const headers: readonly (readonly [what: string, claim: string, header: Readonly<Record<string, unknown>>])[] = [
        ["another type", "DPoP", { typ: "JWT" }],
        ["no type", "DPoP", { typ: undefined }],
        ["the type of an access token", "DPoP", { typ: "at+jwt" }],
        ["no key", "jwk", { jwk: undefined }],
        ["somebody else's key", "jwk", { jwk: other.publicJwk }],
        ["a private key", "jwk", { jwk: maker.privateJwk }],
        ["a key of another kind", "jwk", { jwk: rsa.publicJwk }],
        ["a secret key", "jwk", { jwk: { kty: "oct", k: "c2VjcmV0" } }],
        ["a key with a private part that is null", "jwk", { jwk: { ...maker.publicJwk, d: null } }],
        ["a key without a coordinate", "jwk", { jwk: { ...maker.publicJwk, y: undefined } }],
        ["a key as a text", "jwk", { jwk: JSON.stringify(maker.publicJwk) }],
        ["a key of no kind", "jwk", { jwk: { ...maker.publicJwk, kty: "constructor" } }],
      ];
      const proofs = [
        ...(await Promise.all(
          claims.map(
            async ([what, claim, changes]) => [what, claim, [await maker.proof({ ...good, ...changes })]] as const,
          ),
        )),
        ...(await Promise.all(
          headers.map(async ([what, claim, header]) => [what, claim, [await maker.proof(good, header)]] as const),
        )),
        ["none", "DPoP", []] as const,
        ["two", "DPoP", [await maker.proof(good), await maker.proof(good)]] as const,
        ["the token itself", "DPoP", [token]] as const,
        ["no JWT", "DPoP", ["proof"]] as const,
        ["a JWT without a signature", "DPoP", [`${(await maker.proof(good)).replace(/\.[^.]*$/, "")}.`]] as const,
        ["a signature that was changed", "jwk", [changed(await maker.proof(good))]] as const,
        [
          "no algorithm",
          "alg",
          [unsigned({ alg: "none", typ: "dpop+jwt", jwk: maker.publicJwk }, { ...good, iat: at, jti: "n" })],
        ] as const,
        [
          "an HMAC",
          "alg",
          [unsigned({ alg: "HS256", typ: "dpop+jwt", jwk: maker.publicJwk }, { ...good, iat: at, jti: "h" })],
        ] as const,
      ];
      for (const [what, claim, sent] of proofs) {
        audit.length = 0;
        const { status, error, challenge } = await present(token, { proofs: sent });
        const isUnsigned = what === "a JWT without a signature";
        const failed = audit.at(-1)?.failed.map((finding) => [finding.rule, finding.claim]);
        assert.deepEqual(
          { what, status, error, failed, scheme: challenge.split(" ")[0] },
          {
            what,
            status: 401,
            error: "invalid_dpop_proof",
            failed: [["proof", isUnsigned ? "jwk" : claim]],
            scheme: "DPoP",
          },
        );
      }
      const elsewhere = await issuer.token({ cnf: { jkt: other.thumbprint } });
      const unbound = await issuer.token();
      for (const presented of [
        elsewhere,
        unbound,
        await issuer.token({ cnf: "x" }),
        await issuer.token({ cnf: { jkt: 7 } }),
      ]) {
        const { status, error } = await present(presented, {
          proofs: [await maker.proof({ ...good, ath: tokenHash(presented) })],
        });
        assert.deepEqual([status, error], [401, "invalid_token"]);
      }
      // Nothing of all that has used up anything.
      assert.equal((await present(token, { proofs: [await maker.proof(good)] })).status, 200);
    },
  );
});

/** A signature with one letter changed that counts. */
const changed = (proof: string): string =>
  proof.replace(/\.([^.])([^.]*)$/, (_, first, rest) => `.${first === "A" ? "B" : "A"}${rest}`);

const unsigned = (header: object, claims: object): string =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".")}.c2ln`;

test("whatever takes the place of one member of a good proof, it is refused, and nothing breaks", async () => {
  await withProofs({ required: true }, async ({ maker, token, good, present }) => {
    let refused = 0;
    const names = ["htm", "htu", "ath", "iat", "jti", "typ", "jwk"];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue({ maxDepth: 2 }), async (name, value) => {
        const isHeader = name === "typ" || name === "jwk";
        // A text is a good identifier, and one that is free.
        fc.pre(!(name === "jti" && typeof value === "string" && value !== ""));
        const proof = isHeader
          ? await maker.proof(good, { [name]: value })
          : await maker.proof({ ...good, [name]: value });
        const { status } = await present(token, { proofs: [proof] });
        refused += Number(status === 401);
        return status === 401;
      }),
      runs(100),
    );
    assert.ok(refused > 0);
  });
});

test("a proof passes once, as long as it is good, and once more is a replay", async () => {
  await withProofs({ required: true, lifetimeSeconds: 100 }, async ({ maker, token, good, clock, present }) => {
    const proof = await maker.proof(good);
    const once = await present(token, { proofs: [proof] });
    const twice = await present(token, { proofs: [proof] });
    clock.ahead = 99;
    const later = await present(token, { proofs: [proof] });
    clock.ahead = 120;
    const tooLate = await present(token, { proofs: [proof] });
    const racing = await maker.proof({ ...good, iat: Math.floor(Date.now() / 1000) + 120 });
    const race = await Promise.all(Array.from({ length: 5 }, () => present(token, { proofs: [racing] })));
    assert.deepEqual(
      [once, twice, later, tooLate].map(({ status, error }) => [status, error]),
      [
        [200, undefined],
        [401, "invalid_dpop_proof"],
        [401, "invalid_dpop_proof"],
        [401, "invalid_dpop_proof"],
      ],
    );
    assert.deepEqual(race.map(({ status }) => status).sort(), [200, 401, 401, 401, 401]);
  });
});

test("where nonces are wanted a proof needs one of the gateway's, the one before counts too, and a newer one comes with the answer", async () => {
  await withProofs({ required: true, nonces: true }, async ({ maker, token, good, clock, present }) => {
    const iat = () => Math.floor(Date.now() / 1000 + clock.ahead);
    const with_ = async (nonce: unknown) =>
      await present(token, { proofs: [await maker.proof({ ...good, iat: iat(), nonce })] });
    const asked = await with_(undefined);
    assert.deepEqual([asked.status, asked.error, typeof asked.nonce], [401, "use_dpop_nonce", "string"]);
    const good1 = await with_(asked.nonce);
    clock.ahead = 151;
    const good2 = await with_(asked.nonce);
    const good3 = await with_(good2.nonce);
    clock.ahead = 2 * 151 + 150;
    const old = await with_(asked.nonce);
    const foreign = await Promise.all(["", "x", 7, null, {}].map(with_));
    assert.deepEqual(
      [good1, good2, good3].map(({ status, nonce }) => [status, nonce === undefined]),
      [
        [200, true],
        [200, false],
        [200, true],
      ],
    );
    assert.deepEqual(
      [old, ...foreign].map(({ status, error }) => [status, error]),
      Array(6).fill([401, "use_dpop_nonce"]),
    );
  });
});

test("behind a proxy a proof names the address for callers, or the one that the request came to", async () => {
  const publicUrl = "https://gateway.example/tools/mcp";
  await withGateway({ publicUrl, beyondAgentCore: { dpop: {} } }, async ({ gateway, issuer }) => {
    const maker = await proofMaker();
    const token = await issuer.token({ cnf: { jkt: maker.thumbprint } });
    const local = `http://127.0.0.1:${gateway.port}/mcp`;
    const send = async (htu: string) => {
      const dpop = await maker.proof({ htm: "POST", htu, ath: tokenHash(token) });
      const headers = {
        authorization: `DPoP ${token}`,
        dpop,
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
      };
      return (await fetch(local, { method: "POST", headers, body: JSON.stringify(initialize) })).status;
    };
    assert.deepEqual(
      [
        await send(publicUrl),
        await send(local),
        await send("https://GATEWAY.example:443/tools/mcp"),
        await send("https://gateway.example/mcp"),
      ],
      [200, 200, 200, 401],
    );
  });
});

test("neither a target nor the audit is told a proof", async () => {
  await withProofs({ required: true }, async ({ maker, token, good, gateway, audit }) => {
    const headers = async () => ({
      authorization: `DPoP ${token}`,
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      dpop: await maker.proof(good),
    });
    const params = { name: "here___context", arguments: {} };
    const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
    const sent = await headers();
    const answer = await fetch(gateway.url, { method: "POST", headers: sent, body });
    const text = await answer.text();
    assert.match(text, /here|context/);
    const recorded = JSON.stringify(audit);
    assert.match(recorded, /"subject":"ada"/);
    for (const secret of [sent.dpop, token]) {
      assert.ok(!text.includes(secret) && !recorded.includes(secret));
    }
  });
});
