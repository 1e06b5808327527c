import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { before } from "node:test";
import { exportSPKI, importJWK, type JWK } from "jose";
import { authorize } from "../../../../src/agentcore/authorizer/authorizer.ts";
import { DEEPEST_TOKEN, LONGEST_TOKEN } from "../../../../src/agentcore/authorizer/decodedToken.ts";
import { MAX_REFRESHES } from "../../../../src/agentcore/authorizer/signingKeys.ts";
import { startAuthorizer, testEachCheck } from "../../../support/eachCheck.ts";
import {
  b64,
  goodClaims,
  ISSUER,
  NOW_SECONDS,
  newKey,
  rules,
  type SigningKey,
  sign,
  signRaw,
} from "../../../support/issuerInProcess.ts";

let rsa: SigningKey;
let ec: SigningKey;
let stranger: SigningKey;

before(async () => {
  rsa = await newKey("RS256", "rsa");
  ec = await newKey("ES256", "ec");
  stranger = await newKey("RS256", "rsa");
});

const allKeys = () => [rsa.jwk, ec.jwk];
/** One read of the issuer is a discovery document and a key set. The first bad signature has them read once more. */
const oneRead = [rules.discoveryUrl, `${ISSUER}/keys`];

/** What becomes of each token at one authorizer, and what was read for it. */
async function decisions(tokens: Readonly<Record<string, string>>, keys: readonly JWK[] = allKeys()) {
  const { decision, urls } = startAuthorizer(keys);
  const seen: Record<string, string> = {};
  for (const [name, token] of Object.entries(tokens)) seen[name] = await decision(token);
  return { seen, urls };
}

/** The same answer for each. */
const all = (tokens: Readonly<Record<string, string>>, decision: string): Record<string, string> =>
  Object.fromEntries(Object.keys(tokens).map((name) => [name, decision]));

testEachCheck("RFC 8725, 3.1: no spelling of the algorithm none makes a token pass", async () => {
  const payload = b64(JSON.stringify(goodClaims));
  const signature = (await sign(rsa)).split(".")[2];
  const tokens: Record<string, string> = {};
  for (const alg of ["none", "None", "NONE", "nOnE", "none ", " none", "", "null"]) {
    const header = b64(JSON.stringify({ alg, kid: "rsa" }));
    tokens[`${alg} without a signature`] = `${header}.${payload}.`;
    tokens[`${alg} with one`] = `${header}.${payload}.${signature}`;
  }
  const { seen, urls } = await decisions(tokens);
  assert.deepEqual({ seen, urls }, { seen: all(tokens, "invalidToken algorithm"), urls: oneRead });
});

testEachCheck("RFC 7515, 4.1.1: an algorithm that is absent, no text or spelled otherwise is none", async () => {
  const tokens: Record<string, string> = {};
  for (const alg of [undefined, null, 1, true, ["RS256"], { RS256: 1 }, "rs256", "RS256 ", "RS1", "toString"]) {
    tokens[String(JSON.stringify(alg))] = await sign(rsa, {}, { alg });
  }
  assert.deepEqual((await decisions(tokens)).seen, all(tokens, "invalidToken algorithm"));
});

testEachCheck("RFC 8725, 2.1: the public key in any form is no secret to sign with", async () => {
  const key = (await importJWK(rsa.jwk, "RS256", { extractable: true })) as CryptoKey;
  const pem = await exportSPKI(key);
  const der = Buffer.from(await crypto.subtle.exportKey("spki", key));
  const secrets: Record<string, string | Buffer> = {
    pem,
    pemWithoutLineBreak: pem.trim(),
    pemWithLineBreak: `${pem.trim()}\n`,
    der,
    jwk: JSON.stringify(rsa.jwk),
    modulus: String(rsa.jwk.n),
    modulusBytes: Buffer.from(String(rsa.jwk.n), "base64url"),
    nothing: "",
  };
  const tokens: Record<string, string> = {};
  for (const [name, secret] of Object.entries(secrets)) {
    for (const bits of [256, 384, 512]) {
      const input = `${b64(JSON.stringify({ alg: `HS${bits}`, kid: "rsa" }))}.${b64(JSON.stringify(goodClaims))}`;
      const mac = createHmac(`sha${bits}`, secret).update(input).digest("base64url");
      tokens[`${name} with HS${bits}`] = `${input}.${mac}`;
    }
  }
  assert.deepEqual((await decisions(tokens)).seen, all(tokens, "invalidToken algorithm"));
});

