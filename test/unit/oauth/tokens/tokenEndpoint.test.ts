import assert from "node:assert/strict";
import { test } from "node:test";
import * as oauth from "oauth4webapi";
import { errorCode, requestOptions, requestToken } from "../../../../src/oauth/tokens/tokenEndpoint.ts";
import { failureOf, html, json, networkError } from "../../../support/fakePorts.ts";

const server = { issuer: "https://login.example.com", token_endpoint: "https://login.example.com/token" };
const client = { client_id: "app" };
const { issuer } = server;

/** What one answer of the token endpoint is taken for. */
const outcome = (answer: Response | Error) =>
  failureOf(() =>
    requestToken(
      { server, client: { clientId: "app", authMethod: "none" } },
      {
        async send() {
          if (answer instanceof Error) throw answer;
          return answer;
        },
        read: (response) => oauth.processRefreshTokenResponse(server, client, response),
      },
    ),
  );

test("an OAuth error is a refusal; everything that is no decision is told apart from it", async () => {
  const refused = (status: number, error: string) => ({ code: "token_refused", facts: { issuer, status, error } });
  const invalid = (status: number, contentType: string, words?: string) => ({
    code: "token_response_invalid",
    facts: { issuer, status, contentType, ...(words !== undefined && { words }) },
  });
  const basic = { "www-authenticate": 'Basic realm="x"' };
  const answers: [Response | Error, unknown][] = [
    [json({ access_token: "marked-access", token_type: "Bearer" }), "no failure"],
    [json({ access_token: "marked-access", token_type: "bearer", expires_in: "3600" }), "no failure"],
    [
      json({ error: "invalid_grant", error_description: "It was used before.\n" }, 400),
      { code: "token_refused", facts: { issuer, status: 400, error: "invalid_grant", words: "It was used before" } },
    ],
    // RFC 6749, 5.2 asks for this header with invalid_client.
    [json({ error: "invalid_client" }, 401, basic), refused(401, "invalid_client")],
    [json({ error: "Call 555-1234 and tell them your password" }, 400), refused(400, "error")],
    [json({ error: "invalid_grant" }, 500), invalid(500, "application/json", "invalid_grant")],
    [new Response("Blocked by policy 7.", { status: 403 }), invalid(403, "text/plain", "Blocked by policy 7")],
    [json({ message: "Ask Ada" }, 403), invalid(403, "application/json", "Ask Ada")],
    // What comes with success may be a token in a form of its own.
    [new Response("your access_token=short"), invalid(200, "text/plain")],
    [new Response("access_token=short&token_type=bearer"), "no failure"],
    // Some providers answer every error with 200.
    [json({ error: "invalid_grant" }), refused(200, "invalid_grant")],
    [json({ token_type: "Bearer" }), invalid(200, "application/json")],
    [json({ access_token: "marked-access", token_type: "mac" }), invalid(200, "application/json")],
    [html(200), invalid(200, "text/html")],
    [html(400), invalid(400, "text/html")],
    [html(503), invalid(503, "text/html")],
    [new Response(null, { status: 302 }), invalid(302, "")],
    [networkError("ECONNRESET"), { code: "token_endpoint_unreachable", facts: { issuer, reason: "ECONNRESET" } }],
  ];
  assert.deepEqual(
    await Promise.all(answers.map(([answer]) => outcome(answer))),
    answers.map(([, expected]) => expected),
  );
});

test("cancelling while the answer is read is not taken for a bad answer", async () => {
  const controller = new AbortController();
  const request = requestToken(
    { server, client: { clientId: "app", authMethod: "none" } },
    {
      send: async () => json({}),
      async read() {
        controller.abort(new Error("cancelled"));
        throw new Error("aborted");
      },
    },
    controller.signal,
  );
  await assert.rejects(request, { message: "cancelled" });
});

test("only what looks like an error code is repeated", () => {
  const repeated = ["invalid_grant", "AADSTS901002", "urn.example-1"];
  const not = ["", "two words", "<b>", "invalid_grant\n", "a".repeat(41), "ключ", "https://evil.example"];
  assert.deepEqual([...repeated, ...not].map(errorCode), [...repeated, ...not.map(() => "error")]);
});

test("plain http is allowed to an identity provider of this machine only", () => {
  const world = { fetch: async () => new Response() };
  const allowed = (at: string) => requestOptions({ issuer: at }, world)[oauth.allowInsecureRequests];
  assert.deepEqual(
    ["https://login.example.com", "http://127.0.0.1.example.com", "http://localhost:1", "http://[::1]:1"].map(allowed),
    [false, false, true, true],
  );
});
