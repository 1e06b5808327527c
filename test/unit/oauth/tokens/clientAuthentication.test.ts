import assert from "node:assert/strict";
import { createPublicKey, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { type AnyFailure, isFailure } from "../../../../src/failures/failure.ts";
import { failureText } from "../../../../src/failures/failureText.ts";
import { clientAuthentication } from "../../../../src/oauth/tokens/clientAuthentication.ts";
import {
  type CredentialSource,
  credentialKey,
  credentialReader,
  storeCredential,
  storedCredentialKind,
} from "../../../../src/oauth/tokens/clientCredential.ts";
import type { ClientIdentity } from "../../../../src/oauth/tokens/clientIdentity.ts";
import { failureOf, MemorySecrets } from "../../../support/fakePorts.ts";

const server = { issuer: "https://login.example.com", token_endpoint: "https://login.example.com/token" };
const source: CredentialSource = { kind: "environment", name: "CREDENTIAL" };

/** What a client sends to prove who it is, with this text where its credential is read. */
async function sent(client: Omit<ClientIdentity, "clientId"> & { readonly clientId?: string }, text: string) {
  const body = new URLSearchParams();
  const headers = new Headers();
  const authenticate = await clientAuthentication({ clientId: "app", ...client }, async () => text);
  await authenticate(server, { client_id: client.clientId ?? "app" }, body, headers);
  return { body, authorization: headers.get("authorization") };
}

const pem = (key: { export(options: { type: "pkcs8"; format: "pem" }): string | Buffer }) =>
  String(key.export({ type: "pkcs8", format: "pem" }));
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;

const certificate = "-----BEGIN CERTIFICATE-----\nbWFya2Vk\n-----END CERTIFICATE-----\n";
const bag = "Bag Attributes\n    localKeyID: 6D 61 72 6B\nKey Attributes: <No Attributes>\n";

/** Texts that hold the key, as tools write them. */
const withKey = {
  keyFirst: pem(rsa) + certificate,
  // What `az ad sp create-for-rbac --create-cert` writes.
  certificateFirst: certificate + pem(rsa),
  // What `openssl pkcs12 -nodes` writes.
  withAttributes: bag + pem(rsa) + bag + certificate,
  // What an input box makes of it.
  inOneLine: (bag + certificate + pem(rsa)).replace(/\n/g, ""),
  escapedInVariable: (certificate + pem(rsa)).replace(/\n/g, "\\n"),
  escapedInQuotes: `"${pem(rsa).replace(/\n/g, "\\r\\n")}"`,
  fromWindows: `\uFEFF${(certificate + pem(rsa)).replace(/\n/g, "\r\n")}`,
};

/** Texts that hold none that could be used, and no secret either. */
const withoutKey = {
  certificate,
  publicKey: String(createPublicKey(rsa).export({ type: "spki", format: "pem" })),
  pkcs1: String(rsa.export({ type: "pkcs1", format: "pem" })),
  sec1: String(ec.export({ type: "sec1", format: "pem" })),
  jwk: JSON.stringify(ec.export({ format: "jwk" }), undefined, 2),
};

test("a secret that is kept elsewhere is read for the request and sent as the client was registered", async () => {
  const basic = await sent({ authMethod: "client_secret_basic", credential: source }, "marked");
  const post = await sent({ authMethod: "client_secret_post", credential: source }, "marked");
  assert.deepEqual(
    { basic: basic.authorization, inForm: post.body.get("client_secret") },
    { basic: `Basic ${btoa("app:marked")}`, inForm: "marked" },
  );
});

test("a secret of any characters arrives as it is, in the header as a form would have it and in the form", async () => {
  const [clientId, clientSecret] = ["a:b c", "p:a%3A+w r&d=ä/é~*-_.!'()\"€"];
  const decoded = (text: string) => new URLSearchParams(`it=${text}`).get("it");
  const basic = await sent({ clientId, authMethod: "client_secret_basic", credential: source }, clientSecret);
  const post = await sent({ clientId, authMethod: "client_secret_post", credential: source }, clientSecret);
  const header = atob(basic.authorization?.replace("Basic ", "") ?? "");
  assert.deepEqual(
    {
      // RFC 6749, 2.3.1 and appendix B: encoded before the colon between them is set.
      inHeader: header.split(":").map(decoded),
      plain: /^[\w.*%+:-]+$/.test(header),
      inForm: new URLSearchParams(String(post.body)).get("client_secret"),
      alsoInForm: basic.body.has("client_secret"),
    },
    { inHeader: [clientId, clientSecret], plain: true, inForm: clientSecret, alsoInForm: false },
  );
});

test("of several lines the first is the secret, and what a password manager prints after it is not sent", async () => {
  const secrets = await Promise.all(
    ["s3cret\nuser: ada\nurl: x", "s3cret \r\nuser: ada", "s3cret\rnotes", "s3cret"].map(async (text) => {
      const { body } = await sent({ authMethod: "client_secret_post", credential: source }, text);
      return body.get("client_secret");
    }),
  );
  const given = await sent({ authMethod: "client_secret_post", clientSecret: "s3cret\nuser: ada" }, "");
  assert.deepEqual([...secrets, given.body.get("client_secret")], Array(5).fill("s3cret"));
});

test("a key or a certificate is never sent as a secret, wherever it stands in the text and whoever names it one", async () => {
  const reason = "it is a key, a certificate or JSON, which no secret is";
  for (const text of [...Object.values(withKey), ...Object.values(withoutKey)]) {
    for (const authMethod of ["client_secret_basic", "client_secret_post"] as const) {
      const facts = { source: "the environment variable CREDENTIAL", reason };
      assert.deepEqual(await failureOf(() => sent({ authMethod, credential: source }, text)), {
        code: "credential_unreadable",
        facts,
      });
      assert.deepEqual(await failureOf(() => sent({ authMethod, clientSecret: text }, "")), {
        code: "credential_unreadable",
        facts: { source: "this client", reason },
      });
    }
  }
});

test("a key is found among the certificates and the text that tools write around it", async () => {
  const signers = await Promise.all(
    Object.values(withKey).map(async (text) => {
      const { body } = await sent({ authMethod: "private_key_jwt", credential: source }, text.trim());
      const jwt = body.get("client_assertion") ?? "";
      return (await jwtVerify(jwt, createPublicKey(rsa))).protectedHeader.alg;
    }),
  );
  assert.deepEqual(signers, Array(signers.length).fill("RS256"));
});

test("a key in a form that cannot be used is refused with the command that converts it", async () => {
  const forms = [
    String(rsa.export({ type: "pkcs1", format: "pem" })),
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${ec.export({ type: "sec1", format: "pem" })}`,
    String(rsa.export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "marked" })),
  ];
  for (const text of forms) {
    const failure = await sent({ authMethod: "private_key_jwt", credential: source }, text).catch((error) => error);
    assert.ok(isFailure(failure, "credential_unreadable"));
    const { detail, nextStep } = failureText(failure as AnyFailure);
    assert.match(detail, /another form than PKCS #8/);
    assert.match(nextStep, /"openssl pkcs8 -topk8 -nocrypt -in key\.pem -out pkcs8\.pem"/);
  }
});

test("a private key signs for the client, by the algorithm it is for, under the name and audience its provider wants", async () => {
  const assertion = async (text: string, how: ClientIdentity["assertion"] = {}) => {
    const { body } = await sent({ authMethod: "private_key_jwt", credential: source, assertion: how }, text);
    const jwt = body.get("client_assertion") ?? "";
    const { alg, kid, ...header } = decodeProtectedHeader(jwt);
    const { iss, sub, aud, jti } = decodeJwt(jwt);
    assert.deepEqual([iss, sub, typeof jti], ["app", "app", "string"]);
    return { alg, aud, named: kid ?? header["x5t#S256"] };
  };
  const jwk = JSON.stringify({ ...ec.export({ format: "jwk" }), kid: "its-own", alg: "ES384" });
  assert.deepEqual(
    [
      await assertion(pem(rsa)),
      // An input box swallows line ends.
      await assertion(pem(rsa).replace(/\n/g, " "), { keyId: "k1" }),
      await assertion(pem(rsa), {
        keyId: "thumbprint",
        keyHeader: "x5t#S256",
        audience: "token_endpoint",
        algorithm: "PS256",
      }),
      await assertion(pem(ec)),
      await assertion(pem(ed)),
      await assertion(jwk),
    ],
    [
      { alg: "RS256", aud: server.issuer, named: undefined },
      { alg: "RS256", aud: server.issuer, named: "k1" },
      { alg: "PS256", aud: server.token_endpoint, named: "thumbprint" },
      { alg: "ES384", aud: server.issuer, named: undefined },
      { alg: "Ed25519", aud: server.issuer, named: undefined },
      { alg: "ES384", aud: server.issuer, named: "its-own" },
    ],
  );
});

test("what is no private key is refused in words that have nothing of it", async () => {
  const publicKey = generateKeyPairSync("rsa", { modulusLength: 2048 }).publicKey;
  const texts = [
    "marked-secret",
    '{"kty":"RSA","marked":true}',
    '{"marked',
    String(publicKey.export({ type: "spki", format: "pem" })),
    certificate,
    JSON.stringify(publicKey.export({ format: "jwk" })),
    "-----BEGIN PRIVATE KEY-----\nbWFya2Vk\n-----END PRIVATE KEY-----",
  ];
  for (const text of texts) {
    const failure = await failureOf(() => sent({ authMethod: "private_key_jwt", credential: source }, text));
    assert.deepEqual(failure, {
      code: "credential_unreadable",
      facts: {
        source: "the environment variable CREDENTIAL",
        reason: "it is no private key that can sign: expected PKCS #8 PEM (BEGIN PRIVATE KEY) or a JSON Web Key",
      },
    });
  }
});

test("a client whose credential nobody can read here sends nothing", async () => {
  const client: ClientIdentity = { clientId: "app", authMethod: "client_secret_basic", credential: source };
  assert.equal(
    ((await failureOf(() => clientAuthentication(client, undefined))) as { code?: string }).code,
    "credential_unreadable",
  );
});

test("what a person typed is kept under issuer and client, as what it is", async () => {
  const secrets = new MemorySecrets();
  const [one, other] = [await credentialKey("https://a", "app"), await credentialKey("https://b", "app")];
  await storeCredential(one, " s3cret ", secrets);
  await storeCredential(other, pem(rsa).replace(/\n/g, ""), secrets);
  const keys = [...Object.values(withKey), ...Object.values(withoutKey)];
  for (const [at, text] of keys.entries()) await storeCredential(`credential:${at}`, text, secrets);
  const read = credentialReader(secrets, { environment: () => "", readFile: async () => "", run: async () => "" });
  assert.deepEqual(
    {
      kinds: [await storedCredentialKind(one, secrets), await storedCredentialKind(other, secrets)],
      keys: new Set(await Promise.all(keys.map((_, at) => storedCredentialKind(`credential:${at}`, secrets)))),
      secret: await read({ kind: "secretStorage", key: one }),
      none: await storedCredentialKind("credential:none", secrets),
    },
    { kinds: ["secret", "privateKey"], keys: new Set(["privateKey"]), secret: "s3cret", none: undefined },
  );
});

test("each place is read when it is asked for, and one that has nothing says which it is and no more", async () => {
  const secrets = new MemorySecrets({ "credential:damaged": "{marked" });
  const read = credentialReader(secrets, {
    environment: (name) => (name === "GOOD" ? "from the environment\n" : undefined),
    readFile: async (path) => {
      if (path === "/good") return "from the file";
      throw new Error("it cannot be read (ENOENT)");
    },
    run: async ([program]) => (program === "op" ? "from the command" : Promise.reject(new Error("it ended with 1"))),
  });
  const bad: readonly CredentialSource[] = [
    { kind: "environment", name: "BAD" },
    { kind: "file", path: "/bad" },
    { kind: "command", command: ["bad", "--token", "marked"] },
    { kind: "secretStorage", key: "credential:damaged" },
  ];
  const facts = async (one: CredentialSource) => {
    const { facts } = (await failureOf(() => read(one))) as { facts: { source: string; reason: string } };
    return `${facts.source}: ${facts.reason}`;
  };
  assert.deepEqual(
    {
      good: [
        await read({ kind: "environment", name: "GOOD" }),
        await read({ kind: "file", path: "/good" }),
        await read({ kind: "command", command: ["op", "read", "x"] }),
      ],
      bad: await Promise.all(bad.map(facts)),
    },
    {
      good: ["from the environment", "from the file", "from the command"],
      bad: [
        "the environment variable BAD: it is empty or not there",
        "the file /bad: it cannot be read (ENOENT)",
        "the command bad: it ended with 1",
        "the secret storage: it is empty or not there",
      ],
    },
  );
});
