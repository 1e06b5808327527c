import assert from "node:assert/strict";
import { test } from "node:test";
import type { SandboxProfileId } from "../../src/sandbox/profiles/sandboxProfiles.ts";
import { sandboxProfileIds } from "../../src/sandbox/profiles/sandboxProfiles.ts";
import { type ProfileClient, post, refusal, withProfile } from "../support/profileClient.ts";

const entraApi = "d1a41783-c85c-4a52-a938-4df5b9626d40";

/** What a request brings back, or the words of the page it stays on. */
async function outcome(client: ProfileClient, changes: Readonly<Record<string, string | undefined>>): Promise<string> {
  const stuck = await client.stuckAt(changes);
  if (!stuck.startsWith("came back: ")) return `page: ${stuck}`;
  const brought = JSON.parse(stuck.slice("came back: ".length)) as Record<string, string>;
  return brought.error ? `${brought.error}: ${brought.error_description}` : "a code";
}

/** A scope each provider is asked for and what it says to it. */
const scopes: readonly (readonly [SandboxProfileId, scope: string, said: RegExp])[] = [
  ["okta", "openid gateway.delete", /^invalid_scope: One or more scopes are not configured/],
  ["oktaOrg", "openid gateway.read", /^invalid_scope: Custom scopes are not allowed for this request/],
  ["entra", "openid access_as_user", /^invalid_client: AADSTS650053: .*'access_as_user'.*00000003-0000-0000-c000/],
  ["entra", `openid api://${entraApi}/surprise`, /^invalid_client: AADSTS650053: .*'surprise'.*d1a41783/],
  ["entra", "openid api://another-app/access_as_user", /^invalid_resource: AADSTS500011: .*api:\/\/another-app/],
  ["entra", `api://${entraApi}/access_as_user api://${entraApi}/.default`, /^invalid_scope: AADSTS70011/],
  ["entra", `openid api://${entraApi}/.default`, /^a code$/],
  ["cognito", "openid offline_access gateway/read", /^invalid_scope/],
  ["cognito", "openid gateway.read", /^invalid_scope/],
  ["auth0", "openid surprise", /^a code$/],
  ["keycloak", "openid surprise", /^invalid_scope: Invalid scopes: surprise/],
  ["pingFederate", "openid surprise", /^invalid_scope: The requested scope\(s\) must be blank or a subset/],
  [
    "google",
    "openid offline_access",
    /^page: .*400.*invalid_scope: Some requested scopes were invalid.*offline_access/,
  ],
];

for (const [profile, scope, said] of scopes) {
  test(`${profile} asked for "${scope}" says ${said.source.slice(1, 40)}`, () =>
    withProfile({ profile }, async (client) => assert.match(await outcome(client, { scope }), said)));
}

test("a port that is not registered is let in at Entra, Google and the generic provider, and stays on a page elsewhere", async () => {
  const lets: string[] = [];
  const words: Record<string, string> = {};
  for (const profile of sandboxProfileIds) {
    await withProfile({ profile }, async (client) => {
      const said = await outcome(client, { redirect_uri: "http://localhost:50123/oauth/callback" });
      if (said === "a code") lets.push(profile);
      else
        words[profile] =
          /This sign-in cannot go on This sign-in cannot go on (.*?) Gateway Connect sandbox/.exec(said)?.[1] ?? said;
    });
  }
  assert.deepEqual(
    { lets, words },
    {
      lets: ["generic", "entra", "entraV1", "google"],
      words: {
        okta: "The &#39;redirect_uri&#39; parameter must be a Login redirect URI in the client app settings, port included.",
        oktaOrg:
          "The &#39;redirect_uri&#39; parameter must be a Login redirect URI in the client app settings, port included.",
        cognito: "redirect_mismatch",
        auth0: "Callback URL mismatch.",
        keycloak: "Invalid parameter: redirect_uri",
        pingFederate: "Invalid redirect_uri",
      },
    },
  );
});

test("another path or host is let in nowhere, and Entra names its code", async () => {
  const said: string[] = [];
  for (const profile of sandboxProfileIds) {
    await withProfile({ profile }, async (client) => {
      for (const redirectUri of ["http://localhost:3334/OAuth/callback", "https://evil.example/oauth/callback"]) {
        const one = await outcome(client, { redirect_uri: redirectUri });
        if (!one.startsWith("page: no way on from 400")) said.push(`${profile} ${redirectUri} ${one}`);
        if (profile === "entra" && !one.includes("AADSTS50011")) said.push(one);
      }
    });
  }
  assert.deepEqual(said, []);
});

test("Entra refuses resource at both endpoints, with the code that was chosen where the real one has it", async () => {
  const said: Record<string, unknown> = {};
  for (const resourceRefusal of ["AADSTS901002", "AADSTS9010010"] as const) {
    await withProfile({ profile: "entra", resourceRefusal }, async (client, { gatewayUrl }) => {
      const { code } = await client.authorize();
      said[resourceRefusal] = {
        authorize: (await outcome(client, { resource: gatewayUrl })).slice(0, 29),
        token: refusal(await client.exchange(code, { resource: gatewayUrl })),
        // The code is not spent by that.
        without: (await client.exchange(code)).status,
      };
    });
  }
  assert.deepEqual(said, {
    AADSTS901002: {
      authorize: "invalid_request: AADSTS901002",
      token: [400, "invalid_request", "AADSTS901002"],
      without: 200,
    },
    AADSTS9010010: { authorize: "a code", token: [400, "invalid_target", "AADSTS9010010"], without: 200 },
  });
});

