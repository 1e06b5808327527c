import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { type TestContext, test } from "node:test";
import "../../src/sandbox/identity/urlParsePolyfill.ts";
import Provider from "oidc-provider";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { freePorts } from "../support/webServer.ts";
import { startWorldGateway } from "../world/support/gateway.ts";
import { programFor } from "../world/support/program.ts";

const certificate = "test/support/untrusted.pem";

/** The program with these arguments, to its end; it trusts the company's server. */
const ended = (args: readonly string[]) =>
  endedStandalone(args, { env: { PATH: process.env.PATH, HOME: "/nowhere", NODE_EXTRA_CA_CERTS: certificate } });

/** A company's web server, which publishes what it is told at any path. */
async function startCompany(t: TestContext) {
  const pem = readFileSync(certificate);
  const company = { body: "", type: "application/json", status: 200, headers: {} as Readonly<Record<string, string>> };
  const server = createServer({ cert: pem, key: pem }, (_, response) => {
    const { body, type, status, headers } = company;
    response.writeHead(status, { "content-type": type, ...headers }).end(body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  t.after(() => server.close());
  const url = `https://localhost:${(server.address() as AddressInfo).port}/oauth/gateway-connect.json`;
  return { company, url };
}

test("the program writes a document for an address, and says of a published one all that is wrong with it", async (t) => {
  const { company, url } = await startCompany(t);
  const written = await ended(["--write-client-metadata", url]);
  company.body = written.out;
  const good = await ended(["--check-client-metadata", url]);
  company.type = "text/plain";
  const other = JSON.parse(written.out);
  company.body = JSON.stringify({ ...other, client_id: `${url}?`, redirect_uris: other.redirect_uris.slice(2) });
  const bad = await ended(["--check-client-metadata", url]);
  company.status = 302;
  company.headers = { location: "https://cdn.example/client.json" };
  const elsewhere = await ended(["--check-client-metadata", url]);
  assert.deepEqual(
    {
      written: [written.code, other.client_id, other.redirect_uris.length],
      good: [good.code, good.out],
      bad: bad.code,
      elsewhere: elsewhere.code,
    },
    { written: [0, url, 8], good: [0, ""], bad: 3, elsewhere: 3 },
  );
  assert.match(written.said, /Publish this at https:\/\/localhost/);
  assert.match(good.said, /is right/);
  assert.match(bad.said, /application\/json\. Found text\/plain.*client_id.*missing: http:\/\/localhost:3334.*3335/s);
  assert.match(elsewhere.said, /leads elsewhere, to https:\/\/cdn\.example\/client\.json/);
});

test("a document is written for the redirect URIs that were given, and for no address that cannot be a client ID", async () => {
  const own = ["--redirect-port", "4000", "--redirect-path", "/back", "--redirect-host", "127.0.0.1"];
  const { out } = await ended(["--write-client-metadata", "https://company.example/a.json", ...own]);
  const hosts = ["127.0.0.1", "localhost"];
  assert.deepEqual(JSON.parse(out).redirect_uris, [
    ...hosts.map((host) => `http://${host}:4000/back`),
    ...hosts.map((host) => `http://${host}/back`),
  ]);
  const wrong = [
    ["--write-client-metadata", "http://company.example/a.json"],
    ["--write-client-metadata", "https://company.example"],
    ["--check-client-metadata", "https://company.example/a.json#b"],
    ["--write-client-metadata", "https://a.example/a", "--check-client-metadata", "https://a.example/a"],
    ["--write-client-metadata", "https://a.example/a", "--client-id", "x"],
    ["--write-client-metadata", "https://a.example/a", "https://gateway.example/mcp"],
  ];
  for (const args of wrong) {
    const { code, out: printed, said } = await ended(args);
    assert.deepEqual([args, code, printed], [args, 2, ""]);
    assert.ok(said.length > 20);
  }
});

test("a provider that reads such documents lets the program in by the document that it wrote, without a registration", async (t) => {
  const { company, url } = await startCompany(t);
  const ports = await freePorts(3);
  const redirect = ["--redirect-port", ports.join(",")];
  company.body = (await ended(["--write-client-metadata", url, ...redirect])).out;
  const read: string[] = [];
  // The provider's own certificates do not know the company's.
  const { access, issuer } = await startRealProvider(t, async (asked) => {
    read.push(asked);
    return new Response(company.body, { status: company.status, headers: { "content-type": company.type } });
  });
  const gateway = await startWorldGateway(t, { issuer, access });
  const { start, computer } = await programFor(t, { url: gateway.url });
  const program = await start("--client-metadata-url", url, ...redirect);
  assert.match(await program.call("echo", { text: "hello" }), /hello/);
  const [opened] = computer.opened();
  assert.deepEqual(
    { client: new URL(opened?.url ?? "").searchParams.get("client_id"), read: new Set(read), tokens: access.size },
    { client: url, read: new Set([url]), tokens: 1 },
  );
});

/** oidc-provider as it is, with its own sign-in page left out: whoever comes is Ada. */
async function startRealProvider(t: TestContext, fetch: (url: string) => Promise<Response>) {
  const [port = 0] = await freePorts(1);
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, {
    fetch: async (url: string | URL | Request) => await fetch(String(url)),
    pkce: { required: () => true },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      clientIdMetadataDocument: { enabled: true, ack: "draft-02" },
      resourceIndicators: { enabled: false },
    },
    findAccount: (_: unknown, sub: string) => ({ accountId: sub, claims: () => ({ sub }) }),
    interactions: { url: (_: unknown, interaction: { readonly uid: string }) => `/interaction/${interaction.uid}` },
  } as never);
  const access = new Set<string>();
  provider.use(async (ctx, next) => {
    await next();
    const { access_token: token } = (ctx.body ?? {}) as { readonly access_token?: string };
    if (token !== undefined) access.add(token);
  });
  const answer = provider.callback();
  const server = createHttpServer(async (request, response) => {
    if (!request.url?.startsWith("/interaction/")) return void answer(request, response);
    const { prompt, params, grantId } = await provider.interactionDetails(request, response);
    if (prompt.name === "login") {
      await provider.interactionFinished(request, response, { login: { accountId: "ada" } });
      return;
    }
    const grant = grantId
      ? await provider.Grant.find(grantId)
      : new provider.Grant({ accountId: "ada", clientId: String(params.client_id) });
    grant?.addOIDCScope("openid offline_access");
    await provider.interactionFinished(
      request,
      response,
      { consent: { grantId: await grant?.save() } },
      { mergeWithLastSubmission: true },
    );
  }).listen(port, "127.0.0.1");
  await once(server, "listening");
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { access, issuer };
}
