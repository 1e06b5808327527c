import assert from "node:assert/strict";
import { constants, createHash, type hash, sign as signNow } from "node:crypto";
import { before, test } from "node:test";
import fc from "fast-check";
import { CompactSign, exportJWK, generateKeyPair, importJWK } from "jose";
import { decodedToken } from "../../../src/agentcore/authorizer/decodedToken.ts";
import { nodeSignatureCheck, nodeTokenHash, tokenHashWith } from "../../../src/gateway/nodeTokenCrypto.ts";
import { asymmetricAlgorithms } from "../../../src/lib/asymmetricAlgorithms.ts";
import { runs } from "../../support/bulk.ts";
import { goodClaims, newKey, type SigningKey, startAuthorizer } from "../../support/issuerInProcess.ts";

let keys: SigningKey[];

before(async () => {
  // One pair for all algorithms of RSA: its primes take longer to find than all else here.
  const { privateKey } = await generateKeyPair("RS256", { extractable: true });
  const pair = await exportJWK(privateKey);
  const rsa = async (alg: string): Promise<SigningKey> => {
    const jwk = { kty: "RSA", n: String(pair.n), e: String(pair.e), kid: alg };
    return { alg, kid: alg, privateKey: (await importJWK(pair, alg, { extractable: true })) as CryptoKey, jwk };
  };
  keys = await Promise.all(asymmetricAlgorithms.map((alg) => (/^[RP]S/.test(alg) ? rsa(alg) : newKey(alg, alg))));
});

const keyOf = (alg: string): SigningKey => keys.find((key) => key.alg === alg) as SigningKey;

const signed = async ({ alg, kid, privateKey }: SigningKey, header: object = {}): Promise<string> =>
  await new CompactSign(new TextEncoder().encode(JSON.stringify(goodClaims)))
    .setProtectedHeader({ alg, kid, ...header })
    .sign(privateKey);

/** What each way says of a token. */
const both = (more: readonly SigningKey[] = keys) => {
  const published = more.map(({ jwk }) => jwk);
  const ways = [startAuthorizer(published), startAuthorizer(published, { check: nodeSignatureCheck })];
  return (token: string) => Promise.all(ways.map(({ decision }) => decision(token)));
};

test("a token of every allowed algorithm is good, with and without a key id", async () => {
  const seen: Record<string, unknown> = {};
  for (const key of keys) {
    seen[key.alg] = [await both()(await signed(key)), await both()(await signed(key, { kid: undefined }))].flat();
  }
  assert.deepEqual(
    seen,
    Object.fromEntries(asymmetricAlgorithms.map((alg) => [alg, ["allowed", "allowed", "allowed", "allowed"]])),
  );
});

test("RFC 8725, 3.2: a key that was read for one algorithm verifies no other", async () => {
  // Those of RSA are one pair, so that nothing but what they were read for tells them apart.
  const pairs = await Promise.all(
    keys.map(async ({ alg, privateKey, jwk }) => ({ privateKey, publicKey: (await importJWK(jwk, alg)) as CryptoKey })),
  );
  const passed: string[] = [];
  for (const [at, { privateKey, publicKey }] of pairs.entries()) {
    const text = await signed({ ...keys[at], privateKey } as SigningKey);
    for (const [other, { publicKey: wrong }] of pairs.entries()) {
      const key = other === at ? publicKey : wrong;
      const token = decodedToken(text);
      if (token && nodeSignatureCheck(token, key))
        passed.push(`${asymmetricAlgorithms[at]} ${asymmetricAlgorithms[other]}`);
      // The right key under another name is as wrong as another key.
      const renamed = token && { ...token, header: { ...token.header, alg: asymmetricAlgorithms[other] } };
      if (renamed && nodeSignatureCheck(renamed, publicKey)) passed.push(`renamed ${at} ${other}`);
    }
  }
  const same = asymmetricAlgorithms.flatMap((alg, at) => [`${alg} ${alg}`, `renamed ${at} ${at}`]);
  const [ed, ed25519] = ["EdDSA", "Ed25519"].map((alg) => asymmetricAlgorithms.indexOf(alg));
  // These two are one algorithm by two names (RFC 9864, 2.2).
  assert.deepEqual(passed.sort(), [...same, `renamed ${ed} ${ed25519}`, `renamed ${ed25519} ${ed}`].sort());
});

