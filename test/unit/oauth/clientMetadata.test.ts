import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { isFailure } from "../../../src/failures/failure.ts";
import { checkClientMetadata, LARGEST_DOCUMENT } from "../../../src/oauth/clientMetadata/checkClientMetadata.ts";
import { clientMetadataDocument, documentText } from "../../../src/oauth/clientMetadata/clientMetadataDocument.ts";
import { metadataAddressFault } from "../../../src/oauth/clientMetadata/metadataAddress.ts";
import { metadataUrlAt, ownMetadataUrl, ownRedirects } from "../../../src/oauth/clientMetadata/ownClientMetadata.ts";
import { defaultRedirect, publishedRedirects } from "../../../src/oauth/clientMetadata/publishedRedirects.ts";
import { chooseClient } from "../../../src/oauth/signIn/client.ts";
import { runs } from "../../support/bulk.ts";
import { FakeAuthorizationServer } from "../../support/fakeAuthorizationServer.ts";
import { failureOf, fakeNetwork, MemorySecrets } from "../../support/fakePorts.ts";

const url = "https://company.example/oauth/gateway-connect.json";
const redirects = publishedRedirects(defaultRedirect);
const good = clientMetadataDocument(url, redirects);

test("a document names every redirect URI of this machine, with ports and without, and no secret", () => {
  assert.deepEqual(good, {
    client_id: url,
    client_name: "Gateway Connect",
    application_type: "native",
    redirect_uris: [
      ...["3334", "3335", "3336"].map((port) => `http://localhost:${port}/oauth/callback`),
      ...["3334", "3335", "3336"].map((port) => `http://127.0.0.1:${port}/oauth/callback`),
      "http://localhost/oauth/callback",
      "http://127.0.0.1/oauth/callback",
    ],
    grant_types: ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  });
  assert.deepEqual(publishedRedirects({ ports: [9], path: "/a", host: "[::1]" }), [
    ...["http://[::1]:9/a", "http://localhost:9/a", "http://127.0.0.1:9/a"],
    ...["http://[::1]/a", "http://localhost/a", "http://127.0.0.1/a"],
  ]);
  assert.ok(Buffer.byteLength(documentText(good)) < LARGEST_DOCUMENT);
});

test("an address can be a client ID only where everybody who compares it has the same letters", () => {
  const faults: readonly (readonly [address: string, fault: string | undefined])[] = [
    [url, undefined],
    ["https://company.example:8443/a", undefined],
    ["https://company.example/a/", undefined],
    ["https://xn--bcher-kva.example/a.json", undefined],
    ["", "address"],
    ["company.example/a", "address"],
    ["//company.example/a", "address"],
    [`https://company.example/${"a".repeat(3000)}`, "address"],
    ["http://company.example/a", "https"],
    ["javascript:alert(1)", "https"],
    ["command:a.b", "https"],
    ["https://user@company.example/a", "credentials"],
    ["https://user:pass@company.example/a", "credentials"],
    ["https://@company.example/a", "credentials"],
    ["https://company.example/a#b", "fragment"],
    ["https://company.example/a#", "fragment"],
    ["https://company.example/a/../b", "dots"],
    ["https://company.example/./b", "dots"],
    ["https://company.example/a/%2e%2E/b", "dots"],
    ["https://company.example", "path"],
    ["https://company.example/", "path"],
    ["https://company.example/a?b=c", "query"],
    ["https://company.example/a?", "query"],
    ["https://COMPANY.example/a", "spelling"],
    ["HTTPS://company.example/a", "spelling"],
    ["https://company.example:443/a", "spelling"],
    ["https://company.example/a b", "spelling"],
    ["https://bücher.example/a", "spelling"],
    ["https://compаny.example/a", "spelling"],
    ["https:\\\\company.example\\a", "spelling"],
    ["https://company.example/a\u200b", "spelling"],
    ["https://company.example/a\t", "spelling"],
  ];
  assert.deepEqual(
    faults.map(([address]) => [address, metadataAddressFault(address)]),
    faults,
  );
});

test("no text breaks the check of an address, and one that passes is what a URL makes of it", () => {
  const part = fc.constantFrom("https://", "a.example", "/", "..", "%2e", "#", "?", "@", ":", "x", "\\", " ", "é");
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.array(part, { maxLength: 12 }).map((all) => all.join("")),
      ),
      (text) => {
        return metadataAddressFault(text) !== undefined || new URL(text).href === text;
      },
    ),
    runs(2000),
  );
});

/** What is wrong with what is published, by its kinds. */
async function faultsOf(answer: () => Response): Promise<readonly string[]> {
  const network = fakeNetwork({ [url]: answer });
  try {
    await checkClientMetadata(url, redirects, { fetch: network.fetch });
    return [];
  } catch (failure) {
    if (!isFailure(failure, "client_metadata_wrong")) throw failure;
    return failure.facts.faults.map(({ kind }) => kind);
  }
}

