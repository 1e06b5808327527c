import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import type { Asked } from "./support/gateway.ts";
import { type ProgramWorld, programWorld } from "./support/program.ts";
import { type WorldTests, worldRows } from "./support/rows.ts";

type Refusal = (rpc: Asked["rpc"]) => Response;
const body =
  (status: number, said: object | string): Refusal =>
  () =>
    typeof said === "string" ? new Response(said, { status }) : Response.json(said, { status });
const rpcError =
  (status: number, code: number, message: string): Refusal =>
  ({ id }) =>
    Response.json({ jsonrpc: "2.0", id: id ?? null, error: { code, message } }, { status });

/** How servers were seen to say that a token has ended, with which nothing was begun, and others of the kind. */
const refused: Readonly<Record<string, Refusal>> = {
  "HTTP 400 and invalid_token": body(400, { error: "invalid_token", error_description: "nothing to see" }),
  "HTTP 400 and “Token expired”": body(400, "Token expired"),
  "HTTP 400 and the words of RFC 6750": body(400, {
    message: "The access token provided is expired, revoked, malformed, or invalid for other reasons.",
  }),
  "HTTP 400 and TOKEN_EXPIRED": body(400, { code: "TOKEN_EXPIRED" }),
  "HTTP 403 and “The access token has expired”": body(403, { message: "The access token has expired" }),
  "HTTP 403 and “Invalid token”": body(403, { detail: "Invalid token." }),
  "HTTP 403 and an error of JSON-RPC": rpcError(403, -32000, "Unauthorized: invalid or expired token"),
  "HTTP 403 and “JWT expired at …”": body(403, { error: { message: "JWT expired at 2026-11-28T12:00:00Z" } }),
  "HTTP 419 and “Authentication failed: token is no longer valid”": body(
    419,
    "Authentication failed: token is no longer valid",
  ),
  "HTTP 498 and “invalid token”": body(498, { error: { code: 498, message: "Invalid token" } }),
};

/** The same by whoever breaks down, or answers: it may have begun. */
const answered: Readonly<Record<string, Refusal>> = {
  "HTTP 500 and “Token has expired”": body(500, { error: "server_error", error_description: "Token has expired" }),
  "HTTP 500 and what its library says": body(500, 'Error: "exp" claim timestamp check failed'),
  "HTTP 500 and an error of JSON-RPC": rpcError(500, -32603, "Invalid access token"),
  "HTTP 200 and −32001 “Unauthorized”": rpcError(200, -32001, "Unauthorized"),
  "HTTP 200 and −32001 “Token expired”": rpcError(200, -32001, "Token expired"),
  "HTTP 200 and −32001 “Unauthorized: please sign in”": rpcError(200, -32001, "Unauthorized: please sign in"),
};

/** What is said of something else, or not clearly. */
const otherwise: Readonly<Record<string, Refusal>> = {
  "HTTP 400 and “Invalid token at position 4”": body(400, { message: "Invalid token at position 4" }),
  "HTTP 400 and “Invalid token: unexpected <”": body(400, "Invalid token: unexpected <"),
  "HTTP 400 and −32602 “Invalid token”": rpcError(400, -32602, "Invalid token"),
  "HTTP 400 and “Invalid pagination token”": body(400, { message: "Invalid pagination token" }),
  "HTTP 400 and “GitHub token expired”": body(400, { message: "GitHub token expired" }),
  "HTTP 403 and “Forbidden”": body(403, { message: "Forbidden" }),
  "HTTP 403 and “CSRF token is invalid”": body(403, "CSRF token is invalid"),
  "HTTP 403 and a page that speaks of it": body(403, "<h1>Token expired</h1>"),
  "HTTP 500 and nothing": body(500, ""),
  "HTTP 500 and server_error": body(500, { error: "server_error", error_description: "Internal Server Error" }),
  "HTTP 502 and “Token expired”": body(502, "Token expired"),
  "HTTP 200 and −32001 “Request timed out”": rpcError(200, -32001, "Request timed out"),
  "HTTP 200 and −32603 “Token expired”": rpcError(200, -32603, "Token expired"),
  "a result of the tool that says so": ({ id }) =>
    Response.json({
      ...{ jsonrpc: "2.0", id },
      result: { isError: true, content: [{ type: "text", text: "-32001 Unauthorized: token expired" }] },
    }),
};

const MINUTE = 60;

/** A program whose token the gateway takes no longer, which it says in its own way. @param is where it says so */
async function afterTheEnd(t: TestContext, refuse: Refusal, is: (asked: Asked) => boolean) {
  const world: ProgramWorld = await programWorld(t);
  const { gateway, provider, start, clock, computer } = world;
  const standalone = await start();
  await standalone.call("echo");
  clock.moveOn(6 * MINUTE);
  const dead = new Set(provider.access);
  gateway.instead = (asked) =>
    asked.bearer !== undefined && dead.has(asked.bearer) && is(asked) ? refuse(asked.rpc) : undefined;
  const calls = () => gateway.count("tools/call") - 1;
  return {
    ...world,
    standalone,
    calls,
    pages: () => computer.opened().length,
    renewals: () => provider.count("token") - 1,
  };
}
const ofCall = ({ rpc }: Asked) => rpc.method === "tools/call";
const said = (call: Promise<string>) => call.catch((error: Error) => error.message);