test("RFC 7518, 3.4: a curve verifies with its own hash and no other", async () => {
  const seen: Record<string, boolean> = {};
  for (const [curve, own] of Object.entries({ "P-256": "ES256", "P-384": "ES384", "P-521": "ES512" })) {
    const { privateKey, publicKey } = await generateKeyPair(own, { extractable: true });
    const key = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
    for (const alg of ["ES256", "ES384", "ES512"]) {
      const input = `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.e30`;
      const how = { key, format: "der", type: "pkcs8", dsaEncoding: "ieee-p1363" } as const;
      const bytes = signNow(`sha${alg.slice(2)}`, Buffer.from(input), how);
      const token = decodedToken(`${input}.${bytes.toString("base64url")}`);
      if (token && nodeSignatureCheck(token, publicKey)) seen[`${curve} ${alg}`] = true;
    }
  }
  assert.deepEqual(seen, { "P-256 ES256": true, "P-384 ES384": true, "P-521 ES512": true });
});

test("RFC 8725, 3.1: nothing but an allowed algorithm has a way to be verified, and nothing but a public key verifies", async () => {
  const { privateKey, jwk } = keyOf("RS256");
  const publicKey = (await importJWK(jwk, "RS256", { extractable: true })) as CryptoKey;
  const token = decodedToken(await signed({ alg: "RS256", kid: "a", privateKey, jwk: {} }));
  assert.ok(token);
  const verified = ["none", "HS256", "ML-DSA-44", "toString", "rs256", "", undefined, null, ["RS256"], 7].filter(
    (alg) => nodeSignatureCheck({ ...token, header: { ...token.header, alg } }, publicKey),
  );
  const pkcs8 = await crypto.subtle.exportKey("jwk", publicKey);
  const how = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
  const forNothing = await crypto.subtle.importKey("jwk", { ...pkcs8, key_ops: [] }, how, true, []);
  assert.deepEqual(
    {
      verified,
      byPrivate: nodeSignatureCheck(token, privateKey),
      byOneForNothing: nodeSignatureCheck(token, forNothing),
      byPublic: nodeSignatureCheck(token, publicKey),
    },
    { verified: [], byPrivate: false, byOneForNothing: false, byPublic: true },
  );
});

test("RFC 7518, 3.3 and 3.5: an RSA key of less than 2048 bits verifies nothing", async () => {
  const seen: Record<string, boolean> = {};
  for (const modulusLength of [2040, 2048]) {
    const rsa = { hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength };
    const pair = await crypto.subtle.generateKey({ name: "RSA-PSS", ...rsa }, true, ["sign", "verify"]);
    const { alg: _, ...secret } = await crypto.subtle.exportKey("jwk", pair.privateKey);
    const { alg: __, ...open } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    for (const [alg, name] of [
      ["RS256", "RSASSA-PKCS1-v1_5"],
      ["PS256", "RSA-PSS"],
    ] as const) {
      const kind = { name, hash: "SHA-256" };
      const privateKey = await crypto.subtle.importKey("jwk", secret, kind, true, ["sign"]);
      const publicKey = await crypto.subtle.importKey("jwk", open, kind, true, ["verify"]);
      const input = `${btoa(JSON.stringify({ alg }))}.e30`.replaceAll("=", "");
      const saltLength = 32;
      const bytes = await crypto.subtle.sign({ name, saltLength }, privateKey, new TextEncoder().encode(input));
      const token = decodedToken(`${input}.${Buffer.from(bytes).toString("base64url")}`);
      seen[`${alg} ${modulusLength}`] = token !== undefined && nodeSignatureCheck(token, publicKey);
    }
  }
  assert.deepEqual(seen, { "RS256 2040": false, "RS256 2048": true, "PS256 2040": false, "PS256 2048": true });
});

test("RFC 7518, 3.5: a salt of another length than the hash is no signature, either way", async () => {
  const { privateKey, ...found } = keyOf("PS256");
  const jwk = { ...found.jwk, kid: "a" };
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", privateKey));
  const input = (await signed({ alg: "PS256", kid: "a", privateKey, jwk: {} })).split(".").slice(0, 2).join(".");
  const decision = both([{ alg: "PS256", kid: "a", privateKey, jwk }]);
  const seen: Record<string, unknown> = {};
  for (const saltLength of [0, 20, 31, 32, 33, 64]) {
    const how = { key: pkcs8, format: "der", type: "pkcs8", padding: constants.RSA_PKCS1_PSS_PADDING } as const;
    const bytes = signNow("sha256", Buffer.from(input), { ...how, saltLength });
    seen[saltLength] = await decision(`${input}.${bytes.toString("base64url")}`);
  }
  const no = ["invalidToken signature", "invalidToken signature"];
  assert.deepEqual(seen, { 0: no, 20: no, 31: no, 32: ["allowed", "allowed"], 33: no, 64: no });
});

