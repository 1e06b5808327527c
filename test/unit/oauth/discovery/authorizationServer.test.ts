import assert from "node:assert/strict";
import { test } from "node:test";
import { findAuthorizationServer } from "../../../../src/oauth/discovery/authorizationServer.ts";
import { failureOf, fakeNetwork, html, json, networkError } from "../../../support/fakePorts.ts";

const issuer = "https://login.example.com/tenant";
const oauthInserted = "https://login.example.com/.well-known/oauth-authorization-server/tenant";
const oidcInserted = "https://login.example.com/.well-known/openid-configuration/tenant";
const oidcAppended = "https://login.example.com/tenant/.well-known/openid-configuration";
const oauthAppended = `${issuer}/.well-known/oauth-authorization-server`;
const metadata = {
  issuer,
  authorization_endpoint: "https://login.example.com/authorize",
  token_endpoint: "https://login.example.com/token",
  code_challenge_methods_supported: ["plain", "S256"],
};

/** What is made of metadata with these changes. */
const outcome = (changes: Readonly<Record<string, unknown>>, at = issuer) =>
  failureOf(() =>
    findAuthorizationServer(at, fakeNetwork({ [oauthInserted]: json({ ...metadata, issuer: at, ...changes }) })),
  );

test("metadata is looked for in the three places, in the specification's order", async () => {
  const network = fakeNetwork({
    [oauthInserted]: html(404),
    [oidcInserted]: html(200),
    [oidcAppended]: json(metadata),
  });
  const server = await findAuthorizationServer(issuer, network);
  assert.deepEqual(
    { server, asked: network.urls() },
    { server: metadata, asked: [oauthInserted, oidcInserted, oidcAppended] },
  );
});

test("an issuer without a path has two places, and a trailing slash alone is no other issuer", async () => {
  const root = "https://login.example.com";
  const network = fakeNetwork({
    [`${root}/.well-known/openid-configuration`]: json({ ...metadata, issuer: `${root}/` }),
  });
  const server = await findAuthorizationServer(root, network);
  assert.deepEqual(
    { issuer: server.issuer, asked: network.urls() },
    {
      issuer: `${root}/`,
      asked: [`${root}/.well-known/oauth-authorization-server`, `${root}/.well-known/openid-configuration`],
    },
  );
});

test("a provider that cannot be found is reported with every place that was tried, one more if it answers at all", async () => {
  const specified = [oauthInserted, oidcInserted, oidcAppended];
  for (const [answer, tried] of [
    [html(404), [...specified, oauthAppended]],
    [html(200), [...specified, oauthAppended]],
    [networkError("ENOTFOUND"), specified],
  ] as const) {
    const network = fakeNetwork(Object.fromEntries(specified.map((place) => [place, answer])));
    assert.deepEqual(await failureOf(() => findAuthorizationServer(issuer, network)), {
      code: "authorization_server_unreachable",
      facts: { issuer, tried },
    });
  }
});

test("metadata of RFC 8414 behind the path is found where it is nowhere else, and has to name the issuer", async () => {
  const named = async (document: object) => {
    const network = fakeNetwork({ [oauthAppended]: json(document) });
    const outcome = await findAuthorizationServer(issuer, network).then(
      (server) => server.issuer,
      ({ code }: { code: string }) => code,
    );
    return [outcome, network.urls()];
  };
  const asked = [oauthInserted, oidcInserted, oidcAppended, oauthAppended];
  assert.deepEqual(
    [await named(metadata), await named({ ...metadata, issuer: "https://login.example.com" })],
    [
      [issuer, asked],
      ["issuer_mismatch", asked],
    ],
  );
});

test("a provider that is down is told as that, with when to come again, unless it has the document or says that there is none", async () => {
  const busy = () => new Response("", { status: 503, headers: { "retry-after": "30" } });
  const found = async (...answers: Parameters<typeof fakeNetwork>[0][string][]) => {
    const [first, second, third] = answers;
    const network = fakeNetwork({
      ...{ [oauthInserted]: first, [oidcInserted]: second, [oidcAppended]: third },
    } as Parameters<typeof fakeNetwork>[0]);
    return await failureOf(() => findAuthorizationServer(issuer, network));
  };
  const down = (url: string, status: number, more = {}) => ({
    code: "authorization_server_down",
    facts: { issuer, url, status, ...more },
  });
  const unreachable = {
    code: "authorization_server_unreachable",
    facts: { issuer, tried: [oauthInserted, oidcInserted, oidcAppended, oauthAppended] },
  };
  assert.deepEqual(
    [
      await found(json({}, 500), json({}, 500), json({}, 500)),
      await found(html(404), html(404), busy()),
      await found(json({}, 429), html(404), html(404)),
      await found(json({}, 425), html(404), html(404)),
      await found(networkError("ECONNRESET"), json({}, 500), json({}, 500)),
      // What answers so to whatever it does not know.
      await found(json({}, 500), html(404), json({}, 500)),
    ],
    [
      down(oauthInserted, 500),
      down(oidcAppended, 503, { retryAfterSeconds: 30 }),
      down(oauthInserted, 429),
      down(oauthInserted, 425),
      down(oidcInserted, 500),
      unreachable,
    ],
  );
  const network = fakeNetwork({ [oauthInserted]: busy(), [oidcInserted]: json(metadata) });
  assert.equal((await findAuthorizationServer(issuer, network)).issuer, metadata.issuer);
});