test("refused requests are counted like others, and a renewal with resource is one of them", () =>
  withProfile({ profile: "entra" }, async (client, sandbox) => {
    const { refreshToken } = await client.signIn();
    const refused = await client.refresh(refreshToken, { resource: sandbox.gatewayUrl });
    assert.deepEqual(
      {
        refused: refusal(refused),
        grants: sandbox.observe().grants,
        after: (await client.refresh(refreshToken)).status,
      },
      {
        refused: [400, "invalid_request", "AADSTS901002"],
        grants: { authorization_code: 1, refresh_token: 1 },
        after: 200,
      },
    );
  }));

test("somebody whom Okta has not assigned to the app is sent back with access_denied", () =>
  withProfile({ profile: "okta" }, async (client) => {
    const { error, error_description, state } = await client.authorize({}, { person: "alan" });
    assert.deepEqual(
      { error, error_description, state },
      {
        error: "access_denied",
        error_description: "User is not assigned to the client application.",
        state: "a-state",
      },
    );
  }));

test("nobody but Okta's own people are on its page, and its unassigned one is on no other", async () => {
  for (const profile of ["generic", "entra"] as const) {
    await withProfile({ profile }, async (client) => {
      const { landed } = {
        landed: await client.authorize({}, { person: "alan" }).catch((error: Error) => error.message),
      };
      assert.match(String(landed), /no way on/);
    });
  }
});

test("Google asks for the client secret at its token endpoint, and nowhere else", () =>
  withProfile({ profile: "google" }, async (client, { clientSecret }) => {
    const { code } = await client.authorize();
    const without = await client.exchange(code, { client_secret: undefined });
    const wrong = await client.exchange(code, { client_secret: "wrong" });
    const right = await client.exchange(code);
    const device = await post(String(client.metadata.device_authorization_endpoint), {
      client_id: client.sandbox.clientId,
      scope: "openid",
    });
    const revoked = await post(String(client.metadata.revocation_endpoint), {
      token: String(right.body.refresh_token),
    });
    assert.deepEqual(
      {
        without: [without.status, without.body.error, without.body.error_description],
        wrong: refusal(wrong),
        right: right.status,
        device: [device.status, device.body.verification_uri, typeof device.body.verification_url],
        revoked: revoked.status,
        renewal: refusal(await client.refresh(String(right.body.refresh_token))),
        secret: typeof clientSecret,
      },
      {
        without: [400, "invalid_request", "client_secret is missing."],
        wrong: [401, "invalid_client"],
        right: 200,
        device: [200, undefined, "string"],
        revoked: 200,
        renewal: [400, "invalid_grant"],
        secret: "string",
      },
    );
  }));

test("only Keycloak, Auth0 and the generic provider register whoever comes", async () => {
  const answers: Record<string, unknown> = {};
  for (const profile of sandboxProfileIds) {
    await withProfile({ profile }, async ({ metadata }) => {
      const endpoint = metadata.registration_endpoint;
      if (endpoint === undefined) return;
      const response = await fetch(String(endpoint), {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({
          redirect_uris: ["http://localhost:3334/oauth/callback"],
          token_endpoint_auth_method: "none",
        }),
      });
      const body = (await response.json()) as Record<string, unknown>;
      answers[profile] = [response.status, body.errorCode ?? typeof body.client_id];
    });
  }
  assert.deepEqual(answers, {
    generic: [201, "string"],
    okta: [403, "E0000005"],
    oktaOrg: [403, "E0000005"],
    auth0: [201, "string"],
    keycloak: [201, "string"],
  });
});

/** A few faults whose places differ with the provider. */
test("the sandbox's faults work with every identity provider", async () => {
  for (const profile of sandboxProfileIds) {
    await withProfile({ profile }, async (client, sandbox) => {
      const first = await client.signIn();
      sandbox.setFaults({ refreshRefused: true, wrongState: true, wrongIssuerInMetadata: true, resourceRefused: true });
      const { discoveryUrl } = sandbox.authorizer.customJWTAuthorizer;
      const document = async () =>
        (await fetch(discoveryUrl).then((response) => response.json())) as { issuer: string };
      const seen = {
        renewal: (await client.refresh(first.refreshToken)).body.error,
        // The generic provider's client sends a resource by itself.
        state: (await client.authorize({ resource: undefined })).state,
        issuer: (await document()).issuer,
        resource: (await outcome(client, { resource: "https://api.example.com" })).split(":")[0],
      };
      sandbox.setFaults({ tokenEndpointError: "500-json" });
      const failing = (await client.refresh(first.refreshToken)).status;
      sandbox.setFaults({ discoveryDown: true });
      const down = (await fetch(discoveryUrl)).status;
      sandbox.setFaults({});
      const well = (await client.refresh(first.refreshToken)).status;
      assert.deepEqual(
        { profile, ...seen, failing, down, well },
        {
          profile,
          renewal: "invalid_grant",
          state: "another-state",
          issuer: "https://login.example.com",
          resource: "invalid_target",
          failing: 500,
          down: 503,
          well: 200,
        },
      );
    });
  }
});
