import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseClient } from "../../../../src/oauth/signIn/client.ts";
import type { ClientSettings } from "../../../../src/oauth/signIn/clientSettings.ts";
import { forgetRegistration } from "../../../../src/oauth/signIn/keptRegistration.ts";
import { FakeAuthorizationServer } from "../../../support/fakeAuthorizationServer.ts";
import { failureOf, html, json, loopbackUris, MemorySecrets, networkError } from "../../../support/fakePorts.ts";

const redirectUris = loopbackUris();

function start(settings: ClientSettings = {}) {
  const idp = new FakeAuthorizationServer();
  const secrets = new MemorySecrets();
  const choose = (server = idp.server, clientId?: string, changes: ClientSettings = {}, uris = redirectUris) =>
    chooseClient(
      { server, settings: { ...settings, ...changes }, redirectUris: uris, clientId },
      { fetch: idp.fetch, secrets },
    );
  const { registration_endpoint: _, ...closed } = idp.server;
  return { idp, secrets, choose, closed };
}

test("typed wins over configured, configured over a metadata document, and that over registering", async () => {
  const { idp, choose, closed } = start();
  const clientMetadataUrl = "https://example.com/client.json";
  const withDocuments = { ...idp.server, client_id_metadata_document_supported: true };
  const all = { clientId: "configured", clientMetadataUrl };
  const chosen = async (...args: Parameters<typeof choose>) => {
    const { source, identity } = await choose(...args);
    return [source, identity.clientId, identity.authMethod];
  };
  assert.deepEqual(
    [
      await chosen(withDocuments, "typed", all),
      await chosen(withDocuments, undefined, all),
      await chosen(withDocuments, undefined, { clientMetadataUrl }),
      // Whoever does not say that it reads such documents is not given one.
      await chosen(idp.server, undefined, { clientMetadataUrl }),
      await failureOf(() => choose(closed, undefined, { clientMetadataUrl })),
    ],
    [
      ["configured", "typed", "none"],
      ["configured", "configured", "none"],
      ["metadataDocument", clientMetadataUrl, "none"],
      ["registered", "registered-1", "none"],
      { code: "client_id_needed", facts: { issuer: idp.issuer, redirectUri: redirectUris[0] } },
    ],
  );
});

test("a client metadata document has to be public and unforgeable", async () => {
  const { idp, choose } = start();
  const server = { ...idp.server, client_id_metadata_document_supported: true };
  for (const url of ["http://example.com/client.json", "http://localhost/client.json", "client.json"]) {
    assert.deepEqual(await failureOf(() => choose(server, undefined, { clientMetadataUrl: url })), {
      code: "endpoint_insecure",
      facts: { name: "clientMetadataUrl", url },
    });
  }
});

test("without a client and without registration, the person learns which redirect URI to register", async () => {
  const { idp, choose, closed } = start();
  const uri = "http://127.0.0.1:4000/back";
  assert.deepEqual(
    { failure: await failureOf(() => choose(closed, undefined, {}, [uri])), asked: idp.forms.length },
    {
      failure: {
        code: "client_id_needed",
        facts: { issuer: idp.issuer, redirectUri: uri },
      },
      asked: 0,
    },
  );
});

test("the editor registers as a native public client with every redirect URI it may use", async () => {
  const { idp, choose } = start();
  await choose();
  assert.deepEqual(idp.forms[0]?.form, {
    client_name: "Gateway Connect",
    application_type: "native",
    redirect_uris: redirectUris,
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  } as unknown);
});

test("a registration is made once, and anew for other redirect URIs, another issuer or once forgotten", async () => {
  const { idp, secrets, choose } = start();
  const id = async (...args: Parameters<typeof choose>) => (await choose(...args)).identity.clientId;
  const other = { ...idp.server, issuer: "https://other.example.com" };
  const to = (...uris: typeof redirectUris) => id(idp.server, undefined, {}, uris);
  const ids = [await id(), await id(), await to(redirectUris[1] ?? ""), await id(other), await id()];
  ids.push(await to(redirectUris[0], "http://localhost:4000/oauth/callback"));
  await forgetRegistration(idp.issuer, "one of another window", secrets);
  ids.push(await to(redirectUris[0], "http://localhost:4000/oauth/callback"));
  await forgetRegistration(idp.issuer, "registered-3", secrets);
  ids.push(await id(), await id(other));
  assert.deepEqual(ids, [
    "registered-1",
    "registered-1",
    "registered-1",
    "registered-2",
    "registered-1",
    "registered-3",
    "registered-3",
    "registered-4",
    "registered-2",
  ]);
});

test("a damaged or foreign stored registration is replaced, not used", async () => {
  for (const text of ["{", "null", "7", "{}", JSON.stringify({ issuer: "https://login.example.com" })]) {
    const { secrets, choose } = start();
    await choose();
    for (const key of secrets.entries.keys()) secrets.entries.set(key, text);
    assert.equal((await choose()).identity.clientId, "registered-2");
  }
});