testEachCheck("RFC 7517, 5: a symmetric key that an issuer publishes signs nothing", async () => {
  const secret = "a secret that everyone can read, 32 bytes and more";
  const keys: JWK[] = [{ kty: "oct", k: b64(secret), kid: "shared", alg: "HS256", use: "sig" }];
  const mac = (alg: string) => {
    const input = `${b64(JSON.stringify({ alg, kid: "shared" }))}.${b64(JSON.stringify(goodClaims))}`;
    return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
  };
  const { seen } = await decisions({ HS256: mac("HS256"), RS256: mac("RS256"), ES256: mac("ES256") }, keys);
  assert.deepEqual(seen, {
    HS256: "invalidToken algorithm",
    RS256: "invalidToken signature",
    ES256: "invalidToken signature",
  });
});

testEachCheck("RFC 8725, 3.2: a key is used with the algorithms of its own kind only", async () => {
  const tokens = {
    rsaCalledEc: await sign(rsa, {}, { alg: "ES256" }),
    rsaCalledEd: await sign(rsa, {}, { alg: "EdDSA" }),
    rsaCalledPss: await sign(rsa, {}, { alg: "PS256" }),
    rsaCalledLonger: await sign(rsa, {}, { alg: "RS512" }),
    ecCalledRsa: await sign(ec, {}, { alg: "RS256" }),
    ecCalledLarger: await sign(ec, {}, { alg: "ES384" }),
    ecUnderTheRsaKey: await sign(ec, {}, { kid: "rsa" }),
  };
  assert.deepEqual((await decisions(tokens)).seen, all(tokens, "invalidToken signature"));
});

testEachCheck("RFC 7517, 4.2 to 4.4: a key that says it is for something else verifies nothing", async () => {
  const keys: Record<string, JWK> = {
    forEncryption: { ...rsa.jwk, use: "enc" },
    withoutVerify: { ...rsa.jwk, key_ops: ["encrypt"] },
    forNothing: { ...rsa.jwk, key_ops: [] },
    forAnotherAlgorithm: { ...rsa.jwk, alg: "PS256" },
    forAnAlgorithmOfAnotherKind: { ...rsa.jwk, alg: "ES256" },
    forNoAlgorithm: { ...rsa.jwk, alg: "none" },
    withoutModulus: { kty: "RSA", kid: "rsa", e: "AQAB" },
    ofAnUnknownKind: { ...rsa.jwk, kty: "XYZ" },
  };
  const token = await sign(rsa);
  const seen: Record<string, string> = {};
  for (const [name, key] of Object.entries(keys)) seen[name] = await startAuthorizer([key]).decision(token);
  const good = await startAuthorizer([{ ...rsa.jwk, use: "sig", alg: "RS256", key_ops: ["verify"] }]).decision(token);
  assert.deepEqual({ seen, good }, { seen: all(seen, "invalidToken signature"), good: "allowed" });
});

/** Keys of RSA of so many bits: their primes take longer to find than all else here, so that both ways get the same. */
const rsaPairs = [1024, 2040, 2048].map(
  (modulusLength) =>
    [
      modulusLength,
      crypto.subtle.generateKey(
        { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength },
        true,
        ["sign", "verify"],
      ),
    ] as const,
);

testEachCheck("RFC 7518, 3.3: an RSA key of less than 2048 bits verifies nothing", async () => {
  const seen: Record<string, string> = {};
  for (const [modulusLength, made] of rsaPairs) {
    const pair = await made;
    const { n, e } = await crypto.subtle.exportKey("jwk", pair.publicKey);
    const jwk = { kty: "RSA", n: String(n), e: String(e), kid: "rsa" };
    const token = await sign({ alg: "RS256", kid: "rsa", privateKey: pair.privateKey, jwk });
    const withoutId = await sign(
      { alg: "RS256", kid: "rsa", privateKey: pair.privateKey, jwk },
      {},
      { kid: undefined },
    );
    seen[modulusLength] = await startAuthorizer([jwk]).decision(token);
    seen[`${modulusLength} among others`] = await startAuthorizer([jwk, stranger.jwk]).decision(withoutId);
  }
  assert.deepEqual(seen, {
    1024: "invalidToken signature",
    "1024 among others": "invalidToken signature",
    2040: "invalidToken signature",
    "2040 among others": "invalidToken signature",
    2048: "allowed",
    "2048 among others": "allowed",
  });
});

