import assert from "node:assert/strict";
import { test } from "node:test";
import { readIssuer } from "../../../../src/agentcore/authorizer/issuerDocuments.ts";
import { fakeNetwork, json, networkError } from "../../../support/fakePorts.ts";

const far = "https://login.example.com/.well-known/openid-configuration";

/** Reads an issuer whose document names this place for its keys. @returns how it ends, and how often anything else was asked */
async function read(discoveryUrl: string, jwksUri: string, keys: () => Response = () => json({ keys: [] })) {
  const network = fakeNetwork({
    [discoveryUrl]: json({ issuer: new URL(discoveryUrl).origin, jwks_uri: jwksUri }),
    [new URL(jwksUri).href]: keys(),
    "https://elsewhere.example/keys": json({ keys: [] }),
  });
  const ending = await readIssuer(discoveryUrl, network).then(
    () => "read",
    (error: Error) => error.message,
  );
  return { ending, asked: network.urls().slice(1) };
}

test("keys are read where their document may have them, by no redirect, and never over http after https", async () => {
  const near = "http://127.0.0.1:8000/.well-known/openid-configuration";
  const unsafe = { ending: `${far} names a place for its keys that is not safe`, asked: [] };
  for (const jwksUri of [
    ...[
      "http://login.example.com/keys",
      "http://127.0.0.1/keys",
      "https://127.0.0.1/keys",
      "https://[::ffff:7f00:1]/k",
    ],
    ...["https://169.254.169.254/keys", "https://metadata.google.internal/keys", "file:///etc/passwd", "data:,x"],
  ]) {
    assert.deepEqual(await read(far, jwksUri), unsafe, jwksUri);
  }
  for (const jwksUri of ["https://keys.example.com/keys", "https://10.0.0.1/keys", "https://keys.corp.internal/keys"]) {
    assert.deepEqual(await read(far, jwksUri), { ending: "read", asked: [jwksUri] }, jwksUri);
  }
  for (const jwksUri of ["file:///etc/passwd", "data:,x", "ftp://127.0.0.1/keys"]) {
    const ending = `${near} names a place for its keys that is not safe`;
    assert.deepEqual(await read(near, jwksUri), { ending, asked: [] }, jwksUri);
  }
  assert.deepEqual(await read(near, "http://127.0.0.1:9000/keys"), {
    ending: "read",
    asked: ["http://127.0.0.1:9000/keys"],
  });
  for (const to of ["https://elsewhere.example/keys", "/other"]) {
    const moved = () => new Response("", { status: 302, headers: { location: to } });
    const keys = "https://login.example.com/keys";
    assert.deepEqual(await read(far, keys, moved), { ending: `${keys} answered with HTTP 302`, asked: [keys] }, to);
  }
});

test("what an issuer publishes is read, without what is no key, and anything else is told with its place", async () => {
  const keys = "https://login.example.com/keys";
  const of = async (document: Response | Error, set: Response | Error = json({ keys: [] })) => {
    const network = fakeNetwork({ [far]: document, [keys]: set });
    return await readIssuer(far, network).catch((error: Error) => [error.constructor.name, error.message]);
  };
  const good = () => json({ issuer: "https://login.example.com", jwks_uri: keys });
  const ec = { kty: "EC", kid: "a" };
  const unavailable = (message: string) => ["KeysUnavailable", message];
  assert.deepEqual(
    {
      good: await of(good(), json({ keys: [ec, null, 7, "EC", [], { kid: "b" }, { kty: 7 }] })),
      empty: await of(json({})),
      noIssuer: await of(json({ jwks_uri: keys })),
      noKeys: await of(json({ issuer: "https://login.example.com" })),
      noAddress: await of(json({ issuer: "https://login.example.com", jwks_uri: "keys" })),
      text: await of(json("text")),
      nothing: await of(json(null)),
      page: await of(new Response("<html>")),
      away: await of(new Response("", { status: 503 })),
      noConnection: await of(new TypeError("fetch failed", { cause: networkError("ECONNREFUSED") })),
      keysNoList: await of(good(), json({ keys: {} })),
      keysAway: await of(good(), new Response("", { status: 500 })),
      keysPage: await of(good(), new Response("<html>")),
    },
    {
      good: { issuer: "https://login.example.com", jwksUri: keys, keys: [ec] },
      empty: unavailable(`${far} has no issuer or no jwks_uri`),
      noIssuer: unavailable(`${far} has no issuer or no jwks_uri`),
      noKeys: unavailable(`${far} has no issuer or no jwks_uri`),
      noAddress: unavailable(`${far} names a place for its keys that is not safe`),
      text: unavailable(`${far} has no JSON document`),
      nothing: unavailable(`${far} has no JSON document`),
      page: unavailable(`${far} has no JSON document`),
      away: unavailable(`${far} answered with HTTP 503`),
      noConnection: unavailable(`${far} could not be read: ECONNREFUSED`),
      keysNoList: unavailable(`${keys} has no list of keys`),
      keysAway: unavailable(`${keys} answered with HTTP 500`),
      keysPage: unavailable(`${keys} has no JSON document`),
    },
  );
  const cause = networkError("ECONNREFUSED");
  await assert.rejects(readIssuer(far, fakeNetwork({ [far]: cause })), { cause });
});