test("one issuer's registration under another's key is not used there", async () => {
  const { idp, secrets, choose } = start();
  await choose();
  const [key, stored] = [...secrets.entries][0] ?? ["", ""];
  const foreign = { ...(JSON.parse(stored) as object), issuer: "https://evil.example" };
  secrets.entries.set(key, JSON.stringify(foreign));
  assert.deepEqual(
    { id: (await choose()).identity.clientId, asked: idp.count("register") },
    { id: "registered-2", asked: 2 },
  );
});

test("the client is what the provider made of it", async () => {
  const made = async (answer: object, status = 201) => {
    const { idp, choose } = start();
    idp.answer.register = () => json({ client_id: "c", ...answer }, status);
    return (await choose()).identity;
  };
  const secret = { client_secret: "s3cret" };
  assert.deepEqual(
    [
      await made({}),
      // Facades in front of a provider often answer so.
      await made({}, 200),
      await made({ token_endpoint_auth_method: "client_secret_basic" }),
      await made({ ...secret, token_endpoint_auth_method: "none" }),
      await made(secret),
      await made({ ...secret, client_secret_expires_at: 0, token_endpoint_auth_method: "client_secret_post" }),
    ],
    [
      { clientId: "c", authMethod: "none" },
      { clientId: "c", authMethod: "none" },
      { clientId: "c", authMethod: "none" },
      { clientId: "c", authMethod: "none" },
      { clientId: "c", clientSecret: "s3cret", authMethod: "client_secret_basic" },
      { clientId: "c", clientSecret: "s3cret", authMethod: "client_secret_post" },
    ],
  );
});

test("a registration that is refused, or not answered, says why, and stores nothing", async () => {
  const refused = (status: number, error: string) => ({
    code: "registration_refused",
    facts: { issuer: "https://login.example.com", status, error },
  });
  const down = (status: number, more = {}) => ({
    code: "authorization_server_down",
    facts: { issuer: "https://login.example.com", url: "https://login.example.com/register", status, ...more },
  });
  const unreadable = "an unreadable answer";
  const answers: [() => Response, unknown][] = [
    [() => json({ error: "invalid_redirect_uri" }, 400), refused(400, "invalid_redirect_uri")],
    [() => json({ error: "invalid_token" }, 401, { "www-authenticate": "Bearer" }), refused(401, "invalid_token")],
    [() => json({ error: "words for the person to believe" }, 400), refused(400, "error")],
    [() => json({ error: "access_denied", client_id: "c" }, 403), refused(403, "access_denied")],
    [() => html(403), refused(403, unreadable)],
    [() => html(200), refused(200, unreadable)],
    [() => json([]), refused(200, unreadable)],
    [() => json({ client_id: "" }, 201), refused(201, unreadable)],
    [() => json({ client_id: 7 }, 201), refused(201, unreadable)],
    [() => html(500), down(500)],
    [
      () => json({ error: "busy", error_description: "maintenance" }, 503, { "retry-after": "3600" }),
      down(503, { words: "maintenance", retryAfterSeconds: 3600 }),
    ],
    [() => json({}, 429), down(429)],
    [
      () => {
        throw networkError("ECONNREFUSED");
      },
      {
        code: "token_endpoint_unreachable",
        facts: { issuer: "https://login.example.com", reason: "ECONNREFUSED" },
      },
    ],
  ];
  const outcomes = [];
  for (const [answer] of answers) {
    const { idp, secrets, choose } = start();
    idp.answer.register = answer;
    outcomes.push({ failure: await failureOf(() => choose()), stored: secrets.entries.size });
  }
  assert.deepEqual(
    outcomes,
    answers.map(([, failure]) => ({ failure, stored: 0 })),
  );
});

for (const [methods, authMethod] of [
  [undefined, "client_secret_basic"],
  [["client_secret_basic", "client_secret_post"], "client_secret_basic"],
  [["client_secret_post", "none"], "client_secret_post"],
] as const) {
  test(`a configured client with a secret proves itself by ${authMethod} where the provider offers ${methods ?? "nothing in particular"}`, async () => {
    const { idp, secrets } = start();
    const server = { ...idp.server, ...(methods && { token_endpoint_auth_methods_supported: [...methods] }) };
    const world = { fetch: idp.fetch, secrets, clientSecret: "marked-secret" };
    assert.deepEqual(
      {
        ...(await chooseClient({ server, settings: { clientId: "app" }, redirectUris }, world)),
        stored: secrets.entries.size,
      },
      {
        source: "configured",
        identity: { clientId: "app", clientSecret: "marked-secret", authMethod },
        stored: 0,
      },
    );
  });
}

test("a client registers for further grants only where the provider offers them", async () => {
  const device = "urn:ietf:params:oauth:grant-type:device_code";
  const asked = await Promise.all(
    [[device], []].map(async (offered) => {
      const { idp, secrets } = start();
      const server = { ...idp.server, grant_types_supported: offered };
      const world = { fetch: idp.fetch, secrets, moreGrants: [device] };
      await chooseClient({ server, settings: {}, redirectUris }, world);
      return idp.forms[0]?.form.grant_types;
    }),
  );
  const usual = ["authorization_code", "refresh_token"];
  assert.deepEqual(asked, [[...usual, device], usual]);
});