testEachCheck("RFC 8725, 3.10: keys that a header brings or points to are neither used nor fetched", async () => {
  const key = { ...stranger.jwk, use: "sig", alg: "RS256" };
  const tokens = {
    jku: await sign(stranger, {}, { jku: "https://evil.example/keys" }),
    jkuNearby: await sign(stranger, {}, { jku: `${ISSUER}/../keys` }),
    jkuOnThisMachine: await sign(stranger, {}, { jku: "http://127.0.0.1:22/" }),
    jkuOfTheCloud: await sign(stranger, {}, { jku: "http://169.254.169.254/latest/meta-data/" }),
    x5u: await sign(stranger, {}, { x5u: "https://evil.example/cert.pem" }),
    x5c: await sign(stranger, {}, { x5c: [Buffer.from("a certificate").toString("base64")] }),
    jwk: await sign(stranger, {}, { jwk: key }),
    jwkUnderItsOwnName: await sign(stranger, {}, { jwk: { ...key, kid: "mine" }, kid: undefined }),
    issuerOfItsOwn: await sign(stranger, { iss: "https://evil.example" }),
  };
  const { seen, urls } = await decisions(tokens);
  assert.deepEqual(
    { seen, urls },
    {
      seen: { ...all(tokens, "invalidToken signature"), issuerOfItsOwn: "invalidToken signature issuer" },
      // Who names no key may be signed with a new one of the issuer's, and a key may be new under its id: the issuer's own
      // documents are read once more for each of the two.
      urls: [...oneRead, ...oneRead, ...oneRead],
    },
  );
});

testEachCheck("RFC 7515, 4.1.11: an extension that has to be understood is not, so the token is refused", async () => {
  const tokens = {
    unknown: await sign(rsa, {}, { crit: ["exp2"], exp2: 1 }),
    absent: await sign(rsa, {}, { crit: ["exp2"] }),
    empty: await sign(rsa, {}, { crit: [] }),
    noList: await sign(rsa, {}, { crit: "exp" }),
    nothing: await sign(rsa, {}, { crit: null }),
    registered: await sign(rsa, {}, { crit: ["alg"] }),
    ofThePrototype: await sign(rsa, {}, { crit: ["toString"] }),
    encodedAsUsual: await sign(rsa, {}, { crit: ["b64"], b64: true }),
  };
  assert.deepEqual((await decisions(tokens)).seen, all(tokens, "invalidToken token"));
});

testEachCheck("RFC 7797, 7: a token whose payload says it is not encoded is none", async () => {
  const tokens = {
    named: await sign(rsa, {}, { crit: ["b64"], b64: false }),
    notNamed: await sign(rsa, {}, { b64: false }),
  };
  assert.deepEqual((await decisions(tokens)).seen, all(tokens, "invalidToken token"));
});

testEachCheck("RFC 7515, 4.1.4: a key id is a name and nothing else, however it is written", async () => {
  const names = [
    "../../etc/passwd",
    "file:///dev/null",
    "__proto__",
    "constructor",
    "toString",
    "' OR 1=1 --",
    "\u0000",
  ];
  const { decision, urls } = startAuthorizer(allKeys());
  const seen: string[] = [];
  for (const kid of [...names, "RSA", "rsa ", ""]) seen.push(await decision(await sign(rsa, {}, { kid })));
  const notText: Record<string, string> = {};
  for (const kid of [0, true, null, ["rsa"], { kid: "rsa" }]) {
    notText[JSON.stringify(kid)] = await decision(await sign(rsa, {}, { kid }));
  }
  assert.deepEqual(
    { seen, notText, reads: urls.length / oneRead.length, places: [...new Set(urls)] },
    {
      // Once the issuer was asked too often, nobody knows whether a name is one of its keys'.
      seen: seen.map((_, at) => (at < MAX_REFRESHES ? "invalidToken signature" : "undecided")),
      notText: all(notText, "invalidToken signature"),
      reads: 1 + MAX_REFRESHES,
      places: oneRead,
    },
  );
});

