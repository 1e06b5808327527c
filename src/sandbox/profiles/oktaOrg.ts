import { equals, onlyScopes } from "./identifiers.ts";
import { okta, oktaUserId } from "./okta.ts";
import type { SandboxProfile } from "./sandboxProfile.ts";

const { writeScope: _, ...shared } = okta;
const { app } = okta.clients;
const { identity } = okta.scopes;

/**
 * Okta with its org authorization server, which AWS's guide warns against: it has no custom audience and no custom
 * scopes, and only Okta is meant to read or check its access tokens.
 *
 * Okta's "Authorization servers" ("can't be customized", "don't validate the access token"); the refusal of custom
 * scopes: okta-react-native #315.
 */
export const oktaOrg: SandboxProfile = {
  ...shared,
  issuerPath: "",
  routes: {
    authorization: "/oauth2/v1/authorize",
    token: "/oauth2/v1/token",
    revocation: "/oauth2/v1/revoke",
    jwks: "/oauth2/v1/keys",
    end_session: "/oauth2/v1/logout",
    device_authorization: "/oauth2/v1/device/authorize",
    code_verification: "/activate",
    registration: "/oauth2/v1/clients",
  },
  metadata: {
    ...okta.metadata,
    paths: ["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"],
  },
  scopes: {
    identity,
    api: [],
    listed: true,
    refuse: onlyScopes(identity, () => ({
      error: "invalid_scope",
      description: "Custom scopes are not allowed for this request.",
    })),
  },
  accessToken: ({ person, clientId, scopes, issuer }) => ({
    ver: 1,
    aud: issuer,
    cid: clientId,
    ...(person && { uid: oktaUserId(person.sub) }),
    scp: scopes,
    sub: person?.email ?? clientId,
  }),
  unpublishedKey: true,
  // The rules of somebody who mistakes the org server for a custom one. No rules would admit its tokens.
  policy: ({ issuer }, callers) => ({
    allowedAudience: [issuer],
    ...(callers === "people" && { customClaims: [equals("cid", app)] }),
  }),
};
