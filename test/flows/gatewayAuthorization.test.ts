import assert from "node:assert/strict";
import { createServer, request as httpRequest } from "node:http";
import type { AddressInfo } from "node:net";
import { networkInterfaces } from "node:os";
import { test } from "node:test";
import { CALL_TIMEOUT_MS } from "../../src/gateway/gatewayOptions.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { requestPolicies } from "../../src/lib/limits.ts";
import { connectClient, initialize, textOf, versions, withGateway } from "../support/gatewayCaller.ts";
import { startTokenIssuer } from "../support/tokenIssuer.ts";

const call = (name: string, args: unknown = {}, id: unknown = 2) => ({
  jsonrpc: "2.0",
  id,
  method: "tools/call",
  params: { name, arguments: args },
});

const invalid = (id: unknown) => ({ jsonrpc: "2.0", id, error: { code: -32001, message: "Invalid Bearer token" } });

test("no token and a bad one are answered as AgentCore answers, under the request's id", async () => {
  await withGateway({}, async ({ gateway, post }) => {
    const challenge = `Bearer error="invalid_token", resource_metadata="${gateway.metadataUrl}"`;
    assert.deepEqual(
      [
        await post(undefined),
        await post("not-a-token", { ...initialize, id: "seven" }),
        await post(undefined, "{"),
        (await fetch(gateway.url)).status,
      ],
      [
        { status: 401, challenge, session: null, body: invalid(1) },
        { status: 401, challenge, session: null, body: invalid("seven") },
        { status: 401, challenge, session: null, body: invalid(null) },
        401,
      ],
    );
  });
});

test("the metadata is at the root and beside the path, says who issues tokens, and any page may read it", async () => {
  await withGateway({}, async ({ gateway, issuer }) => {
    const read = async (url: string) => {
      const response = await fetch(url, { headers: { origin: "http://localhost:6274" } });
      return [response.status, response.headers.get("access-control-allow-origin"), await response.json()];
    };
    const document = { authorization_servers: [issuer.issuer], resource: gateway.url };
    assert.deepEqual(
      {
        root: await read(gateway.metadataUrl),
        besidePath: await read(`${gateway.metadataUrl}/mcp`),
        isRoot: gateway.metadataUrl === new URL("/.well-known/oauth-protected-resource", gateway.url).href,
        authorizationServer: (await fetch(new URL("/.well-known/oauth-authorization-server", gateway.url))).status,
        register: (await fetch(new URL("/register", gateway.url), { method: "POST" })).status,
      },
      {
        root: [200, "*", document],
        besidePath: [200, "*", document],
        isRoot: true,
        authorizationServer: 404,
        register: 404,
      },
    );
  });
});

test("each thing that can be wrong with a token keeps it out, and the audit says which", async () => {
  await withGateway({}, async ({ issuer, audit, post }) => {
    const other = await startTokenIssuer();
    const now = Math.floor(Date.now() / 1000);
    const tokens = {
      good: await issuer.token(),
      amongSeveral: await issuer.token({ aud: ["x", "api"] }),
      anotherAudience: await issuer.token({ aud: "x" }),
      noAudience: await issuer.token({ aud: undefined }),
      expired: await issuer.token({ exp: now - 1 }),
      endless: await issuer.token({ exp: undefined }),
      early: await issuer.token({ nbf: now + 600 }),
      anotherIssuer: await issuer.token({ iss: "https://idp.example" }),
      anotherKey: await other.token({ iss: issuer.issuer }),
      unsigned: `${Buffer.from('{"alg":"none"}').toString("base64url")}.${(await issuer.token()).split(".")[1]}.`,
      changed: (await issuer.token({ aud: "x" })).replace(/\.[^.]+\./, `.${(await issuer.token()).split(".")[1]}.`),
    };
    const seen: Record<string, unknown> = {};
    for (const [name, token] of Object.entries(tokens)) {
      const { status } = await post(token);
      seen[name] = [status, ...(audit.at(-1)?.failed ?? []).map(({ rule }) => rule)];
    }
    await other.stop();
    assert.deepEqual(seen, {
      good: [200],
      amongSeveral: [200],
      anotherAudience: [401, "audience"],
      noAudience: [401, "audience"],
      expired: [401, "expiry"],
      endless: [401, "expiry"],
      early: [401, "notBefore"],
      anotherIssuer: [401, "issuer"],
      anotherKey: [401, "signature"],
      unsigned: [401, "algorithm"],
      changed: [401, "signature"],
    });
  });
});