testEachCheck(
  "a token of someone else's issuer or without a key id that is text never makes us read the keys again",
  async () => {
    const tokens = {
      otherIssuer: await sign(stranger, { iss: "https://other.example" }, { kid: "theirs" }),
      noIssuer: await sign(stranger, { iss: undefined }, { kid: "theirs" }),
      numberAsId: await sign(stranger, {}, { kid: 7 }),
    };
    assert.deepEqual((await decisions(tokens)).urls, oneRead);
  },
);

testEachCheck("RFC 7515, 7.1: whatever is not three parts of base64url is no token and asks for no keys", async () => {
  const good = await sign(rsa);
  const [header, payload, signature] = good.split(".") as [string, string, string];
  const json = { payload, protected: header, signature };
  const tokens = {
    encrypted: `${good}.${payload}.${signature}`,
    twoParts: `${header}.${payload}`,
    fourParts: `${good}.x`,
    manyDots: ".".repeat(30_000),
    onlyDots: "..",
    withoutHeader: `.${payload}.${signature}`,
    withoutPayload: `${header}..${signature}`,
    flattened: JSON.stringify(json),
    general: JSON.stringify({ payload, signatures: [{ protected: header, signature }] }),
    jsonInBase64: b64(JSON.stringify(json)),
    headerOfJson: `${b64("[]")}.${payload}.${signature}`,
    headerOfText: `${b64('"RS256"')}.${payload}.${signature}`,
    headerOfNull: `${b64("null")}.${payload}.${signature}`,
    headerOfNoJson: `${b64("{alg:RS256}")}.${payload}.${signature}`,
    headerOfNoText: `${b64(new Uint8Array([0xff, 0xfe]))}.${payload}.${signature}`,
    claimsInAList: await signRaw(rsa, '{"alg":"RS256","kid":"rsa"}', JSON.stringify([goodClaims])),
    claimsOfNull: await signRaw(rsa, '{"alg":"RS256","kid":"rsa"}', "null"),
    claimsOfNoJson: await signRaw(rsa, '{"alg":"RS256","kid":"rsa"}', "{"),
  };
  const { seen, urls } = await decisions(tokens);
  // What has spaces in it is no bearer token at all (RFC 6750, 2.1).
  assert.deepEqual({ seen, urls }, { seen: all(tokens, "invalidToken token"), urls: [] });
});

testEachCheck("RFC 7515, 2: padding, white space and other alphabets are not forgiven", async () => {
  const good = await sign(rsa);
  const [header, payload, signature] = good.split(".") as [string, string, string];
  const other = (part: string) => part.replaceAll("-", "+").replaceAll("_", "/");
  const tokens = {
    paddedHeader: `${header}=.${payload}.${signature}`,
    paddedPayload: `${header}.${payload}==.${signature}`,
    paddedSignature: `${header}.${payload}.${signature}==`,
    tab: `${header}.${payload}.${signature.slice(0, 9)}\t${signature.slice(9)}`,
    lineBreak: `${header}.\n${payload}.${signature}`,
    noBreakSpace: `${header}.${payload}.${signature}\u00a0`,
    zeroWidth: `${header}.${payload}.\u200b${signature}`,
    byteOrderMark: `\ufeff${good}`,
    wideDots: good.replaceAll(".", "\uff0e"),
    otherAlphabet: `${header}.${payload}.${other(signature)}+`,
    percent: `${header}.${payload}.${signature}%3D`,
    null: `${good}\u0000`,
    quoted: `"${good}"`,
  };
  const { decision, urls } = startAuthorizer(allKeys());
  const passed: string[] = [];
  for (const [name, token] of Object.entries(tokens)) {
    if (!/^(invalidToken token|noToken)$/.test(await decision(token))) passed.push(name);
  }
  const reads = urls.length;
  assert.deepEqual({ passed, reads, good: await decision(good) }, { passed: [], reads: 0, good: "allowed" });
});

