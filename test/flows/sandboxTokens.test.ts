import assert from "node:assert/strict";
import { test } from "node:test";
import { callTool, claimsOf, SandboxClient, tokens } from "../support/sandboxClient.ts";
import { withSandbox } from "../support/withSandbox.ts";

test("each renewal gives a new refresh token, and a spent one that comes back ends the sign-in", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const first = await client.signIn();
    const renewed = await client.refresh(first.refreshToken);
    const second = tokens(renewed);
    const replay = await client.refresh(first.refreshToken);
    const after = await client.refresh(second.refreshToken);
    assert.deepEqual(
      {
        rotated: second.refreshToken !== first.refreshToken,
        audience: claimsOf(second.accessToken).aud,
        replay: [replay.status, replay.body.error],
        after: [after.status, after.body.error],
        active: await sandbox.isActive(second.accessToken),
        grants: sandbox.observe().grants,
      },
      {
        rotated: true,
        audience: sandbox.gatewayUrl,
        replay: [400, "invalid_grant"],
        after: [400, "invalid_grant"],
        active: false,
        grants: { authorization_code: 1, refresh_token: 3 },
      },
    );
  }));

test("a code that is used twice takes its tokens with it", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { parameters } = await client.authorize();
    const first = tokens(await client.exchange(parameters.code));
    const second = await client.exchange(parameters.code);
    assert.deepEqual(
      { second: second.body.error, refresh: (await client.refresh(first.refreshToken)).body.error },
      { second: "invalid_grant", refresh: "invalid_grant" },
    );
  }));

test("revoking the refresh token ends the whole sign-in and leaves other sign-ins alone", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const mine = await client.signIn();
    const other = await new SandboxClient(sandbox).signIn();
    const status = await client.revoke(mine.refreshToken, "refresh_token");
    assert.deepEqual(
      {
        status,
        refresh: (await client.refresh(mine.refreshToken)).body.error,
        mine: [await sandbox.isActive(mine.refreshToken), await sandbox.isActive(mine.accessToken)],
        other: [await sandbox.isActive(other.refreshToken), await sandbox.isActive(other.accessToken)],
        revocations: sandbox.observe().revocations,
      },
      {
        status: 200,
        refresh: "invalid_grant",
        mine: [false, false],
        other: [true, true],
        revocations: ["refresh_token"],
      },
    );
  }));

test("tokens are revoked by their own client only, and a refresh token outlives its access token", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const mine = await client.signIn();
    const registered = await client.register({
      redirect_uris: ["http://localhost:3334/oauth/callback"],
      application_type: "native",
      token_endpoint_auth_method: "none",
    });
    const stranger = new SandboxClient(sandbox, { clientId: String(registered.body.client_id) });
    const byStranger = await stranger.revoke(mine.accessToken, "access_token");
    const still = await sandbox.isActive(mine.accessToken);
    await stranger.revoke(mine.refreshToken, "refresh_token");
    const byOwner = await client.revoke(mine.accessToken, "access_token");
    assert.deepEqual(
      {
        byStranger,
        still,
        byOwner,
        active: [await sandbox.isActive(mine.accessToken), await sandbox.isActive(mine.refreshToken)],
        garbage: await client.revoke("not-a-token", "access_token"),
        revocations: sandbox.observe().revocations,
      },
      {
        byStranger: 200,
        still: true,
        byOwner: 200,
        active: [false, true],
        garbage: 200,
        revocations: ["access_token"],
      },
    );
  }));

test("a token with another signature is none of the provider's: it is not active, and revoking it touches no other", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { accessToken } = await client.signIn();
    const other = await client.signIn();
    const [header, claims] = accessToken.split(".");
    const forged = `${header}.${claims}.${other.accessToken.split(".")[2]}`;
    const status = await client.revoke(forged, "access_token");
    assert.deepEqual(
      {
        forged: await sandbox.isActive(forged),
        status,
        real: await sandbox.isActive(accessToken),
        revocations: sandbox.observe().revocations,
      },
      { forged: false, status: 200, real: true, revocations: [] },
    );
  }));

test("a revoked access token passes the gateway until it expires, as at AgentCore, unless revocation is checked", async () => {
  const passed: Record<string, number> = {};
  for (const checkRevocation of [false, true]) {
    await withSandbox({ checkRevocation }, async (sandbox) => {
      const client = new SandboxClient(sandbox);
      const { accessToken, refreshToken } = await client.signIn();
      await client.revoke(refreshToken, "refresh_token");
      passed[String(checkRevocation)] = (await client.knock(accessToken)).status;
    });
  }
  assert.deepEqual(passed, { false: 200, true: 401 });
});

test("taking all access from one person ends the session, the tokens, and nobody else's", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const ada = await client.signIn();
    const grace = await client.signIn({}, { person: "grace" });
    sandbox.revokeAll("ada");
    assert.deepEqual(
      {
        ada: [await sandbox.isActive(ada.accessToken), (await client.refresh(ada.refreshToken)).body.error],
        grace: [await sandbox.isActive(grace.accessToken), (await client.refresh(grace.refreshToken)).status],
        // What an administrator does is not what a client asked for.
        revocations: sandbox.observe().revocations,
      },
      { ada: [false, "invalid_grant"], grace: [true, 200], revocations: [] },
    );
  }));

