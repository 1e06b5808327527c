import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayFaults } from "../../src/gateway/gatewayFaults.ts";
import { revokeTokens } from "../../src/oauth/tokens/revocation.ts";
import { SecretTokenStore } from "../../src/oauth/tokens/secretTokenStore.ts";
import { TokenManager } from "../../src/oauth/tokens/tokenManager.ts";
import type { SandboxFaults } from "../../src/sandbox/faults/sandboxFaults.ts";
import { type CoreSignInOptions, coreSignIn } from "../support/coreSignIn.ts";
import { MemorySecrets, QueueLock, recordingLog } from "../support/fakePorts.ts";
import { callTool, SandboxClient } from "../support/sandboxClient.ts";
import { withSandbox } from "../support/withSandbox.ts";

test("from a gateway's address to a tool's answer, a renewal and a sign-out that the provider confirms", () =>
  withSandbox({}, async (sandbox) => {
    const tokens = await coreSignIn(sandbox.gatewayUrl);
    const client = new SandboxClient(sandbox);
    const mcp = await client.connect(tokens.accessToken);
    const said = await callTool(mcp, "sample___whoami");
    await mcp.close();
    const lock = new QueueLock();
    const store = new SecretTokenStore(new MemorySecrets(), lock);
    await store.write(tokens);
    const world = { fetch, now: Date.now, lock, log: recordingLog() };
    const renewed = await new TokenManager(store, world).replace(tokens.sessionId, tokens.accessToken);
    assert.ok(renewed);
    const report = await revokeTokens(renewed, { fetch, now: Date.now });
    const { registrations, grants, revocations } = sandbox.observe();
    assert.deepEqual(
      {
        account: tokens.account.label,
        said: said.split(",")[0],
        rotated: renewed.refreshToken !== tokens.refreshToken,
        steps: report.steps,
        active: await sandbox.isActive(renewed.accessToken),
        observed: { registrations, grants, revocations },
      },
      {
        account: "Ada Lovelace",
        said: "You are Ada Lovelace (ada)",
        rotated: true,
        steps: [
          { token: "refresh token", kind: "revoked" },
          { token: "access token", kind: "revoked" },
        ],
        active: false,
        observed: {
          registrations: 1,
          grants: { authorization_code: 1, refresh_token: 1 },
          revocations: ["refresh_token", "access_token"],
        },
      },
    );
  }));

/** Each thing that a provider or gateway can do wrong, and the failure that stops the sign-in there. */
const stops: readonly {
  readonly wrong: string;
  readonly faults?: SandboxFaults;
  readonly gatewayFaults?: GatewayFaults;
  readonly options?: CoreSignInOptions;
  readonly code: string;
  /** How many token requests there may be at most: none where the code must not be spent. */
  readonly tokenRequests: number;
}[] = [
  {
    wrong: "discoveryDown",
    faults: { discoveryDown: true },
    code: "authorization_server_down",
    tokenRequests: 0,
  },
  {
    wrong: "wrongIssuerInMetadata",
    faults: { wrongIssuerInMetadata: true },
    code: "issuer_mismatch",
    tokenRequests: 0,
  },
  {
    wrong: "insecureTokenEndpoint",
    faults: { insecureTokenEndpoint: true },
    code: "endpoint_insecure",
    tokenRequests: 0,
  },
  {
    wrong: "javascriptAuthorizationEndpoint",
    faults: { javascriptAuthorizationEndpoint: true },
    code: "endpoint_insecure",
    tokenRequests: 0,
  },
  { wrong: "noPkce", faults: { noPkce: true }, code: "pkce_unsupported", tokenRequests: 0 },
  { wrong: "noRegistration", faults: { noRegistration: true }, code: "client_id_needed", tokenRequests: 0 },
  {
    wrong: "registrationRefused",
    faults: { registrationRefused: true },
    code: "registration_refused",
    tokenRequests: 0,
  },
  { wrong: "resourceRefused", faults: { resourceRefused: true }, code: "authorization_refused", tokenRequests: 0 },
  { wrong: "missingIss", faults: { missingIss: true }, code: "response_issuer_missing", tokenRequests: 0 },
  { wrong: "wrongIss", faults: { wrongIss: true }, code: "response_issuer_mismatch", tokenRequests: 0 },
  { wrong: "a person who cancels", options: { answers: { cancel: true } }, code: "access_denied", tokenRequests: 0 },
  { wrong: "a person who denies", options: { answers: { consent: "deny" } }, code: "access_denied", tokenRequests: 0 },
  { wrong: "a 500", faults: { tokenEndpointError: "500-json" }, code: "token_response_invalid", tokenRequests: 1 },
  {
    wrong: "a 500 page",
    faults: { tokenEndpointError: "500-html" },
    code: "token_response_invalid",
    tokenRequests: 1,
  },
  {
    wrong: "invalid_grant",
    faults: { tokenEndpointError: "400-invalid-grant" },
    code: "token_refused",
    tokenRequests: 1,
  },
  { wrong: "a page", faults: { tokenEndpointError: "200-html" }, code: "token_response_invalid", tokenRequests: 1 },
  {
    wrong: "a token for another audience",
    faults: { wrongAudience: true },
    options: { audience: "the gateway" },
    code: "token_audience_mismatch",
    tokenRequests: 1,
  },
  { wrong: "no metadata", gatewayFaults: { noMetadata: true }, code: "resource_metadata_missing", tokenRequests: 0 },
  {
    wrong: "metadata of another gateway",
    gatewayFaults: { otherResource: true },
    code: "resource_mismatch",
    tokenRequests: 0,
  },
  { wrong: "a portal's page", gatewayFaults: { html: true }, code: "not_an_mcp_server", tokenRequests: 0 },
  { wrong: "a gateway that is down", gatewayFaults: { status: 503 }, code: "gateway_error", tokenRequests: 0 },
];

for (const { wrong, faults = {}, gatewayFaults = {}, options, code, tokenRequests } of stops) {
  test(`${wrong} stops a sign-in with ${code}`, () =>
    withSandbox({ faults }, async (sandbox) => {
      sandbox.setGatewayFaults(gatewayFaults);
      const failure = await coreSignIn(sandbox.gatewayUrl, options).then(
        () => "no failure",
        (error: { readonly code?: string } & Error) => error.code ?? error.message,
      );
      const { tokenRequests: asked } = sandbox.observe();
      assert.deepEqual({ failure, asked }, { failure: code, asked: tokenRequests });
    }));
}

test("without registration a client ID that was entered signs in, and a refused resource is left out", () =>
  withSandbox({ registration: false, faults: { resourceRefused: true } }, async (sandbox) => {
    const tokens = await coreSignIn(sandbox.gatewayUrl, { clientId: sandbox.clientId, resource: false });
    const { status } = await new SandboxClient(sandbox).knock(tokens.accessToken);
    assert.deepEqual({ account: tokens.account.label, status }, { account: "Ada Lovelace", status: 200 });
  }));