test("a token that lacks only an allowed scope is told so, with the scopes as they have to be asked for", async () => {
  await withGateway(
    ({ discoveryUrl }) => ({
      authorizer: {
        customJWTAuthorizer: {
          discoveryUrl,
          allowedClients: ["app"],
          allowedScopes: ["read", "write"],
          advertisedScopeMapping: { read: "api://app/read" },
        },
      },
    }),
    async ({ gateway, issuer, post }) => {
      const challenge = (error: string) =>
        `Bearer error="${error}", scope="api://app/read write", resource_metadata="${gateway.metadataUrl}"`;
      const noScope = await post(await issuer.token({ client_id: "app", scope: "openid" }));
      const wrongClientToo = await post(await issuer.token({ client_id: "x", scope: "openid" }));
      const good = await post(await issuer.token({ client_id: "app", scp: ["read"] }));
      const document = (await (await fetch(gateway.metadataUrl)).json()) as { scopes_supported: unknown };
      assert.deepEqual(
        { noScope, wrongClientToo, good: good.status, scopes: document.scopes_supported },
        {
          noScope: {
            status: 403,
            challenge: challenge("insufficient_scope"),
            session: null,
            body: { jsonrpc: "2.0", id: 1, error: { code: -32001, message: "Insufficient scope" } },
          },
          wrongClientToo: { status: 401, challenge: challenge("invalid_token"), session: null, body: invalid(1) },
          good: 200,
          scopes: ["api://app/read", "write"],
        },
      );
    },
  );
});

test("what a call lacks is named with the scopes that let its token in, since some clients ask for what is named alone", async () => {
  await withGateway(
    ({ discoveryUrl }) => ({
      authorizer: { customJWTAuthorizer: { discoveryUrl, allowedScopes: ["read", "other"] } },
      toolScopes: { here___echo: ["admin"] },
    }),
    async ({ gateway, issuer, post }) => {
      const { challenge, status } = await post(await issuer.token({ scope: "openid read" }), call("here___echo"));
      const named = /scope="([^"]*)"/.exec(challenge ?? "")?.[1] ?? "";
      const next = await post(await issuer.token({ scope: named }), call("here___echo"));
      assert.deepEqual(
        [status, named, next.status, gateway.counters().toolCalls],
        [403, "read admin", 200, { here___echo: 1 }],
      );
    },
  );
});

test("a tool that needs scopes is not called without them, alone or among other messages", async () => {
  await withGateway({ toolScopes: { here___echo: ["files", "admin"] } }, async ({ gateway, issuer, audit, post }) => {
    const poor = await issuer.token({ scope: "files" });
    const rich = await issuer.token({ scope: "files admin", sub: "ada" });
    const session = { "mcp-session-id": (await post(poor)).session ?? "" };
    const challenge = `Bearer error="insufficient_scope", scope="files admin", resource_metadata="${gateway.metadataUrl}"`;
    const answers = [
      await post(poor, call("here___echo"), session),
      await post(poor, [call("here___context"), call("here___echo")], session),
      await post(poor, call("here___context"), session),
      await post(rich, call("here___echo"), session),
    ].map(({ status, challenge: said }) => [status, said]);
    assert.deepEqual(
      { answers, calls: gateway.counters().toolCalls, failed: audit.at(-4)?.failed },
      {
        answers: [
          [403, challenge],
          [403, challenge],
          [200, null],
          [200, null],
        ],
        calls: { here___context: 1, here___echo: 1 },
        failed: [
          {
            rule: "scope",
            claim: "scope",
            expected: ["files", "admin"],
            found: ["files"],
            ok: false,
            beyondAgentCore: true,
          },
        ],
      },
    );
  });
});