test("a provider's certificate that is not trusted is told as that, at the first place already", async () => {
  const network = fakeNetwork({ [oauthInserted]: networkError("SELF_SIGNED_CERT_IN_CHAIN") });
  assert.deepEqual(
    { failure: await failureOf(() => findAuthorizationServer(issuer, network)), asked: network.urls() },
    {
      failure: { code: "tls_failed", facts: { url: oauthInserted, reason: "SELF_SIGNED_CERT_IN_CHAIN" } },
      asked: [oauthInserted],
    },
  );
});

test("metadata of another issuer is not used, and does not hide the right one further on", async () => {
  const wrong = json({ ...metadata, issuer: "https://evil.example/tenant" });
  const found = await findAuthorizationServer(
    issuer,
    fakeNetwork({ [oauthInserted]: wrong, [oidcAppended]: json(metadata) }),
  );
  assert.deepEqual(
    {
      found: found.issuer,
      only: await failureOf(() => findAuthorizationServer(issuer, fakeNetwork({ [oidcInserted]: wrong }))),
      none: await outcome({ issuer: undefined }),
    },
    {
      found: issuer,
      only: {
        code: "issuer_mismatch",
        facts: { metadataUrl: oidcInserted, expected: issuer, found: "https://evil.example/tenant" },
      },
      none: { code: "issuer_mismatch", facts: { metadataUrl: oauthInserted, expected: issuer, found: "nothing" } },
    },
  );
});

test("an endpoint that is not safe to send a person or a token to is no endpoint, and fails where each sign-in needs it", async () => {
  const unsafe = [
    "javascript:alert(1)",
    "file:///etc/passwd",
    "vscode://evil.extension/run",
    "http://login.example.com/x",
    // A service of this machine is not an identity provider's to name.
    "http://localhost:9200/x",
    "https://login.example.com@evil.example/x",
    "/relative",
    7,
  ];
  for (const name of ["authorization_endpoint", "token_endpoint"]) {
    for (const url of unsafe) {
      assert.deepEqual(await outcome({ [name]: url }), {
        code: "endpoint_insecure",
        facts: { name, url: String(url) },
      });
    }
    for (const none of ["", null, undefined]) {
      assert.deepEqual(await outcome({ [name]: none }), { code: "endpoint_missing", facts: { issuer, name } });
    }
  }
  const others = [
    "revocation_endpoint",
    "registration_endpoint",
    "device_authorization_endpoint",
    "end_session_endpoint",
  ];
  for (const name of others) {
    for (const url of [...unsafe, "", null, {}, ["https://login.example.com/x"]]) {
      const document = json({ ...metadata, [name]: url });
      const found = await findAuthorizationServer(issuer, fakeNetwork({ [oauthInserted]: document }));
      assert.equal(name in found, false, `${name} ${url}`);
    }
  }
});

test("an issuer that is not safe to ask is not asked", async () => {
  const network = fakeNetwork({});
  const issuers = ["http://login.example.com", "javascript:alert(1)", "login.example.com", "https://a@evil.example"];
  const codes = [];
  for (const bad of issuers) codes.push(await failureOf(() => findAuthorizationServer(bad, network)));
  assert.deepEqual(
    { codes, asked: network.urls() },
    { codes: issuers.map((url) => ({ code: "endpoint_insecure", facts: { name: "issuer", url } })), asked: [] },
  );
});

test("an issuer's path that looks like a host does not lead to that host", async () => {
  const network = fakeNetwork({});
  await failureOf(() => findAuthorizationServer("https://login.example.com//evil.example/x", network));
  assert.deepEqual(
    network.urls().map((url) => new URL(url).hostname),
    Array.from({ length: 4 }, () => "login.example.com"),
  );
});

test("an identity provider on this machine may do without https", async () => {
  const local = "http://localhost:4000";
  const network = fakeNetwork({
    [`${local}/.well-known/oauth-authorization-server`]: json({
      issuer: local,
      authorization_endpoint: `${local}/authorize`,
      token_endpoint: "http://127.0.0.1:4000/token",
    }),
  });
  assert.equal((await findAuthorizationServer(local, network)).token_endpoint, "http://127.0.0.1:4000/token");
});

test("missing endpoints are named; null counts as missing", async () => {
  const missing = (name: string) => ({ code: "endpoint_missing", facts: { issuer, name } });
  assert.deepEqual(
    [
      await outcome({ authorization_endpoint: undefined }),
      await outcome({ token_endpoint: null }),
      await outcome({ registration_endpoint: null }),
    ],
    [missing("authorization_endpoint"), missing("token_endpoint"), "no failure"],
  );
});

test("a list of PKCE methods without S256 is a no, an absent one is not", async () => {
  const refused = (found: string[]) => ({ code: "pkce_unsupported", facts: { issuer, found } });
  const methods = (value: unknown) => outcome({ code_challenge_methods_supported: value });
  assert.deepEqual(
    [
      await methods(["plain"]),
      await methods([]),
      await methods("plain"),
      await methods({}),
      await methods(undefined),
      await methods(null),
    ],
    [refused(["plain"]), refused([]), refused(["plain"]), refused(["[object Object]"]), "no failure", "no failure"],
  );
});