testEachCheck(
  "a token too long or too deep to be one is refused before it is read, and no keys are asked for",
  async () => {
    const nested = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
    const lists = (levels: number) => `{"aud":${"[".repeat(levels)}${"]".repeat(levels)}}`;
    const header = '{"alg":"RS256","kid":"rsa"}';
    const tokens = {
      megabyte: await sign(rsa, { padding: "x".repeat(1_000_000) }),
      megabyteOfNothing: "x".repeat(1_000_000),
      megabyteOfDots: ".".repeat(1_000_000),
      overTheLimit: await sign(rsa, { padding: "x".repeat(LONGEST_TOKEN) }),
      deepObjects: await signRaw(rsa, header, nested(5_000)),
      deepLists: await signRaw(rsa, header, lists(20_000)),
      deepHeader: await signRaw(rsa, `{"alg":"RS256","kid":"rsa","x":${nested(2_000)}}`, JSON.stringify(goodClaims)),
      justTooDeep: await sign(rsa, { a: JSON.parse(nested(DEEPEST_TOKEN)) as unknown }),
    };
    const { seen, urls } = await decisions(tokens);
    const fine = {
      long: await sign(rsa, { padding: "x".repeat(20_000) }),
      deep: await sign(rsa, { a: JSON.parse(nested(DEEPEST_TOKEN - 1)) as unknown }),
    };
    assert.deepEqual(
      { seen, urls, fine: (await decisions(fine)).seen },
      { seen: all(tokens, "invalidToken token"), urls: [], fine: all(fine, "allowed") },
    );
  },
);

testEachCheck(
  "RFC 7519, 4: of a name that stands twice, in the header or the claims, the last value counts for every rule",
  async () => {
    const header = '{"alg":"RS256","kid":"rsa"}';
    const claims = (more: string) => JSON.stringify(goodClaims).replace(/}$/, `,${more}}`);
    const tokens = {
      badThenGood: await signRaw(rsa, header, `{"aud":"x",${JSON.stringify(goodClaims).slice(1)}`),
      goodThenBad: await signRaw(rsa, header, claims('"aud":"x"')),
      escapedName: await signRaw(rsa, header, claims('"\\u0061ud":"x"')),
      lastEnds: await signRaw(rsa, header, claims('"exp":1')),
      algorithmTwice: await signRaw(rsa, '{"alg":"none","alg":"RS256","kid":"rsa"}', JSON.stringify(goodClaims)),
      noneLast: await signRaw(rsa, '{"alg":"RS256","kid":"rsa","alg":"none"}', JSON.stringify(goodClaims)),
      keyTwice: await signRaw(rsa, '{"alg":"RS256","kid":"x","kid":"rsa"}', JSON.stringify(goodClaims)),
      prototype: await signRaw(rsa, header, claims('"__proto__":{"aud":"x"}')),
      audienceOfThePrototype: await signRaw(
        rsa,
        header,
        `{"iss":"${ISSUER}","exp":${goodClaims.exp},"__proto__":{"aud":"api"}}`,
      ),
    };
    assert.deepEqual((await decisions(tokens)).seen, {
      badThenGood: "allowed",
      goodThenBad: "invalidToken audience",
      escapedName: "invalidToken audience",
      lastEnds: "invalidToken expiry",
      algorithmTwice: "allowed",
      noneLast: "invalidToken algorithm",
      keyTwice: "allowed",
      prototype: "allowed",
      audienceOfThePrototype: "invalidToken audience",
    });
  },
);

testEachCheck("RFC 7519, 4.1: a claim of another type than it has to be never helps", async () => {
  const header = '{"alg":"RS256","kid":"rsa"}';
  const raw = (name: string, json: string) => {
    const others = Object.entries(goodClaims).filter(([one]) => one !== name);
    return signRaw(
      rsa,
      header,
      `{${others.map(([one, value]) => `"${one}":${JSON.stringify(value)},`).join("")}"${name}":${json}}`,
    );
  };
  const cases: Readonly<Record<string, readonly string[]>> = {
    expiry: [
      `"${goodClaims.exp}"`,
      "1e999",
      "-1",
      "-1e999",
      "0",
      "null",
      "true",
      `[${goodClaims.exp}]`,
      "{}",
      '"NaN"',
      "-0",
    ],
    issuer: [`["${ISSUER}"]`, "null", "{}", "7", `"${ISSUER}/"`, `"${ISSUER} "`, `"${ISSUER.toUpperCase()}"`],
    audience: [
      "7",
      "null",
      "true",
      '{"api":true}',
      '[["api"]]',
      '[{"api":1}]',
      "[]",
      '"api "',
      '"API"',
      '"api,x"',
      '"\\u0000api"',
    ],
  };
  const names: Readonly<Record<string, string>> = { expiry: "exp", issuer: "iss", audience: "aud" };
  const { decision } = startAuthorizer(allKeys());
  const passed: string[] = [];
  for (const [rule, values] of Object.entries(cases)) {
    for (const json of values) {
      const seen = await decision(await raw(String(names[rule]), json));
      if (seen !== `invalidToken ${rule}`) passed.push(`${rule} ${json}: ${seen}`);
    }
  }
  const early: Record<string, string> = {};
  for (const json of ['"1"', "1e999", "-1e999", "null", "[1]", "{}", "true"])
    early[json] = await decision(await raw("nbf", json));
  const subjects: Record<string, string> = {};
  for (const json of ["7", "null", '["ada"]', "{}", "true"]) subjects[json] = await decision(await raw("sub", json));
  assert.deepEqual(
    { passed, early, subjects },
    { passed: [], early: all(early, "invalidToken notBefore"), subjects: all(subjects, "invalidToken token") },
  );
});