test("without an authorizer everyone comes in, and there is nothing to discover", async () => {
  const open = await startGateway({ targets: [] });
  const answer = await fetch(open.url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify(initialize),
  });
  const seen = { status: answer.status, metadata: (await fetch(open.metadataUrl)).status };
  await open.stop();
  assert.deepEqual(seen, { status: 200, metadata: 404 });
});

test("a session belongs to the issuer and subject that opened it, and another's looks like none", async () => {
  await withGateway({ sessionTimeoutSeconds: 3600 }, async ({ gateway, issuer, post }) => {
    const ada = await issuer.token({ sub: "ada" });
    const eve = await issuer.token({ sub: "eve" });
    const session = { "mcp-session-id": (await post(ada)).session ?? "" };
    const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };
    const gone = {
      status: 404,
      body: { jsonrpc: "2.0", id: 3, error: { code: -32001, message: "Session not found or expired" } },
    };
    const brief = ({ status, body }: { status: number; body: unknown }) =>
      status === 200 ? { status } : { status, body };
    const renewed = brief(await post(await issuer.token({ sub: "ada", jti: "renewed" }), list, session));
    const others = brief(await post(eve, list, session));
    const otherStream = await fetch(gateway.url, {
      headers: { authorization: `Bearer ${eve}`, accept: "text/event-stream", ...session },
    });
    const unknown = brief(await post(ada, list, { "mcp-session-id": "made-up" }));
    const missing = brief(await post(ada, list));
    await gateway.forgetSessions();
    const forgotten = brief(await post(ada, list, session));
    assert.deepEqual(
      { renewed, others, otherStream: otherStream.status, unknown, missing, forgotten },
      {
        renewed: { status: 200 },
        others: gone,
        otherStream: 404,
        unknown: gone,
        missing: {
          status: 400,
          body: { jsonrpc: "2.0", id: 3, error: { code: -32000, message: "Missing required Mcp-Session-Id header" } },
        },
        forgotten: gone,
      },
    );
  });
});

test("a session ends an hour after it began, and a token when it says so", async () => {
  let now = Date.now();
  await withGateway({ now: () => now }, async ({ issuer, post }) => {
    const day = await issuer.token({ exp: Math.floor(now / 1000) + 24 * 3600 });
    const session = { "mcp-session-id": (await post(day)).session ?? "" };
    const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };
    const seen: number[] = [];
    for (const minutes of [59, 1, 24 * 60]) {
      now += minutes * 60_000;
      seen.push((await post(day, list, session)).status);
    }
    assert.deepEqual(seen, [200, 404, 401]);
  });
});

test("an issuer that is away is an internal error and not a reason to sign in", async () => {
  await withGateway({}, async ({ issuer, audit, post }) => {
    const token = await issuer.token();
    issuer.away(true);
    const away = await post(token);
    const decision = audit.at(-1)?.decision;
    issuer.away(false);
    const back = await post(token);
    assert.deepEqual(
      { away: [away.status, away.challenge, decision], back: back.status },
      { away: [500, null, "undecided"], back: 200 },
    );
  });
});

test("a key that the issuer changed to is taken without a restart", async () => {
  await withGateway({}, async ({ gateway, issuer, post }) => {
    const before = await post(await issuer.token());
    await issuer.rotate();
    const after = await post(await issuer.token());
    assert.deepEqual(
      { before: before.status, after: after.status, keyFetches: gateway.counters().keyFetches },
      { before: 200, after: 200, keyFetches: 2 },
    );
  });
});