test("a published document is checked whole, and all that is wrong with it is told at once", async () => {
  const published = (body: unknown, type = "application/json", status = 200) =>
    new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: { "content-type": type } });
  const cases: readonly (readonly [what: string, answer: () => Response, kinds: readonly string[]])[] = [
    ["as it was written", () => published(documentText(good), "application/json; charset=utf-8"), []],
    ["another JSON type", () => published(good, "application/vnd.example+json"), []],
    [
      "with more than we need",
      () => published({ ...good, client_uri: "https://x", redirect_uris: [...redirects, "x"] }),
      [],
    ],
    ["not there", () => published("", "text/html", 404), ["status"]],
    ["created anew", () => published(good, "application/json", 201), ["status"]],
    ["elsewhere", () => new Response(null, { status: 302, headers: { location: "https://x.example/" } }), ["redirect"]],
    ["elsewhere for good", () => new Response(null, { status: 308, headers: { location: "/b" } }), ["redirect"]],
    ["raw text of a shared domain", () => published(good, "text/plain"), ["contentType"]],
    ["without a type", () => new Response(new TextEncoder().encode(documentText(good))), ["contentType"]],
    ["a page", () => published("<html>", "text/html"), ["contentType", "json"]],
    ["half of it", () => published(documentText(good).slice(0, 40)), ["json"]],
    ["a list", () => published([good]), ["json"]],
    ["with a byte order mark", () => published(`\ufeff${documentText(good)}`), []],
    ["another address's", () => published({ ...good, client_id: `${url}/` }), ["clientId"]],
    ["nobody's", () => published({ ...good, client_id: undefined }), ["clientId"]],
    ["a port less", () => published({ ...good, redirect_uris: redirects.slice(1) }), ["redirectUris"]],
    ["redirects as a text", () => published({ ...good, redirect_uris: redirects.join(" ") }), ["redirectUris"]],
    ["with a secret", () => published({ ...good, client_secret: "marked-secret" }), ["secret"]],
    [
      "of a client with a secret",
      () => published({ ...good, token_endpoint_auth_method: "client_secret_post" }),
      ["secret"],
    ],
    ["of a client with a key", () => published({ ...good, token_endpoint_auth_method: "private_key_jwt" }), []],
    ["larger than anybody reads", () => published({ ...good, logo: "x".repeat(LARGEST_DOCUMENT) }), ["size"]],
    [
      "everything at once",
      () => published({ client_secret: "s" }, "text/plain"),
      ["contentType", "clientId", "redirectUris", "secret"],
    ],
  ];
  for (const [what, answer, kinds] of cases) assert.deepEqual([what, await faultsOf(answer)], [what, kinds]);
});

test("our own document is nobody's as long as nobody publishes it, and then the client where it names the redirects in use", async () => {
  assert.equal(ownMetadataUrl, undefined);
  const takes = { issuer: "https://login.example.com", client_id_metadata_document_supported: true };
  const [uri = ""] = ownRedirects;
  const own = "https://gateway-connect.example/client.json";
  assert.deepEqual(
    [
      metadataUrlAt(takes, {}, [uri]),
      metadataUrlAt(takes, {}, [uri], own),
      metadataUrlAt(takes, { clientMetadataUrl: url }, [uri], own),
      metadataUrlAt(takes, {}, ["http://localhost:4000/oauth/callback"], own),
      metadataUrlAt(takes, {}, ["vscode://gateway-connect.gateway-connect/callback"], own),
      metadataUrlAt({ issuer: "https://login.example.com" }, {}, [uri], own),
    ],
    [undefined, own, url, undefined, undefined, undefined],
  );
  const idp = new FakeAuthorizationServer();
  const choose = async (redirectUri: string, server: object) => {
    const choice = { server: { ...idp.server, ...server }, settings: {}, redirectUris: [redirectUri] as const };
    const world = { fetch: idp.fetch, secrets: new MemorySecrets(), ownMetadataUrl: own };
    const { source, identity } = await chooseClient(choice, world);
    return [source, identity.clientId === own];
  };
  assert.deepEqual(
    [
      await choose(uri, { client_id_metadata_document_supported: true }),
      await choose("http://localhost:4000/x", { client_id_metadata_document_supported: true }),
      await choose(uri, {}),
    ],
    [
      ["metadataDocument", true],
      ["registered", false],
      ["registered", false],
    ],
  );
});

test("an address that cannot be a client ID is refused before anybody is sent to a page with it", async () => {
  const idp = new FakeAuthorizationServer();
  const server = { ...idp.server, client_id_metadata_document_supported: true };
  const world = { fetch: idp.fetch, secrets: new MemorySecrets() };
  const settings = { clientMetadataUrl: "https://COMPANY.example/client.json" };
  const failure = await failureOf(() =>
    chooseClient({ server, settings, redirectUris: ["http://localhost:1/"] }, world),
  );
  assert.deepEqual(failure, {
    code: "client_metadata_address_refused",
    facts: { input: settings.clientMetadataUrl, fault: "spelling", spelled: "https://company.example/client.json" },
  });
});
