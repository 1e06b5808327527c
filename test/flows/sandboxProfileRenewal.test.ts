import assert from "node:assert/strict";
import { test } from "node:test";
import type { SandboxProfileId } from "../../src/sandbox/profiles/sandboxProfiles.ts";
import { holdClock } from "../support/holdClock.ts";
import { refusal, withProfile } from "../support/profileClient.ts";
import { tokens } from "../support/sandboxClient.ts";

interface Renewal {
  /** Whether a sign-in without `offline_access`, or what the provider has in its place, gives a refresh token. */
  readonly unasked: boolean;
  /** Whether a renewal gives another refresh token. */
  readonly another: boolean;
  /** Whether the first one works again, right after. */
  readonly again: boolean;
}

const renewals: Readonly<Record<SandboxProfileId, Renewal>> = {
  generic: { unasked: false, another: true, again: false },
  okta: { unasked: false, another: true, again: true },
  oktaOrg: { unasked: false, another: true, again: true },
  entra: { unasked: false, another: true, again: true },
  entraV1: { unasked: false, another: true, again: true },
  cognito: { unasked: true, another: false, again: true },
  auth0: { unasked: false, another: false, again: true },
  keycloak: { unasked: true, another: true, again: true },
  pingFederate: { unasked: true, another: false, again: true },
  google: { unasked: false, another: false, again: true },
};

for (const [profile, expected] of Object.entries(renewals) as [SandboxProfileId, Renewal][]) {
  test(`${profile} gives refresh tokens and renews them in its own way`, () =>
    withProfile({ profile }, async (client) => {
      const scope = client.ordinary.scope?.replace("offline_access ", "").replace(" offline_access", "");
      const { code } = await client.authorize({ scope, access_type: undefined });
      const plain = (await client.exchange(code)).body;
      const first = await client.signIn();
      const renewed = await client.refresh(first.refreshToken);
      const second = renewed.body.refresh_token;
      const again = await client.refresh(first.refreshToken);
      assert.deepEqual(
        {
          unasked: plain.refresh_token !== undefined,
          renewed: [renewed.status, typeof renewed.body.access_token],
          another: second !== undefined && second !== first.refreshToken,
          again: again.status === 200,
        },
        { ...expected, renewed: [200, "string"] },
      );
    }));
}

test("a spent refresh token of Okta works for its grace, and after it takes the whole sign-in with it", async (t) => {
  const moveOn = holdClock(t);
  await withProfile({ profile: "okta", rotationGraceSeconds: 30 }, async (client, sandbox) => {
    const first = await client.signIn();
    const other = await client.signIn();
    const second = tokens(await client.refresh(first.refreshToken));
    const inTime = await client.refresh(first.refreshToken);
    moveOn(31);
    const late = await client.refresh(first.refreshToken);
    assert.deepEqual(
      {
        inTime: inTime.status,
        late: refusal(late),
        newest: refusal(await client.refresh(tokens(inTime).refreshToken)),
        active: [await sandbox.isActive(second.refreshToken), await sandbox.isActive(second.accessToken)],
        other: (await client.refresh(other.refreshToken)).status,
        // AgentCore does not ask: what was issued passes until it expires.
        gateway: (await client.gateway.knock(second.accessToken)).status,
      },
      {
        inTime: 200,
        late: [400, "invalid_grant"],
        newest: [400, "invalid_grant"],
        active: [false, false],
        other: 200,
        gateway: 200,
      },
    );
  });
});

test("without a grace the first reuse at Okta ends the sign-in", () =>
  withProfile({ profile: "okta", rotationGraceSeconds: 0 }, async (client) => {
    const first = await client.signIn();
    await client.refresh(first.refreshToken);
    assert.deepEqual(refusal(await client.refresh(first.refreshToken)), [400, "invalid_grant"]);
  }));

interface Revocation {
  /** Where it is done, if the metadata does not say. */
  readonly path?: string;
  /** The answer to an access token, and whether the provider then still holds it to be good. */
  readonly accessToken: readonly [status: number, error: string | undefined, active: boolean];
  /** Whether a renewal works after that. */
  readonly refreshTokenStays: boolean;
  /** Whether the provider holds the access token to be good when its refresh token was revoked. */
  readonly outlives: boolean;
}