test("a revoked token passes, as with AgentCore, unless the gateway is told which are revoked", async () => {
  const statuses: number[] = [];
  await withGateway({}, async ({ issuer, post }) => {
    statuses.push((await post(await issuer.token({ jti: "gone" }))).status);
  });
  await withGateway({ isRevoked: ({ jti }) => jti === "gone" }, async ({ issuer, post, audit }) => {
    statuses.push((await post(await issuer.token({ jti: "gone" }))).status);
    assert.deepEqual(
      audit.at(-1)?.failed.map(({ rule }) => rule),
      ["revoked"],
    );
    statuses.push((await post(await issuer.token({ jti: "kept" }))).status);
  });
  assert.deepEqual(statuses, [200, 401, 200]);
});

test("the issuer is asked about each call where that is configured, and 500 says that it gave no answer", async () => {
  const asked: (string | undefined)[] = [];
  let answer: { status: number; body: string } = { status: 200, body: '{"active":true}' };
  const endpoint = createServer((request, response) => {
    asked.push(request.headers.authorization);
    request.resume();
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
  const { port } = endpoint.address() as AddressInfo;
  const introspection = { endpoint: `http://127.0.0.1:${port}/i`, clientId: "gateway", clientSecret: "s3cret" };
  await withGateway({ beyondAgentCore: { introspection } }, async ({ issuer, audit, logged, post }) => {
    const token = await issuer.token();
    const statuses = [(await post(token)).status, (await post(token)).status];
    answer = { status: 200, body: '{"active":false}' };
    statuses.push((await post(token)).status);
    const failed = audit.at(-1)?.failed.map(({ rule, beyondAgentCore }) => [rule, beyondAgentCore]);
    answer = { status: 503, body: "" };
    const { status, challenge } = await post(token);
    const basic = `Basic ${Buffer.from("gateway:s3cret").toString("base64")}`;
    assert.deepEqual(
      { statuses, failed, away: [status, challenge], asked, leaks: /s3cret/.test(JSON.stringify(audit) + logged) },
      {
        statuses: [200, 200, 401],
        failed: [["introspection", true]],
        away: [500, null],
        asked: [basic, basic, basic, basic],
        leaks: false,
      },
    );
  });
  endpoint.closeAllConnections();
  await new Promise((resolve) => endpoint.close(resolve));
});

test("a token counts in one Authorization header only: not in two, in the address, in the body or in a cookie", async () => {
  await withGateway({}, async ({ gateway, issuer, post }) => {
    const token = await issuer.token();
    const send = (
      path: string,
      headers: Readonly<Record<string, string | string[]>>,
      body = JSON.stringify(initialize),
    ) =>
      new Promise<number>((resolve, reject) => {
        const request = httpRequest(new URL(path, gateway.url), {
          method: "POST",
          headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
        });
        request.on("response", (response) => {
          response.resume();
          resolve(response.statusCode ?? 0);
        });
        request.on("error", reject).end(body);
      });
    const bearer = `Bearer ${token}`;
    const form = { "content-type": "application/x-www-form-urlencoded" };
    assert.deepEqual(
      {
        one: await send("/mcp", { authorization: bearer }),
        twice: await send("/mcp", { authorization: [bearer, bearer] }),
        goodThenBad: await send("/mcp", { authorization: [bearer, "Bearer x"] }),
        badThenGood: await send("/mcp", { authorization: ["Bearer x", bearer] }),
        emptyThenGood: await send("/mcp", { authorization: ["", bearer] }),
        otherScheme: await send("/mcp", { authorization: ["Basic eDp4", bearer] }),
        query: await send(`/mcp?access_token=${token}`, {}),
        form: await send("/mcp", form, `access_token=${token}`),
        cookie: await send("/mcp", { cookie: `access_token=${token}` }),
        proxy: await send("/mcp", { "proxy-authorization": bearer, "x-forwarded-authorization": bearer }),
        json: (await post(undefined, { ...initialize, access_token: token })).status,
      },
      {
        one: 200,
        twice: 401,
        goodThenBad: 401,
        badThenGood: 401,
        emptyThenGood: 401,
        otherScheme: 401,
        query: 401,
        form: 401,
        cookie: 401,
        proxy: 401,
        json: 401,
      },
    );
  });
});

test("what a forged token is full of neither stops the gateway nor gets lost in its audit", async () => {
  await withGateway({}, async ({ gateway, issuer, audit, post }) => {
    const raw = (claims: string) =>
      `${Buffer.from('{"alg":"RS256","kid":"key-1"}').toString("base64url")}.${Buffer.from(claims).toString("base64url")}.AA`;
    const forged = {
      deep: raw(`{"aud":${"[".repeat(5000)}${"]".repeat(5000)}}`),
      long: raw(`{"aud":"${"x".repeat(9000)}"}`),
      tooLong: "x".repeat(100_000),
      beyondAll: "x".repeat(200_000),
    };
    const statuses: Record<string, number> = {};
    for (const [name, token] of Object.entries(forged)) statuses[name] = (await post(token)).status;
    assert.deepEqual(
      {
        statuses,
        lines: audit.map((entry) => JSON.parse(JSON.stringify(entry)).status as number),
        reads: gateway.counters().keyFetches,
        good: (await post(await issuer.token())).status,
      },
      // The last one has more headers than a request may have, and is put down too.
      {
        statuses: { deep: 401, long: 401, tooLong: 401, beyondAll: 431 },
        lines: [401, 401, 401, 431],
        reads: 1,
        good: 200,
      },
    );
  });
});

test("a token is judged up to 64 KiB, beside all that a client sends with it, and beyond it is none", async () => {
  await withGateway({}, async ({ issuer, audit, post }) => {
    const ofLength = async (length: number) => {
      const { length: bare } = await issuer.token({ padding: "" });
      // Base64url takes four letters for three.
      return await issuer.token({ padding: "x".repeat(Math.floor(((length - bare) * 3) / 4) - 2) });
    };
    const most = await ofLength(65_536);
    const more = await issuer.token({ padding: "x".repeat(49_152) });
    const beside = { "x-beside": "x".repeat(16_000) };
    const statuses = [(await post(most, initialize, beside)).status, (await post(more)).status];
    assert.deepEqual(
      [most.length > 65_500 && most.length <= 65_536, more.length > 65_536, statuses, audit.at(-1)?.failed[0]?.rule],
      [true, true, [200, 401], "token"],
    );
  });
});

for (const version of versions) {
  test(`${version}: no target, log or audit entry ever has the caller's token`, async () => {
    await withGateway({}, async ({ gateway, issuer, audit, logged }) => {
      const token = await issuer.token({ client_id: "app" });
      const client = await connectClient(gateway.url, version, token);
      const seen = textOf(await client.callTool({ name: "here___context", arguments: { secret: "argument" } }));
      await client.callTool({ name: "nowhere___x" }).catch(() => {});
      await client.close();
      const places = { target: seen, audit: JSON.stringify(audit), log: logged.join() };
      const entry = audit.find(({ tool }) => tool === "here___context");
      assert.deepEqual(
        {
          token: Object.entries(places).filter(([, text]) => text.includes(token) || /authorization/i.test(text)),
          signature: Object.entries(places).filter(([, text]) => text.includes(String(token.split(".")[2]))),
          argument: Object.entries(places)
            .filter(([, text]) => text.includes('"argument"'))
            .map(([name]) => name),
          entry: {
            issuer: entry?.issuer,
            subject: entry?.subject,
            client: entry?.client,
            tool: entry?.tool,
            decision: entry?.decision,
            status: entry?.status,
            failed: entry?.failed,
            outcome: entry?.outcome?.kind,
          },
        },
        {
          token: [],
          signature: [],
          argument: ["target"],
          entry: {
            issuer: issuer.issuer,
            subject: "ada",
            client: "app",
            tool: "here___context",
            decision: "allowed",
            status: 200,
            failed: [],
            outcome: "result",
          },
        },
      );
    });
  });
}

test("each fault can be switched on and off, and does what it is named for", async () => {
  await withGateway({}, async ({ gateway, issuer, post }) => {
    const token = await issuer.token();
    const metadata = async () => {
      const response = await fetch(gateway.metadataUrl);
      return response.status === 200 ? await response.json() : response.status;
    };
    const seen: Record<string, unknown> = {};
    gateway.setFaults({ noMetadata: true });
    seen.noMetadata = [await metadata(), (await post(undefined)).challenge !== null];
    gateway.setFaults({ otherResource: true });
    seen.otherResource = await metadata();
    gateway.setFaults({ noAuthorizationServers: true });
    seen.noAuthorizationServers = await metadata();
    gateway.setFaults({ status: 503 });
    seen.status = (await post(token)).status;
    gateway.setFaults({ html: true });
    const page = await post(token);
    seen.html = [page.status, String(page.body).startsWith("<!DOCTYPE html>")];
    gateway.setFaults({ refuseAllTokens: true });
    seen.refuseAllTokens = (await post(token)).body;
    gateway.setFaults({ noChallenge: true });
    const bare = await post(undefined);
    seen.noChallenge = [bare.status, bare.challenge];
    gateway.setFaults({});
    seen.none = (await post(token)).status;
    assert.deepEqual(seen, {
      noMetadata: [404, true],
      otherResource: { authorization_servers: [issuer.issuer], resource: "https://another-gateway.example/mcp" },
      noAuthorizationServers: { resource: gateway.url },
      status: 503,
      html: [200, true],
      refuseAllTokens: invalid(1),
      noChallenge: [401, null],
      none: 200,
    });
  });
});

test("whoever is turned away for a Host or an Origin is in the audit, and so is a method that there is none of", async () => {
  await withGateway({}, async ({ gateway, issuer, audit, post }) => {
    const token = await issuer.token();
    const send = (method: string, headers: Record<string, string> = {}) =>
      new Promise<unknown>((resolve, reject) => {
        const all = { authorization: `Bearer ${token}`, "content-length": "0", ...headers };
        const request = httpRequest(gateway.url, { method, headers: all }, (response) => {
          response.resume();
          resolve([response.statusCode, response.headers.allow, response.headers["access-control-allow-origin"]]);
        });
        request.on("error", reject).end();
      });
    const seen = {
      page: await send("OPTIONS", { origin: "https://evil.example" }),
      host: await send("POST", { host: "evil.example" }),
      put: await send("PUT"),
      patch: await send("PATCH"),
      withoutToken: await send("PUT", { authorization: "" }),
      post: (await post(token)).status,
    };
    const allow = "GET, POST, DELETE";
    assert.deepEqual(
      { seen, audit: audit.map(({ method, decision, status }) => [method, decision, status]) },
      {
        seen: {
          page: [403, undefined, undefined],
          host: [403, undefined, undefined],
          put: [405, allow, "*"],
          patch: [405, allow, "*"],
          withoutToken: [401, undefined, "*"],
          post: 200,
        },
        audit: [
          ["OPTIONS", "refused", 403],
          ["POST", "refused", 403],
          ["PUT", "allowed", 405],
          ["PATCH", "allowed", 405],
          ["PUT", "noToken", 401],
          ["initialize", "allowed", 200],
        ],
      },
    );
  });
});

test("behind a proxy with another path, the metadata is where a client looks that knows the public address only", async () => {
  const publicUrl = "https://gw.example/tools/mcp";
  await withGateway({ publicUrl }, async ({ gateway }) => {
    const at = async (path: string) => {
      const response = await fetch(`http://127.0.0.1:${gateway.port}${path}`);
      return response.ok ? ((await response.json()) as { resource: string }).resource : response.status;
    };
    const root = "/.well-known/oauth-protected-resource";
    assert.deepEqual(
      [await at(root), await at(`${root}/tools/mcp`), await at(`${root}/mcp`), await at(`${root}/other`)],
      [publicUrl, publicUrl, publicUrl, 404],
    );
  });
});

const elsewhere = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ internal, family }) => !internal && family === "IPv4");