testEachCheck("RFC 7519, 4.1.4 and 4.1.5: a token's time is exact to the second, with and without a skew", async () => {
  const seen: Record<string, string[]> = {};
  for (const clockSkewSeconds of [0, 60]) {
    const { decision } = startAuthorizer(allKeys(), { clockSkewSeconds });
    const at = async (claims: Record<string, unknown>) => (await decision(await sign(rsa, claims))) === "allowed";
    const end = NOW_SECONDS - clockSkewSeconds;
    const begin = NOW_SECONDS + clockSkewSeconds;
    seen[clockSkewSeconds] = [];
    for (const by of [-1, -0.5, 0, 0.5, 1]) {
      const exp = (await at({ exp: end + by })) ? "good" : "ended";
      const nbf = (await at({ nbf: begin + by })) ? "good" : "early";
      seen[clockSkewSeconds]?.push(`${by}: ${exp}, ${nbf}`);
    }
  }
  const edges = ["-1: ended, good", "-0.5: ended, good", "0: ended, good", "0.5: good, early", "1: good, early"];
  assert.deepEqual(seen, { 0: edges, 60: edges });
});

testEachCheck("FIPS 186-5, 6.4.2: an ECDSA signature of zeros, or of the wrong length, is none", async () => {
  const good = await sign(ec);
  const [header, payload, signature] = good.split(".") as [string, string, string];
  const bytes = Buffer.from(signature, "base64url");
  const order = Buffer.from("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", "hex");
  const one = Buffer.concat([Buffer.alloc(31), Buffer.from([1])]);
  const zero = Buffer.alloc(32);
  const der = (part: Buffer) => Buffer.concat([Buffer.from([2, part.length]), part]);
  const inDer = Buffer.concat([der(bytes.subarray(0, 32)), der(bytes.subarray(32))]);
  const signatures: Record<string, Buffer> = {
    zeros: Buffer.concat([zero, zero]),
    zeroR: Buffer.concat([zero, bytes.subarray(32)]),
    zeroS: Buffer.concat([bytes.subarray(0, 32), zero]),
    ones: Buffer.concat([one, one]),
    orders: Buffer.concat([order, order]),
    empty: Buffer.alloc(0),
    oneByte: Buffer.from([0]),
    firstByteGone: bytes.subarray(1),
    lastByteGone: bytes.subarray(0, -1),
    byteInFront: Buffer.concat([Buffer.from([0]), bytes]),
    byteBehind: Buffer.concat([bytes, Buffer.from([0])]),
    doubled: Buffer.concat([bytes, bytes]),
    der: Buffer.concat([Buffer.from([0x30, inDer.length]), inDer]),
  };
  const tokens = Object.fromEntries(
    Object.entries(signatures).map(([name, value]) => [name, `${header}.${payload}.${b64(value)}`]),
  );
  const { seen, urls } = await decisions({ ...tokens, good });
  assert.deepEqual(
    { seen, urls },
    { seen: { ...all(tokens, "invalidToken signature"), good: "allowed" }, urls: [...oneRead, ...oneRead] },
  );
});

testEachCheck("RFC 7518, 3.4: a signature whose r or s begins with a zero byte is good only with it", async () => {
  let token = "";
  let bytes = Buffer.alloc(0);
  // One in 256 begins so; a thousand are enough in all but one of fifty cases, and the loop goes on until it has one.
  for (let n = 0; bytes[0] !== 0 || bytes.length === 0; n++) {
    token = await sign(ec, { jti: String(n) });
    bytes = Buffer.from(String(token.split(".")[2]), "base64url");
  }
  const stripped = `${token.split(".").slice(0, 2).join(".")}.${b64(bytes.subarray(1))}`;
  assert.deepEqual((await decisions({ token, stripped })).seen, {
    token: "allowed",
    stripped: "invalidToken signature",
  });
});

