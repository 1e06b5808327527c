import assert from "node:assert/strict";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import { compareGateways } from "../../src/gateway/commandLine/compareGateways.ts";
import { gatewayArguments } from "../../src/gateway/commandLine/gatewayArguments.ts";
import type { RateLimit } from "../../src/gateway/limits/rateLimit.ts";
import { startGateway } from "../../src/gateway/startGateway.ts";
import { echoTarget } from "../support/gatewayCaller.ts";
import { startTokenIssuer } from "../support/tokenIssuer.ts";

/** What the live gateway answers, to be changed. */
interface Told {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Asked {
  readonly path: string;
  readonly authorization: string | undefined;
}

type Alter = (told: Told, asked: Asked) => Partial<Told>;

/** A live gateway with the same rules, whose answers can be altered, and what `compare` says about the two. */
async function withLive(
  act: (world: {
    readonly token: string;
    differing(alter: Alter): Promise<readonly string[]>;
    compared: ReturnType<typeof compareGateways> | undefined;
  }) => Promise<void>,
): Promise<void> {
  const issuer = await startTokenIssuer();
  let alter: Alter = () => ({});
  let upstream = "";
  const live = createServer(async (request, response) => {
    const { method = "GET", url: path = "/" } = request;
    const body = await text(request);
    const answer = await fetch(new URL(path, upstream), {
      method,
      headers: sendable(request.headers),
      ...(method === "POST" && { body }),
    });
    const given = Object.entries(Object.fromEntries(answer.headers)).filter(([name]) => !hopByHop.has(name));
    const told = { status: answer.status, headers: Object.fromEntries(given), body: await answer.text() };
    const altered = { ...told, ...alter(told, { path, authorization: request.headers.authorization }) };
    response.writeHead(altered.status, altered.headers).end(altered.body);
  });
  await new Promise<void>((resolve) => live.listen(0, "127.0.0.1", resolve));
  const url = new URL(`http://127.0.0.1:${(live.address() as AddressInfo).port}/mcp`);
  const options = {
    authorizer: { customJWTAuthorizer: { discoveryUrl: issuer.discoveryUrl, allowedAudience: ["api"] } },
    targets: [echoTarget()],
  };
  const gateway = await startGateway({ ...options, publicUrl: url.href });
  upstream = `http://127.0.0.1:${gateway.port}`;
  const configuration = { name: undefined, options, beyondAgentCore: {}, auditFile: undefined, metrics: false };
  const token = await issuer.token();
  const world: Parameters<typeof act>[0] = {
    token,
    compared: undefined,
    async differing(altering) {
      alter = altering;
      world.compared = compareGateways(url, configuration, token);
      return (await world.compared).filter(({ same }) => !same).map(({ question }) => question);
    },
  };
  try {
    await act(world);
  } finally {
    await gateway.stop();
    live.closeAllConnections();
    await new Promise((resolve) => live.close(resolve));
    await issuer.stop();
  }
}

const hopByHop = new Set(["transfer-encoding", "content-length", "connection", "keep-alive"]);

const sendable = ({ host: _host, connection: _connection, ...headers }: IncomingHttpHeaders) =>
  headers as Record<string, string>;

test("compare misses no part of an answer: status, content type, challenge, and each member of the JSON", () =>
  withLive(async ({ differing }) => {
    type Message = Record<string, unknown> & { error: object };
    const json =
      (change: (body: Message) => object): Alter =>
      ({ body }) => ({ body: JSON.stringify({ ...JSON.parse(body), ...change(JSON.parse(body) as Message) }) });
    const error = (more: object) => json((body) => ({ error: { ...body.error, ...more } }));
    const challenge =
      (change: (challenge: string) => string): Alter =>
      ({ headers }) => ({ headers: { ...headers, "www-authenticate": change(headers["www-authenticate"] ?? "") } });
    const parts: Record<string, Alter> = {
      status: () => ({ status: 403 }),
      contentType: ({ headers }) => ({ headers: { ...headers, "content-type": "text/plain" } }),
      challengeParameter: challenge((one) => `${one}, realm="zzz"`),
      challengeCase: challenge((one) => one.replace("Bearer", "bearer")),
      noChallenge: ({ headers: { "www-authenticate": _, ...headers } }) => ({ headers }),
      jsonrpc: json(() => ({ jsonrpc: "1.0" })),
      id: json(() => ({ id: null })),
      code: error({ code: -32000 }),
      message: error({ message: "Totally different words" }),
      data: error({ data: 1 }),
    };
    const seen: Record<string, unknown> = { nothing: await differing(() => ({})) };
    for (const [name, alter] of Object.entries(parts)) {
      seen[name] = await differing((told, asked) =>
        asked.path === "/mcp" && asked.authorization === undefined ? alter(told, asked) : {},
      );
    }
    const same = Object.fromEntries(Object.keys(parts).map((name) => [name, ["no token"]]));
    assert.deepEqual(seen, { nothing: [], ...same });
  }));

test("compare misses no part of the metadata, at either place, nor a document that should not be there", () =>
  withLive(async ({ differing }) => {
    const root = "/.well-known/oauth-protected-resource";
    const at = (place: string, alter: Alter) =>
      differing((told, asked) => (asked.path === place ? alter(told, asked) : {}));
    const html: Alter = ({ headers }) => ({ headers: { ...headers, "content-type": "text/html" } });
    assert.deepEqual(
      {
        resource: await at(root, ({ body }) => ({ body: body.replace("/mcp", "/other") })),
        contentType: await at(root, html),
        beside: await at(`${root}/mcp`, () => ({ status: 404 })),
        issuer: await at("/.well-known/oauth-authorization-server", () => ({ status: 200, body: "{}" })),
      },
      {
        resource: ["the metadata at the root"],
        contentType: ["the metadata at the root"],
        beside: ["the metadata beside the path"],
        issuer: ["RFC 8414 metadata, which the gateway has not"],
      },
    );
  }));

test("only an answer of MCP counts as let in: a redirect, a page and an error are told for what they are", () =>
  withLive(async (world) => {
    const { token, differing } = world;
    const decisions: Record<string, unknown> = {};
    const body = '{"jsonrpc":"2.0","id":7,"error":{"code":-32000,"message":"x"}}';
    const answers: Record<string, Partial<Told>> = {
      letIn: {},
      redirect: { status: 302, headers: { location: "/login" }, body: "" },
      notFound: { status: 404, body: "<html>not here</html>" },
      page: { status: 200, body: "<html>sign in</html>" },
      otherJson: { status: 200, body: "{}" },
      tooMany: { status: 429, body },
      noSession: { status: 400, body },
    };
    for (const [name, answer] of Object.entries(answers)) {
      const questions = await differing((_, asked) => (asked.authorization === `Bearer ${token}` ? answer : {}));
      const live = (await world.compared)?.find(({ question }) => question === "the token")?.live;
      decisions[name] = [live?.decision, questions];
    }
    assert.deepEqual(decisions, {
      letIn: ["let in", []],
      redirect: ["no gateway answers there: HTTP 302", ["the token"]],
      notFound: ["no gateway answers there: HTTP 404", ["the token"]],
      page: ["no gateway answers there: HTTP 200", ["the token"]],
      otherJson: ["no gateway answers there: HTTP 200", ["the token"]],
      tooMany: ["neither let in nor refused: HTTP 429", ["the token"]],
      noSession: ["let in", ["the token"]],
    });
  }));

test("a gateway that repeats the token does not get it shown", () =>
  withLive(async (world) => {
    const { token, differing } = world;
    await differing((_, { authorization = "" }) => ({
      headers: { "www-authenticate": authorization, "content-type": "application/json" },
      body: JSON.stringify({ you: authorization }),
    }));
    const shown = JSON.stringify(await world.compared);
    const [, payload = "", signature = ""] = token.split(".");
    assert.deepEqual(
      [payload, signature].map((part) => shown.includes(part.slice(0, -2))),
      [false, false],
    );
  }));

test("compare sends no token over an unencrypted connection to another machine", () => {
  const address = (url: string) => {
    const asked = gatewayArguments(["compare", "--config", "a.json", url, "--token", "-"]);
    return asked.kind === "compare" ? asked.url.href : asked.kind === "wrong" && asked.problem;
  };
  assert.deepEqual(
    ["https://gw.example/mcp", "http://127.0.0.1:1/mcp", "http://localhost/mcp", "http://gw.example/mcp"].map(address),
    [
      "https://gw.example/mcp",
      "http://127.0.0.1:1/mcp",
      "http://localhost/mcp",
      '"http://gw.example/mcp" would be sent your token unencrypted: it has to be https, or http on this computer.',
    ],
  );
});

test("compare finds who is blocked there and not here, and takes nothing of limits that let requests through", async () => {
  const issuer = await startTokenIssuer();
  const key = "$.context.jwt.sub";
  const limit = (rate: number, who: string) => ({
    ...{ id: "people", keys: [key] },
    entries: [{ dimensions: { [key]: who }, requests: { rate, period: "minute" as const } }],
  });
  const options = {
    authorizer: { customJWTAuthorizer: { discoveryUrl: issuer.discoveryUrl, allowedAudience: ["api"] } },
    targets: [echoTarget()],
  };
  const token = await issuer.token({ sub: "ada" });
  const differing = async (live: readonly RateLimit[], here: readonly RateLimit[]) => {
    const gateway = await startGateway({ ...options, rateLimits: live });
    const configuration = { ...{ name: undefined, beyondAgentCore: {}, auditFile: undefined, metrics: false } };
    try {
      const found = await compareGateways(
        new URL(gateway.url),
        { ...configuration, options: { ...options, rateLimits: here } },
        token,
      );
      return found.filter(({ same }) => !same).map(({ question }) => question);
    } finally {
      await gateway.stop();
    }
  };
  try {
    assert.deepEqual(
      {
        blockedAtBoth: await differing([limit(0, "ada")], [limit(0, "ada")]),
        blockedThere: await differing([limit(0, "ada")], []),
        blockedHere: await differing([], [limit(0, "ada")]),
        // One request would be all that a minute has, if they counted here.
        limitedHere: await differing([], [limit(1, "ada"), limit(0, "bob")]),
      },
      { blockedAtBoth: [], blockedThere: ["the token"], blockedHere: ["the token"], limitedHere: [] },
    );
  } finally {
    await issuer.stop();
  }
});