test("RFC 7518, 3.4: a signature in DER is none, either way", async () => {
  const seen: Record<string, unknown> = {};
  for (const key of keys.filter(({ alg }) => alg.startsWith("ES"))) {
    const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", key.privateKey));
    const input = (await signed(key)).split(".").slice(0, 2).join(".");
    const inDer = signNow(`sha${key.alg.slice(2)}`, Buffer.from(input), { key: pkcs8, format: "der", type: "pkcs8" });
    seen[key.alg] = await both()(`${input}.${inDer.toString("base64url")}`);
  }
  const no = ["invalidToken signature", "invalidToken signature"];
  assert.deepEqual(seen, { ES256: no, ES384: no, ES512: no });
});

test("a letter more, which is no byte, makes a signature none, either way", async () => {
  const seen: Record<string, unknown> = {};
  for (const key of keys.filter(({ alg }) => ["ES384", "ES512"].includes(alg))) {
    const text = await signed(key);
    seen[key.alg] = await Promise.all([both()(text), both()(`${text}A`)]);
  }
  const [yes, no] = ["allowed", "invalidToken signature"].map((one) => [one, one]);
  assert.deepEqual(seen, { ES384: [yes, no], ES512: [yes, no] });
});

test("a key that Node cannot use verifies nothing", async () => {
  const token = decodedToken(await signed(keyOf("Ed25519")));
  const foreign = { type: "public", usages: ["verify"], algorithm: { name: "Ed25519" } } as unknown as CryptoKey;
  assert.equal(token && nodeSignatureCheck(token, foreign), false);
});

test("whatever is done to a token's signature or header, both ways decide alike", async () => {
  const tokens = await Promise.all(keys.map((key) => signed(key)));
  const letters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"];
  const letter = fc.constantFrom(...letters);
  const alg = fc.constantFrom(undefined, ...asymmetricAlgorithms, "HS256", "none", "ML-DSA-44");
  const kid = fc.constantFrom("as it is", undefined, ...asymmetricAlgorithms);
  const change = fc.oneof(
    fc.record({ kind: fc.constant("letter" as const), at: fc.nat(), letter }),
    fc.record({ kind: fc.constant("cut" as const), by: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ kind: fc.constant("more" as const), text: fc.string({ unit: letter, minLength: 1, maxLength: 9 }) }),
    fc.record({ kind: fc.constant("header" as const), alg, kid }),
    fc.record({ kind: fc.constant("none" as const) }),
  );
  const decision = both();
  const seen = { allowed: 0, refused: 0 };
  const how = runs(20_000, 500);
  await fc.assert(
    fc.asyncProperty(fc.nat(tokens.length - 1), change, async (which, how) => {
      const [header = "", payload, signature = ""] = (tokens[which] as string).split(".");
      const at = how.kind === "letter" ? how.at % signature.length : 0;
      const given = JSON.parse(Buffer.from(header, "base64url").toString()) as { alg: string; kid: string };
      const changed = {
        letter: () =>
          `${header}.${payload}.${signature.slice(0, at)}${how.kind === "letter" && how.letter}${signature.slice(at + 1)}`,
        cut: () => `${header}.${payload}.${signature.slice(0, how.kind === "cut" ? -how.by : undefined)}`,
        more: () => `${header}.${payload}.${signature}${how.kind === "more" && how.text}`,
        header: () => {
          if (how.kind !== "header") return "";
          const other = { alg: how.alg, kid: how.kid === "as it is" ? given.kid : how.kid };
          return `${Buffer.from(JSON.stringify(other)).toString("base64url")}.${payload}.${signature}`;
        },
        none: () => tokens[which] as string,
      }[how.kind]();
      const [one, other] = await decision(changed);
      assert.equal(other, one);
      seen[one === "allowed" ? "allowed" : "refused"]++;
    }),
    how,
  );
  assert.deepEqual(
    { allowed: seen.allowed > how.numRuns / 20, refused: seen.refused > how.numRuns / 20 },
    { allowed: true, refused: true },
  );
});

test("a token's hash is SHA-256 in base64url, with or without the quick way that Node has from 20.12", () => {
  const expected = createHash("sha256").update("a.b.c").digest("base64url");
  const quick = ((...given: readonly unknown[]) => given.join(" ")) as typeof hash;
  assert.deepEqual(
    [
      nodeTokenHash("a.b.c"),
      tokenHashWith({ createHash })("a.b.c"),
      tokenHashWith({ createHash, hash: quick })("a.b.c"),
    ],
    [expected, expected, "sha256 a.b.c base64url"],
  );
});
