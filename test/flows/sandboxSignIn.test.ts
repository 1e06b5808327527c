import assert from "node:assert/strict";
import { test } from "node:test";
import { callTool, claimsOf, SandboxClient } from "../support/sandboxClient.ts";
import { CookieJar } from "../support/signInByHttp.ts";
import { withSandbox } from "../support/withSandbox.ts";

test("both metadata documents name the same endpoints, all at the issuer", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const oauth = await client.metadata("oauth-authorization-server");
    const openid = await client.metadata("openid-configuration");
    const { issuer } = sandbox;
    const { body } = oauth;
    assert.deepEqual(
      {
        same: JSON.stringify(oauth) === JSON.stringify(openid),
        issuer: body.issuer,
        authorize: body.authorization_endpoint,
        token: body.token_endpoint,
        revoke: body.revocation_endpoint,
        register: body.registration_endpoint,
        logout: body.end_session_endpoint,
        keys: body.jwks_uri,
        pkce: body.code_challenge_methods_supported,
        iss: body.authorization_response_iss_parameter_supported,
        grants: body.grant_types_supported,
        scopes: body.scopes_supported,
      },
      {
        same: true,
        issuer,
        authorize: `${issuer}/authorize`,
        token: `${issuer}/token`,
        revoke: `${issuer}/revoke`,
        register: `${issuer}/register`,
        logout: `${issuer}/logout`,
        keys: `${issuer}/jwks`,
        pkce: ["S256"],
        iss: true,
        grants: [
          "authorization_code",
          "refresh_token",
          "client_credentials",
          "urn:ietf:params:oauth:grant-type:device_code",
        ],
        scopes: ["openid", "profile", "offline_access", "gateway.read", "gateway.write"],
      },
    );
  }));

test("a person who signs in and allows it reaches the tools, and a tool knows who called", () =>
  withSandbox({ accessTokenSeconds: 90 }, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const before = await client.knock();
    const trip = await client.authorize();
    const answer = await client.exchange(trip.parameters.code);
    const accessToken = String(answer.body.access_token);
    const mcp = await client.connect(accessToken);
    const { tools } = await mcp.listTools();
    const said = await callTool(mcp, "sample___whoami");
    await mcp.close();
    const { aud, sub, scope, client_id, cid, azp, seconds } = claimsOf(accessToken);
    const { toolCalls, tokenRequests, grants } = sandbox.observe();
    assert.deepEqual(
      {
        before: before.status,
        pages: trip.pages,
        response: { ...trip.parameters, code: typeof trip.parameters.code },
        token: { type: answer.body.token_type, refresh: typeof answer.body.refresh_token },
        claims: { aud, sub, scope, client_id, cid, azp, seconds },
        name: claimsOf(String(answer.body.id_token)).name,
        tools: tools.map(({ name }) => name),
        said,
        observed: { toolCalls, tokenRequests, grants },
      },
      {
        before: 401,
        pages: ["Who are you?", "Let Gateway Connect in?"],
        response: { code: "string", state: "a-state", iss: sandbox.issuer },
        token: { type: "Bearer", refresh: "string" },
        claims: {
          aud: sandbox.gatewayUrl,
          sub: "ada",
          scope: "gateway.read gateway.write",
          client_id: sandbox.clientId,
          cid: sandbox.clientId,
          azp: sandbox.clientId,
          seconds: 90,
        },
        name: "Ada Lovelace",
        tools: ["sample___whoami", "sample___add", "sample___echo", "sample___slow", "sample___save_note"],
        said: `You are Ada Lovelace (ada), through the client ${sandbox.clientId}.`,
        observed: { toolCalls: { sample___whoami: 1 }, tokenRequests: 1, grants: { authorization_code: 1 } },
      },
    );
  }));

test("a request without an S256 challenge gets no code", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const without = await client.authorize({ code_challenge: undefined, code_challenge_method: undefined });
    const plain = await client.authorize({ code_challenge_method: "plain" });
    const errorOf = ({ parameters }: typeof plain) => ({ error: parameters.error, code: parameters.code });
    assert.deepEqual(
      [errorOf(without), errorOf(plain)],
      [
        { error: "invalid_request", code: undefined },
        { error: "invalid_request", code: undefined },
      ],
    );
  }));

