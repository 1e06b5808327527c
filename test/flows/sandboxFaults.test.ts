import assert from "node:assert/strict";
import { test } from "node:test";
import type { FaultWay } from "../../src/sandbox/faults/faultWays.ts";
import type { SandboxFaults, TokenEndpointError } from "../../src/sandbox/faults/sandboxFaults.ts";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { claimsOf, SandboxClient, type TokenAnswer } from "../support/sandboxClient.ts";
import { withSandbox } from "../support/withSandbox.ts";

const native = {
  application_type: "native",
  redirect_uris: ["http://localhost:3334/oauth/callback"],
  token_endpoint_auth_method: "none",
};

/** What each fault changes: what is looked at, and what it is with the fault on. */
const cases: readonly {
  readonly faults: SandboxFaults;
  readonly look: (client: SandboxClient, sandbox: Sandbox) => Promise<unknown>;
  readonly seen: unknown;
}[] = [
  {
    faults: { discoveryDown: true },
    look: async (client) => [(await client.metadata()).status, (await client.metadata("openid-configuration")).status],
    seen: [503, 503],
  },
  {
    faults: { wrongIssuerInMetadata: true },
    look: async (client) => (await client.metadata()).body.issuer,
    seen: "https://login.example.com",
  },
  {
    faults: { insecureTokenEndpoint: true },
    look: async (client) => (await client.metadata()).body.token_endpoint,
    seen: "http://login.example.com/token",
  },
  {
    faults: { javascriptAuthorizationEndpoint: true },
    look: async (client) => (await client.metadata()).body.authorization_endpoint,
    seen: "javascript:alert(1)//",
  },
  {
    faults: { noPkce: true },
    look: async (client) => (await client.metadata("openid-configuration")).body.code_challenge_methods_supported,
    seen: ["plain"],
  },
  {
    faults: { noRegistration: true },
    look: async (client) => [
      (await client.metadata()).body.registration_endpoint,
      (await client.register(native)).status,
    ],
    seen: [undefined, 404],
  },
  {
    faults: { registrationRefused: true },
    look: async (client) => short(await client.register(native)),
    seen: [400, "invalid_redirect_uri"],
  },
  {
    faults: { noRevocationEndpoint: true },
    look: async (client) => [
      (await client.metadata()).body.revocation_endpoint,
      await client.revoke("token", "refresh_token"),
    ],
    seen: [undefined, 404],
  },
  {
    faults: { revocationUnavailable: true },
    look: (client) => client.revoke("token", "refresh_token"),
    seen: 503,
  },
  {
    faults: { resourceRefused: true },
    look: async (client) => [
      (await client.authorize()).parameters.error,
      claimsOf((await client.signIn({ resource: undefined })).accessToken).sub,
    ],
    seen: ["invalid_target", "ada"],
  },
  {
    faults: { missingIss: true },
    look: async (client) => Object.keys((await client.authorize()).parameters),
    seen: ["code", "state"],
  },
  {
    faults: { wrongIss: true },
    look: async (client) => (await client.authorize()).parameters.iss,
    seen: "https://login.example.com",
  },
  {
    faults: { wrongState: true },
    look: async (client) => (await client.authorize()).parameters.state,
    seen: "another-state",
  },
  {
    faults: { wrongAudience: true },
    look: async (client) => {
      const { accessToken } = await client.signIn();
      return [claimsOf(accessToken).aud, (await client.knock(accessToken)).status];
    },
    seen: ["https://another-api.example.com", 401],
  },
];

for (const { faults, look, seen } of cases) {
  const [name] = Object.keys(faults);
  test(`${name} does what it says, and only as long as it is on`, () =>
    withSandbox({}, async (sandbox) => {
      const client = new SandboxClient(sandbox);
      const before = await look(client, sandbox).catch((error: Error) => error.message);
      sandbox.setFaults(faults);
      const during = await look(client, sandbox);
      sandbox.setFaults({});
      const after = await client.signIn();
      assert.deepEqual(
        {
          during,
          changed: JSON.stringify(before) !== JSON.stringify(during),
          after: (await client.knock(after.accessToken)).status,
        },
        { during: seen, changed: true, after: 200 },
      );
    }));
}

const tokenErrors: Readonly<Record<TokenEndpointError, unknown>> = {
  "500-json": [500, "server_error"],
  "500-html": [500, "html"],
  "400-invalid-grant": [400, "invalid_grant"],
  "200-html": [200, "html"],
};