const revocations: Readonly<Partial<Record<SandboxProfileId, Revocation>>> = {
  generic: { accessToken: [200, undefined, false], refreshTokenStays: true, outlives: false },
  okta: { accessToken: [200, undefined, false], refreshTokenStays: true, outlives: false },
  oktaOrg: { accessToken: [200, undefined, false], refreshTokenStays: true, outlives: false },
  cognito: {
    path: "/oauth2/revoke",
    accessToken: [400, "unsupported_token_type", true],
    refreshTokenStays: true,
    outlives: false,
  },
  auth0: { accessToken: [200, undefined, true], refreshTokenStays: true, outlives: true },
  keycloak: { accessToken: [200, undefined, false], refreshTokenStays: true, outlives: false },
  pingFederate: { accessToken: [400, "unsupported_token_type", true], refreshTokenStays: true, outlives: false },
  google: { accessToken: [200, undefined, false], refreshTokenStays: false, outlives: false },
};

for (const [profile, expected] of Object.entries(revocations) as [SandboxProfileId, Revocation][]) {
  test(`${profile} revokes what the real one revokes, and the gateway lets pass what it has no way to know of`, () =>
    withProfile({ profile }, async (client, sandbox) => {
      const { path } = expected;
      const endpoint = path && new URL(path, String(client.metadata.token_endpoint)).href;
      const mine = await client.signIn();
      const direct = await client.revoke(mine.accessToken, endpoint);
      const activeAfterwards = await sandbox.isActive(mine.accessToken);
      const stays = (await client.refresh(mine.refreshToken)).status === 200;
      const other = await client.signIn();
      const indirect = await client.revoke(other.refreshToken, endpoint);
      const sent = profile === "google" ? other.idToken : other.accessToken;
      assert.deepEqual(
        {
          accessToken: [direct.status, direct.body.error, activeAfterwards],
          refreshTokenStays: stays,
          refreshToken: [indirect.status, (await client.refresh(other.refreshToken)).body.error],
          outlives: await sandbox.isActive(other.accessToken),
          gateway: (await client.gateway.knock(sent)).status,
        },
        {
          accessToken: expected.accessToken,
          refreshTokenStays: expected.refreshTokenStays,
          refreshToken: [200, "invalid_grant"],
          outlives: expected.outlives,
          gateway: profile === "oktaOrg" ? 401 : 200,
        },
      );
    }));
}

test("a revoked access token of Keycloak stops passing a gateway that asks, and passes any other until it expires", async (t) => {
  const moveOn = holdClock(t);
  const passed: Record<string, number> = {};
  for (const checkRevocation of [false, true]) {
    await withProfile({ profile: "keycloak", checkRevocation, accessTokenSeconds: 60 }, async (client) => {
      const { accessToken } = await client.signIn();
      await client.revoke(accessToken);
      passed[`asks: ${checkRevocation}`] = (await client.gateway.knock(accessToken)).status;
      if (checkRevocation) return;
      moveOn(61);
      passed.expired = (await client.gateway.knock(accessToken)).status;
    });
  }
  assert.deepEqual(passed, { "asks: false": 200, "asks: true": 401, expired: 401 });
});

for (const profile of ["entra", "entraV1"] as const) {
  test(`${profile} has nowhere to revoke anything`, () =>
    withProfile({ profile }, async (client, sandbox) => {
      const { refreshToken } = await client.signIn();
      const guesses = ["/oauth2/v2.0/revoke", "/revoke", "/token/revocation"].map((path) =>
        client.revoke(refreshToken, String(client.metadata.token_endpoint).replace("/oauth2/v2.0/token", path)),
      );
      assert.deepEqual(
        {
          guesses: (await Promise.all(guesses)).map(({ status }) => status),
          active: await sandbox.isActive(refreshToken),
        },
        { guesses: [404, 404, 404], active: true },
      );
    }));
}