test("a machine gets in with its own credentials, and only with them", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { clientId, clientSecret } = sandbox.machine;
    const form = { grant_type: "client_credentials", scope: "gateway.read", resource: sandbox.gatewayUrl };
    const basic = (secret: string) => ({
      authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString("base64")}`,
    });
    const answer = await client.token(form, basic(clientSecret));
    const wrong = await client.token(form, basic("wrong"));
    const mcp = await client.connect(String(answer.body.access_token));
    const said = await callTool(mcp, "sample___whoami");
    await mcp.close();
    assert.deepEqual(
      { status: answer.status, refresh: answer.body.refresh_token, said, wrong: [wrong.status, wrong.body.error] },
      { status: 200, refresh: undefined, said: `You are the machine ${clientId}.`, wrong: [401, "invalid_client"] },
    );
  }));

test("a client that registered with the scopes of the first challenge gets others later, for a tool that wants more", () =>
  withSandbox({}, async (sandbox) => {
    const { body } = await new SandboxClient(sandbox).register({
      redirect_uris: ["http://localhost:3334/oauth/callback"],
      token_endpoint_auth_method: "none",
      scope: "gateway.read",
    });
    const client = new SandboxClient(sandbox, { clientId: String(body.client_id) });
    const granted = [];
    for (const scope of ["gateway.read", "gateway.read gateway.write"]) {
      const { parameters } = await client.authorize({ scope });
      granted.push((await client.exchange(parameters.code)).body.scope ?? parameters);
    }
    assert.deepEqual(granted, ["gateway.read", "gateway.read gateway.write"]);
  }));

test("a client can register itself and sign in, unless the sandbox has no registration", async () => {
  const metadata = {
    client_name: "Some <b>Editor</b>",
    application_type: "native",
    redirect_uris: ["http://localhost:3334/oauth/callback"],
    grant_types: ["authorization_code", "refresh_token"],
    response_types: ["code"],
    token_endpoint_auth_method: "none",
  };
  await withSandbox({}, async (sandbox) => {
    const { status, body } = await new SandboxClient(sandbox).register(metadata);
    const client = new SandboxClient(sandbox, { clientId: String(body.client_id) });
    const { pages, parameters, answers } = await client.authorize();
    const answer = await client.exchange(parameters.code);
    assert.deepEqual(
      {
        status,
        secrets: [body.client_secret, body.registration_access_token],
        pages,
        markup: answers.some(({ html }) => html.includes("<b>Editor</b>")),
        gateway: (await client.knock(tokens(answer).accessToken)).status,
        registrations: sandbox.observe().registrations,
      },
      {
        status: 201,
        secrets: [undefined, undefined],
        pages: ["Who are you?", "Let Some &lt;b&gt;Editor&lt;/b&gt; in?"],
        markup: false,
        gateway: 200,
        registrations: 1,
      },
    );
  });
  await withSandbox({ registration: false }, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    // Other faults leave the sandbox as it was started.
    sandbox.setFaults({ missingIss: true });
    const { body } = await client.metadata();
    const { status } = await client.register(metadata);
    assert.deepEqual({ endpoint: body.registration_endpoint, status }, { endpoint: undefined, status: 404 });
  });
});

test("tokens are for the gateway, whether a client names it or not, and for nothing else", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const named = await client.signIn();
    const unnamed = await client.signIn({ resource: undefined });
    const other = await client.authorize({ resource: "https://api.example.com" });
    assert.deepEqual(
      {
        named: claimsOf(named.accessToken).aud,
        unnamed: claimsOf(unnamed.accessToken).aud,
        other: other.parameters.error,
      },
      { named: sandbox.gatewayUrl, unnamed: sandbox.gatewayUrl, other: "invalid_target" },
    );
  }));

test("without offline_access there is no refresh token", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { parameters } = await client.authorize({ scope: "openid gateway.read" });
    const { status, body } = await client.exchange(parameters.code);
    assert.deepEqual({ status, refresh: body.refresh_token }, { status: 200, refresh: undefined });
  }));

test("issued secrets are told to whoever asked for them to be kept, and to nobody else", async () => {
  await withSandbox({ recordSecrets: true }, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { parameters } = await client.authorize();
    const { accessToken, refreshToken, idToken } = tokens(await client.exchange(parameters.code));
    assert.deepEqual(sandbox.issuedSecrets(), [
      { kind: "code", value: parameters.code },
      { kind: "access_token", value: accessToken },
      { kind: "refresh_token", value: refreshToken },
      { kind: "id_token", value: idToken },
    ]);
  });
  await withSandbox({}, async (sandbox) => {
    assert.throws(() => sandbox.issuedSecrets(), { message: /--record-secrets/ });
  });
});