for (const [name, seen] of Object.entries(tokenErrors)) {
  test(`a token endpoint that answers ${name} spends nothing and still counts`, () =>
    withSandbox({}, async (sandbox) => {
      const client = new SandboxClient(sandbox);
      const { refreshToken } = await client.signIn();
      const { parameters } = await client.authorize();
      sandbox.setFaults({ tokenEndpointError: name as TokenEndpointError });
      const during = [await client.exchange(parameters.code), await client.refresh(refreshToken)].map(short);
      sandbox.setFaults({});
      const after = [await client.exchange(parameters.code), await client.refresh(refreshToken)];
      assert.deepEqual(
        { during, after: after.map(({ status }) => status), grants: sandbox.observe().grants },
        { during: [seen, seen], after: [200, 200], grants: { authorization_code: 3, refresh_token: 2 } },
      );
    }));
}

test("refused renewals leave the refresh token unspent", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { refreshToken } = await client.signIn();
    sandbox.setFaults({ refreshRefused: true });
    const refused = short(await client.refresh(refreshToken));
    sandbox.setFaults({});
    const { status } = await client.refresh(refreshToken);
    assert.deepEqual({ refused, status }, { refused: [400, "invalid_grant"], status: 200 });
  }));

test("without rotation a renewal answers with no refresh token, and the first one stays good", () =>
  withSandbox({ faults: { noRotation: true } }, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { refreshToken } = await client.signIn();
    const answers = [await client.refresh(refreshToken), await client.refresh(refreshToken)];
    assert.deepEqual(
      answers.map(({ status, body }) => [status, typeof body.access_token, body.refresh_token]),
      [
        [200, "string", undefined],
        [200, "string", undefined],
      ],
    );
  }));

test("the gateway's own faults are reached through the sandbox", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    sandbox.setGatewayFaults({ noChallenge: true });
    const during = await client.knock();
    sandbox.setGatewayFaults({});
    const after = await client.knock();
    assert.deepEqual(
      { during, after: [after.status, after.challenge !== null] },
      { during: { status: 401, challenge: null }, after: [401, true] },
    );
  }));

/** What a request meets at a step that goes wrong each way, and whether it was handled all the same. */
const ways: Readonly<Record<FaultWay, { readonly meets: unknown; readonly handled: boolean }>> = {
  down: { meets: "fetch failed", handled: false },
  reset: { meets: "fetch failed", handled: false },
  lost: { meets: "fetch failed", handled: true },
  cut: { meets: "terminated", handled: true },
  slow: { meets: "The operation was aborted due to timeout", handled: true },
  500: { meets: [500, "server_error"], handled: false },
  503: { meets: [503, "temporarily_unavailable"], handled: false },
  html: { meets: [200, "html"], handled: false },
};

for (const [way, expected] of Object.entries(ways)) {
  test(`a renewal that goes wrong as ${way} spends the refresh token only where it was handled, and the next one is as ever`, () =>
    withSandbox({}, async (sandbox) => {
      const client = new SandboxClient(sandbox);
      const { refreshToken } = await client.signIn();
      await sandbox.setFaults({ steps: [`refresh-${way}:1`] });
      const signal = way === "slow" ? AbortSignal.timeout(300) : undefined;
      const meets = await client.refresh(refreshToken, signal).then(short, (error: Error) => error.message);
      const isActive = await sandbox.isActive(refreshToken);
      await sandbox.setFaults({});
      const { status } = await client.refresh((await client.signIn()).refreshToken);
      const { steps } = sandbox.observe();
      assert.deepEqual(
        { meets, handled: !isActive, status, came: [steps.token, steps.refresh] },
        { ...expected, status: 200, came: [2, 2] },
      );
    }));
}

test("a fault at a step happens at the requests that were named, and a server that was down is the same afterwards", () =>
  withSandbox({}, async (sandbox) => {
    const client = new SandboxClient(sandbox);
    const { accessToken } = await client.signIn();
    const statuses = async (times: number) => {
      const seen: unknown[] = [];
      for (let time = 0; time < times; time++) {
        seen.push(
          await client.knock(accessToken).then(
            ({ status }) => status,
            (error: Error) => error.message,
          ),
        );
      }
      return seen;
    };
    await sandbox.setFaults({ steps: ["initialize-503:2-3", "initialize-html:5-"] });
    const some = await statuses(5);
    await sandbox.setFaults({ steps: ["initialize-down:2"] });
    const down = await statuses(3);
    await sandbox.setFaults({});
    assert.deepEqual(
      { some, down, after: await statuses(1) },
      { some: [200, 503, 503, 200, 200], down: [200, "fetch failed", "fetch failed"], after: [200] },
    );
  }));

function short({ status, body }: TokenAnswer): unknown {
  return [status, body.error ?? (String(body.text).startsWith("<!doctype html>") ? "html" : body)];
}
