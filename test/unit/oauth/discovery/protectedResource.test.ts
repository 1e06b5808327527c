import assert from "node:assert/strict";
import { test } from "node:test";
import { findProtectedResource } from "../../../../src/oauth/discovery/protectedResource.ts";
import { failureOf, fakeNetwork, html, json, networkError } from "../../../support/fakePorts.ts";

const gateway = new URL("https://gw.example.com/mcp");
const inserted = "https://gw.example.com/.well-known/oauth-protected-resource/mcp";
const root = "https://gw.example.com/.well-known/oauth-protected-resource";
const issuer = "https://login.example.com";
const document = { resource: gateway.href, authorization_servers: [issuer], scopes_supported: ["read"] };

test("metadata is read where the challenge points, else with the path inserted, else at the root", async () => {
  const pointed = "https://gw.example.com/elsewhere";
  const all = { [pointed]: json(document), [inserted]: json(document), [root]: json(document) };
  const at = async (network: ReturnType<typeof fakeNetwork>, advertised?: string) => {
    const { metadataUrl } = await findProtectedResource({ gateway, advertised }, network);
    return { metadataUrl, asked: network.urls() };
  };
  assert.deepEqual(
    [
      await at(fakeNetwork(all), pointed),
      await at(fakeNetwork(all)),
      await at(fakeNetwork({ [root]: json(document), [inserted]: html(200) })),
      // A challenge that points nowhere does not end the search.
      await at(fakeNetwork({ [root]: json(document), [inserted]: networkError("ECONNRESET") }), pointed),
    ],
    [
      { metadataUrl: pointed, asked: [pointed] },
      { metadataUrl: inserted, asked: [inserted] },
      { metadataUrl: root, asked: [inserted, root] },
      { metadataUrl: root, asked: [pointed, inserted, root] },
    ],
  );
});

test("the resource is kept to the letter, and what is missing or malformed in the rest is empty", async () => {
  const resource = "https://gw.example.com/mcp/";
  const found = await findProtectedResource(
    { gateway },
    fakeNetwork({ [inserted]: json({ resource, authorization_servers: [7, issuer], scopes_supported: "read" }) }),
  );
  assert.deepEqual(found, {
    metadataUrl: inserted,
    resource,
    authorizationServers: [issuer],
    scopesSupported: [],
  });
});

test("a query of the gateway's address stays in the address of its metadata", async () => {
  const network = fakeNetwork({});
  await failureOf(() => findProtectedResource({ gateway: new URL(`${gateway.href}?tenant=a`) }, network));
  assert.deepEqual(network.urls(), [`${inserted}?tenant=a`, root]);
});

test("without metadata the failure says everywhere it was looked for", async () => {
  for (const answer of [html(404), html(200), json([]), json(null), json({}, 500), networkError("ECONNREFUSED")]) {
    const network = fakeNetwork({ [inserted]: answer, [root]: answer });
    assert.deepEqual(await failureOf(() => findProtectedResource({ gateway }, network)), {
      code: "resource_metadata_missing",
      facts: { url: gateway.href, tried: [inserted, root] },
    });
  }
});

test("metadata of another resource is refused, and one that covers the gateway's path is not", async () => {
  const outcome = (resource: unknown) =>
    failureOf(() => findProtectedResource({ gateway }, fakeNetwork({ [inserted]: json({ ...document, resource }) })));
  const mismatch = (found: string) => ({
    code: "resource_mismatch",
    facts: { metadataUrl: inserted, expected: gateway.href, found },
  });
  assert.deepEqual(
    await Promise.all(
      [
        "https://gw.example.com/mcp",
        "https://gw.example.com",
        "https://GW.example.com:443/mcp",
        "https://evil.example/mcp",
        "https://gw.example.com/mc",
        "https://gw.example.com/mcp/other",
        "https://gw.example.com.evil.example/mcp",
        "http://gw.example.com/mcp",
        "not a url",
        undefined,
        7,
      ].map(outcome),
    ),
    [
      "no failure",
      "no failure",
      "no failure",
      mismatch("https://evil.example/mcp"),
      mismatch("https://gw.example.com/mc"),
      mismatch("https://gw.example.com/mcp/other"),
      mismatch("https://gw.example.com.evil.example/mcp"),
      mismatch("http://gw.example.com/mcp"),
      mismatch("not a url"),
      mismatch("nothing"),
      mismatch("nothing"),
    ],
  );
});

test("a challenge that points to a foreign place sends no request, and none that is unsafe to one but the gateway", async () => {
  const outcome = async (advertised: string) => {
    const network = fakeNetwork({});
    const failure = (await failureOf(() => findProtectedResource({ gateway, advertised }, network))) as {
      code: string;
    };
    return [failure.code, network.urls().filter((url) => new URL(url).origin !== gateway.origin).length];
  };
  const foreign = [
    "https://evil.example/prm",
    "https://gw.example.com.evil.example/prm",
    "https://gw.example.com:8443/prm",
    "http://localhost:9200/",
  ];
  const unsafe = [
    "http://gw.example.com/prm",
    "http://169.254.169.254/latest/meta-data",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "/.well-known/oauth-protected-resource",
    "",
  ];
  assert.deepEqual(await Promise.all([...foreign, ...unsafe].map(outcome)), [
    ...foreign.map(() => ["resource_mismatch", 0]),
    ...unsafe.map(() => ["endpoint_insecure", 0]),
  ]);
});

test("behind a custom domain, the resource a person configured is accepted together with its host", async () => {
  const resource = "https://tools-a1b2c3d4e5.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp";
  const metadata = new URL("/.well-known/oauth-protected-resource", resource).href;
  const network = fakeNetwork({ [metadata]: json({ ...document, resource }) });
  const found = await findProtectedResource({ gateway, advertised: metadata, acceptedResource: resource }, network);
  assert.deepEqual({ resource: found.resource, asked: network.urls() }, { resource, asked: [metadata] });
});

test("a redirect is followed within the gateway, a few times, and never to another place", async () => {
  const to = (location: string) => new Response(null, { status: 307, headers: { location } });
  const within = fakeNetwork({ [inserted]: to("/moved"), "https://gw.example.com/moved": json(document) });
  const away = ["https://evil.example/prm", "http://gw.example.com/prm", "http://127.0.0.1:80/", "//evil.example/x"];
  const outside = away.map((location) => fakeNetwork({ [inserted]: to(location) }));
  const circle = fakeNetwork({ [inserted]: to(inserted) });
  for (const network of [...outside, circle]) {
    await failureOf(() => findProtectedResource({ gateway }, network));
  }
  const { resource } = await findProtectedResource({ gateway }, within);
  assert.deepEqual(
    {
      resource,
      outside: outside.map((network) => network.urls()),
      circle: circle.requests.length,
      // Left to fetch, a redirect would be followed before anybody looked at it.
      left: [...outside, circle, within]
        .flatMap(({ requests }) => requests)
        .filter((sent) => sent.redirect !== "manual"),
    },
    { resource: gateway.href, outside: away.map(() => [inserted, root]), circle: 7, left: [] },
  );
});

test("cancelling is not taken for missing metadata", async () => {
  const controller = new AbortController();
  controller.abort(new Error("cancelled"));
  await assert.rejects(findProtectedResource({ gateway }, { ...fakeNetwork({}), signal: controller.signal }), {
    message: "cancelled",
  });
});