testEachCheck(
  "RFC 7515, 5.2: a signature that was cut off, left out, or taken from another token does not pass",
  async () => {
    const good = await sign(rsa);
    const [header, payload, signature] = good.split(".") as [string, string, string];
    const others = (await sign(rsa, { sub: "eve" })).split(".");
    const bytes = Buffer.from(signature, "base64url");
    const tokens = {
      empty: `${header}.${payload}.`,
      cut: `${header}.${payload}.${signature.slice(0, -4)}`,
      byteInFront: `${header}.${payload}.${b64(Buffer.concat([Buffer.from([0]), bytes]))}`,
      zeros: `${header}.${payload}.${b64(Buffer.alloc(256))}`,
      one: `${header}.${payload}.${b64(Buffer.concat([Buffer.alloc(255), Buffer.from([1])]))}`,
      ofAnother: `${header}.${payload}.${others[2]}`,
      overOtherClaims: `${header}.${others[1]}.${signature}`,
      overAnotherHeader: `${b64('{"alg":"RS256","kid":"rsa","x":1}')}.${payload}.${signature}`,
    };
    const { seen, urls } = await decisions({ good, ...tokens });
    assert.deepEqual(
      { seen, urls },
      { seen: { good: "allowed", ...all(tokens, "invalidToken signature") }, urls: [...oneRead, ...oneRead] },
    );
  },
);

testEachCheck("RFC 6750, 2.1: one token after the word Bearer, and nothing else, is one", async () => {
  const good = await sign(rsa);
  const { world } = startAuthorizer(allKeys());
  const kind = async (header: string | null) => (await authorize(header, rules, world)).kind;
  const headers: Readonly<Record<string, string>> = {
    [`Bearer ${good}`]: "allowed",
    [`bearer ${good}`]: "allowed",
    [`BEARER  ${good} `]: "allowed",
    [`Bearer${good}`]: "noToken",
    [`Bearer\t${good}`]: "noToken",
    [`Basic ${good}`]: "noToken",
    [`Bearer Bearer ${good}`]: "noToken",
    [`Bearer ${good}, Bearer ${good}`]: "noToken",
    [`Bearer ${good},`]: "invalidToken",
    [`Bearer ${good},${good}`]: "invalidToken",
    [`Bearer ${good} ${good}`]: "noToken",
    [`Basic eDp4, Bearer ${good}`]: "noToken",
    [`X Bearer ${good}`]: "noToken",
    [`Bearer "${good}"`]: "invalidToken",
    [`Bearer token=${good}`]: "invalidToken",
    [good]: "noToken",
    "Bearer ": "noToken",
    "": "noToken",
  };
  const seen: Record<string, string> = {};
  for (const header of Object.keys(headers)) seen[header] = await kind(header);
  assert.deepEqual({ seen, none: await kind(null) }, { seen: headers, none: "noToken" });
});

testEachCheck(
  "what is refused without a good signature is not believed either: nobody is named as its caller",
  async () => {
    const forged = await startAuthorizer(allKeys()).decide(await sign(stranger, { sub: "admin", client_id: "app" }));
    assert.deepEqual("caller" in forged && forged.caller, undefined);
  },
);

testEachCheck("a custom claim that every object seems to have is looked for in the token alone", async () => {
  const { decide } = startAuthorizer(allKeys());
  const by = (inboundTokenClaimName: string) => ({
    ...rules,
    customClaims: [
      {
        inboundTokenClaimName,
        inboundTokenClaimValueType: "STRING" as const,
        authorizingClaimMatchValue: {
          claimMatchOperator: "EQUALS" as const,
          claimMatchValue: { matchValueString: "x" },
        },
      },
    ],
  });
  const seen: unknown[] = [];
  const names = ["constructor", "__proto__", "toString", "hasOwnProperty"];
  for (const name of names) {
    const { findings } = await decide(await sign(rsa), by(name));
    seen.push(...findings.filter(({ ok }) => !ok).map(({ rule, claim, found }) => [rule, claim, found]));
  }
  assert.deepEqual(
    seen,
    names.map((name) => ["customClaim", name, undefined]),
  );
});