test("only this machine reaches a gateway that was told nothing else", {
  skip: elsewhere === undefined && "this machine has no address for others",
}, async () => {
  const gateway = await startGateway({ targets: [] });
  const url = new URL("/healthz", gateway.url);
  const here = { hostname: url.hostname, status: (await fetch(url)).status };
  url.hostname = elsewhere?.address ?? "";
  const reached = await fetch(url).then(
    () => "answered",
    ({ cause }: { cause?: { code?: string } }) => cause?.code,
  );
  await gateway.stop();
  assert.deepEqual({ ...here, reached }, { hostname: "127.0.0.1", status: 200, reached: "ECONNREFUSED" });
});

test("a page may read what it needs to sign in, to go on and to wait", async () => {
  await withGateway({}, async ({ gateway }) => {
    const { headers } = await fetch(gateway.url, { method: "POST", body: "{}" });
    const exposed = headers.get("access-control-expose-headers")?.split(", ") ?? [];
    const needed = ["WWW-Authenticate", "Mcp-Session-Id", "MCP-Protocol-Version", "Retry-After"];
    assert.deepEqual(
      needed.filter((name) => !exposed.includes(name)),
      [],
    );
  });
});

test("a session of one issuer's ada is none of another issuer's ada", async () => {
  const other = await startTokenIssuer();
  const seen: number[] = [];
  await withGateway({}, async ({ gateway, issuer, post }) => {
    const session = { "mcp-session-id": (await post(await issuer.token())).session ?? "" };
    const list = { jsonrpc: "2.0", id: 3, method: "tools/list" };
    seen.push((await post(await issuer.token(), list, session)).status);
    gateway.configure({
      authorizer: { customJWTAuthorizer: { discoveryUrl: other.discoveryUrl, allowedAudience: ["api"] } },
      targets: [],
    });
    seen.push((await post(await other.token(), list, session)).status);
  });
  await other.stop();
  assert.deepEqual(seen, [200, 404]);
});

