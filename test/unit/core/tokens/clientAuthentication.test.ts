import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { clientAuthentication } from "../../../../src/core/tokens/clientAuthentication.ts";
import {
  type CredentialSource,
  credentialKey,
  credentialReader,
  storeCredential,
  storedCredentialKind,
} from "../../../../src/core/tokens/clientCredential.ts";
import type { ClientIdentity } from "../../../../src/core/tokens/tokenSet.ts";
import { failureOf, MemorySecrets } from "../../../support/fakePorts.ts";

const server = { issuer: "https://login.example.com", token_endpoint: "https://login.example.com/token" };
const source: CredentialSource = { kind: "environment", name: "CREDENTIAL" };

/** What a client sends to prove who it is, with this text where its credential is read. */
async function sent(client: Omit<ClientIdentity, "clientId">, text: string) {
  const body = new URLSearchParams();
  const headers = new Headers();
  const authenticate = await clientAuthentication({ clientId: "app", ...client }, async () => text);
  await authenticate(server, { client_id: "app" }, body, headers);
  return { body, authorization: headers.get("authorization") };
}

const pem = (key: { export(options: { type: "pkcs8"; format: "pem" }): string | Buffer }) =>
  String(key.export({ type: "pkcs8", format: "pem" }));
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const ec = generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey;
const ed = generateKeyPairSync("ed25519").privateKey;

test("a secret that is kept elsewhere is read for the request and sent as the client was registered", async () => {
  const basic = await sent({ authMethod: "client_secret_basic", credential: source }, "marked");
  const post = await sent({ authMethod: "client_secret_post", credential: source }, "marked");
  assert.deepEqual(
    { basic: basic.authorization, inForm: post.body.get("client_secret") },
    { basic: `Basic ${btoa("app:marked")}`, inForm: "marked" },
  );
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
  const read = credentialReader(secrets, { environment: () => "", readFile: async () => "", run: async () => "" });
  assert.deepEqual(
    {
      kinds: [await storedCredentialKind(one, secrets), await storedCredentialKind(other, secrets)],
      secret: await read({ kind: "secretStorage", key: one }),
      none: await storedCredentialKind("credential:none", secrets),
    },
    { kinds: ["secret", "privateKey"], secret: "s3cret", none: undefined },
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
        "the editor's secret storage: it is empty or not there",
      ],
    },
  );
});