const renewed = (shapes: Readonly<Record<string, Refusal>>, title: string, times: number): WorldTests =>
  Object.fromEntries(
    Object.entries(shapes).map(([what, refuse]) => [
      `${what} to a call: ${title}`,
      async (t: TestContext) => {
        const { standalone, calls, pages, renewals } = await afterTheEnd(t, refuse, ofCall);
        const first = await said(standalone.call("echo"));
        assert.equal(first === "{}", times === 2, first);
        assert.deepEqual([calls(), pages(), renewals()], [times, 1, 1]);
        assert.equal(await standalone.call("echo"), "{}");
        assert.deepEqual([calls(), pages(), renewals()], [times + 1, 1, 1]);
      },
    ]),
  );

worldRows([
  {
    row: "G34",
    kind: 1,
    otherSide:
      "a token that has ended is refused with 400, 403 or 500 and a text, or with HTTP 200 and the JSON-RPC error −32001",
    right:
      "renewed once where the words clearly speak of the token that was sent, and sent once more where nothing can have run; a text that is about something else renews nothing, or once, and signs nobody out",
    source: "fastmcp#2461, freee/freee-mcp#394, mthines/lorekit#130, MediaWiki-MCP-Server#443",
    at03c8530: "not tried; later ✗ “failed to answer”, until the token ended by its own time",
    tests: {
      ...renewed(refused, "renewed, and the call answered", 2),
      ...renewed(answered, "renewed, and the call told and not sent again", 1),
      ...Object.fromEntries(
        Object.entries({ ...refused, ...answered }).map(([what, refuse]) => [
          `${what} to a list: renewed, and the list answered`,
          async (t: TestContext) => {
            const is = ({ rpc }: Asked) => rpc.method === "tools/list";
            const { standalone, pages, renewals } = await afterTheEnd(t, refuse, is);
            assert.ok((await standalone.client.listTools()).tools.length > 0);
            assert.deepEqual([pages(), renewals()], [1, 1]);
          },
        ]),
      ),
      ...Object.fromEntries(
        Object.entries(otherwise).map(([what, refuse]) => [
          `${what} to a call: told, and nothing is renewed`,
          async (t: TestContext) => {
            const { standalone, calls, pages, renewals } = await afterTheEnd(t, refuse, ofCall);
            assert.notEqual(await said(standalone.call("echo")), "{}");
            assert.deepEqual([calls(), pages(), renewals()], [1, 1, 0]);
          },
        ]),
      ),
      ...Object.fromEntries(
        ["HTTP 403 and “Invalid token”", "HTTP 200 and −32001 “Unauthorized”"].map((what) => [
          `${what} to each call, whatever the token: one renewal, and never another`,
          async (t: TestContext) => {
            const refuse = { ...refused, ...answered }[what] as Refusal;
            const { standalone, gateway, clock, pages, renewals } = await afterTheEnd(t, refuse, ofCall);
            gateway.instead = (asked) => (ofCall(asked) && asked.bearer !== undefined ? refuse(asked.rpc) : undefined);
            for (let call = 0; call < 4; call++) {
              await said(standalone.call("echo"));
              await said(standalone.call("echo"));
              clock.moveOn(6 * MINUTE);
            }
            assert.deepEqual([pages(), renewals()], [1, 1]);
            gateway.instead = undefined;
            assert.equal(await standalone.call("echo"), "{}");
          },
        ]),
      ),
      "a token that was just given is not renewed for words": async (t) => {
        const { gateway, provider, start, computer } = await programWorld(t);
        const standalone = await start();
        await standalone.call("echo");
        gateway.instead = (asked) => (ofCall(asked) ? body(400, "Token expired")(asked.rpc) : undefined);
        assert.match(await said(standalone.call("echo")), /HTTP 400.*Token expired/s);
        assert.deepEqual([computer.opened().length, provider.count("token")], [1, 1]);
      },
      "a token that nobody can renew is left as it is, and its sign-in too": async (t) => {
        const { gateway, provider, start, clock, computer } = await programWorld(t);
        provider.tokenFields = { refresh_token: undefined };
        const standalone = await start();
        await standalone.call("echo");
        clock.moveOn(6 * MINUTE);
        gateway.instead = (asked) => (ofCall(asked) ? body(400, "Token expired")(asked.rpc) : undefined);
        assert.match(await said(standalone.call("echo")), /HTTP 400.*Token expired/s);
        gateway.instead = undefined;
        assert.equal(await standalone.call("echo"), "{}");
        assert.deepEqual([computer.opened().length, provider.count("token")], [1, 1]);
      },
      "nobody is signed out or asked for words where a renewal cannot be had": async (t) => {
        const { standalone, gateway, provider, pages } = await afterTheEnd(t, body(400, "Token expired"), ofCall);
        provider.answer.token = () => new Response("", { status: 503 });
        assert.match(await said(standalone.call("echo")), /HTTP 400.*Token expired/s);
        gateway.instead = undefined;
        assert.deepEqual([await standalone.call("echo"), pages()], ["{}", 1]);
      },
    },
  },
]);