test("a code is worth nothing without its verifier", () =>
  withSandbox({}, async (sandbox) => {
    const { parameters } = await new SandboxClient(sandbox).authorize();
    const stranger = await new SandboxClient(sandbox).exchange(parameters.code);
    assert.deepEqual({ status: stranger.status, error: stranger.body.error }, { status: 400, error: "invalid_grant" });
  }));

test("a person who says no sends the client an answer that says so, and it carries the issuer", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const cancelled = await client.authorize({}, { cancel: true });
    const denied = await client.authorize({}, { consent: "deny" });
    const expected = { error: "access_denied", state: "a-state", iss: sandbox.issuer };
    const answered = [cancelled, denied].map(({ parameters: { error_description, ...rest } }) => rest);
    assert.deepEqual(
      { answered, pages: [cancelled.pages.length, denied.pages.length] },
      {
        answered: [expected, expected],
        pages: [1, 2],
      },
    );
  }));

test("a loopback redirect may use any port, and nothing else may be redirected to", () =>
  withSandbox({}, async (sandbox) => {
    const { landed } = await new SandboxClient(sandbox, {
      redirectUri: "http://127.0.0.1:50123/oauth/callback",
    }).authorize();
    const elsewhere = await Promise.all(
      ["https://evil.example/oauth/callback", "http://localhost:3334/other"].map(async (redirectUri) => {
        const url = new SandboxClient(sandbox, { redirectUri }).authorizationUrl();
        const response = await fetch(url, { redirect: "manual", headers: { accept: "text/html" } });
        return { status: response.status, location: response.headers.get("location") };
      }),
    );
    assert.deepEqual(
      { landed: landed.host, elsewhere },
      {
        landed: "127.0.0.1:50123",
        elsewhere: [
          { status: 400, location: null },
          { status: 400, location: null },
        ],
      },
    );
  }));

test("the next sign-in in the same browser asks for consent only, and prompt=login lets somebody else in", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const jar = new CookieJar();
    const first = await client.authorize({}, { jar });
    const again = await client.authorize({}, { jar });
    const other = await client.authorize({ prompt: "login" }, { jar, person: "grace" });
    const { body } = await client.exchange(other.parameters.code);
    assert.deepEqual(
      { first: first.pages, again: again.pages, other: other.pages, sub: claimsOf(String(body.access_token)).sub },
      {
        first: ["Who are you?", "Let Gateway Connect in?"],
        again: ["Let Gateway Connect in?"],
        other: ["Who are you?", "Let Gateway Connect in?"],
        sub: "grace",
      },
    );
  }));

test("a tool that changes something needs its own scope: 403 names it, and with it the note is the person's own", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const reader = await client.signIn({ scope: "openid gateway.read" });
    const reading = await client.connect(reader.accessToken);
    const refused = await callTool(reading, "sample___save_note", { text: "no" }).catch(
      (error: Error) => error.message,
    );
    await reading.close();
    const notes: string[] = [];
    for (const person of ["ada", "grace"]) {
      const { accessToken } = await new SandboxClient(sandbox).signIn({}, { person });
      const mcp = await client.connect(accessToken);
      if (person === "ada") await callTool(mcp, "sample___save_note", { text: "buy punched cards" });
      const uri = (await mcp.listResources()).resources[0]?.uri ?? "";
      const { contents } = await mcp.readResource({ uri });
      notes.push(String((contents[0] as { text?: string } | undefined)?.text));
      await mcp.close();
    }
    assert.deepEqual(
      {
        refused: /insufficient_scope|403|Insufficient scope/i.test(refused),
        statuses: sandbox.observe().gatewayStatuses[403],
        notes,
      },
      { refused: true, statuses: 1, notes: ["- buy punched cards", "There is no note yet."] },
    );
  }));