test("the times that nobody set are AgentCore's, and the issuer's answer is waited for a few seconds", () => {
  assert.deepEqual([CALL_TIMEOUT_MS, requestPolicies.introspection.timeoutMs], [15 * 60 * 1000, 5000]);
});

test("what is too big, badly written, or from a page elsewhere gets no further", async () => {
  await withGateway({}, async ({ gateway, issuer, post }) => {
    const token = await issuer.token();
    const evilHost = await new Promise<number>((resolve, reject) => {
      const request = httpRequest(gateway.url, { headers: { host: "evil.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      request.on("error", reject).end();
    });
    assert.deepEqual(
      {
        // AgentCore's 6 MB, to the byte: as many are read, and are no JSON.
        biggest: (await post(token, " ".repeat(6 * 1024 * 1024))).status,
        tooBig: (await post(token, " ".repeat(6 * 1024 * 1024 + 1))).status,
        notJson: await post(token, "{").then(({ status, body }) => [status, body]),
        evilPage: (await post(token, initialize, { origin: "https://evil.example" })).status,
        evilHost,
        localPage: (await post(token, initialize, { origin: "http://localhost:6274" })).status,
      },
      {
        biggest: 400,
        tooBig: 413,
        notJson: [400, { jsonrpc: "2.0", id: null, error: { code: -32700, message: "Parse error" } }],
        evilPage: 403,
        evilHost: 403,
        localPage: 200,
      },
    );
  });
});

test("a configuration that cannot work does not start", async () => {
  const target = (name: string) => ({ kind: "http" as const, name, url: "http://127.0.0.1:1/mcp" });
  await assert.rejects(
    startGateway({ targets: [target("a_b"), target("c"), target("c")], toolScopes: { c___x: ["s"] } }),
    {
      message:
        "toolScopes needs an authorizer: without a token there are no scopes; a target cannot be called a_b; " +
        "two targets are called c",
    },
  );
});
