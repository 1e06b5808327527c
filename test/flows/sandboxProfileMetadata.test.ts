import assert from "node:assert/strict";
import { test } from "node:test";
import type { SandboxProfileId } from "../../src/sandbox/profiles/sandboxProfiles.ts";
import { withProfile } from "../support/profileClient.ts";

const tenant = "2554fa16-3b40-414f-a863-4051c1c695e6";

interface Case {
  /** After the address; `localhost` where an endpoint is at another host name than the issuer. */
  readonly issuer: string;
  readonly endpoints: Readonly<Record<string, string | undefined>>;
  /** Where the documents are, of the places a client may look: RFC 8414, OpenID Connect inserted and appended. */
  readonly documents: readonly ("oauthInserted" | "openidInserted" | "openidAppended" | "oauthAppended")[];
  readonly pkce: readonly string[] | undefined;
  readonly namesIssuer: boolean;
  readonly grants: boolean;
}

const everywhere = ["oauthInserted", "openidInserted", "openidAppended", "oauthAppended"] as const;

const cases: Readonly<Record<SandboxProfileId, Case>> = {
  generic: {
    issuer: "",
    endpoints: {
      authorization: "/authorize",
      token: "/token",
      revocation: "/revoke",
      end_session: "/logout",
      registration: "/register",
      device_authorization: "/device/code",
      jwks: "/jwks",
    },
    documents: everywhere,
    pkce: ["S256"],
    namesIssuer: true,
    grants: true,
  },
  okta: {
    issuer: "/oauth2/default",
    endpoints: {
      authorization: "/oauth2/default/v1/authorize",
      token: "/oauth2/default/v1/token",
      revocation: "/oauth2/default/v1/revoke",
      end_session: "/oauth2/default/v1/logout",
      registration: "/oauth2/v1/clients",
      device_authorization: "/oauth2/default/v1/device/authorize",
      jwks: "/oauth2/default/v1/keys",
    },
    documents: ["openidAppended", "oauthAppended"],
    pkce: ["S256"],
    namesIssuer: false,
    grants: true,
  },
  oktaOrg: {
    issuer: "",
    endpoints: {
      authorization: "/oauth2/v1/authorize",
      token: "/oauth2/v1/token",
      revocation: "/oauth2/v1/revoke",
      end_session: "/oauth2/v1/logout",
      registration: "/oauth2/v1/clients",
      device_authorization: "/oauth2/v1/device/authorize",
      jwks: "/oauth2/v1/keys",
    },
    documents: everywhere,
    pkce: ["S256"],
    namesIssuer: false,
    grants: true,
  },
  entra: entra(),
  entraV1: entra(),
  cognito: {
    issuer: "/us-east-1_Sandbox",
    endpoints: {
      authorization: "localhost/oauth2/authorize",
      token: "localhost/oauth2/token",
      revocation: undefined,
      end_session: undefined,
      registration: undefined,
      device_authorization: undefined,
      jwks: "/us-east-1_Sandbox/.well-known/jwks.json",
    },
    documents: ["openidAppended"],
    pkce: undefined,
    namesIssuer: false,
    grants: false,
  },
  auth0: {
    issuer: "/",
    endpoints: {
      authorization: "/authorize",
      token: "/oauth/token",
      revocation: "/oauth/revoke",
      end_session: undefined,
      registration: "/oidc/register",
      device_authorization: "/oauth/device/code",
      jwks: "/.well-known/jwks.json",
    },
    documents: everywhere,
    pkce: ["S256", "plain"],
    namesIssuer: false,
    grants: true,
  },
  keycloak: {
    issuer: "/realms/demo",
    endpoints: {
      authorization: "/realms/demo/protocol/openid-connect/auth",
      token: "/realms/demo/protocol/openid-connect/token",
      revocation: "/realms/demo/protocol/openid-connect/revoke",
      end_session: "/realms/demo/protocol/openid-connect/logout",
      registration: "/realms/demo/clients-registrations/openid-connect",
      device_authorization: "/realms/demo/protocol/openid-connect/auth/device",
      jwks: "/realms/demo/protocol/openid-connect/certs",
    },
    documents: ["oauthInserted", "openidAppended", "oauthAppended"],
    pkce: ["plain", "S256"],
    namesIssuer: true,
    grants: true,
  },
  pingFederate: {
    issuer: "",
    endpoints: {
      authorization: "/as/authorization.oauth2",
      token: "/as/token.oauth2",
      revocation: "/as/revoke_token.oauth2",
      end_session: "/idp/startSLO.ping",
      registration: undefined,
      device_authorization: "/as/device_authz.oauth2",
      jwks: "/pf/JWKS",
    },
    documents: everywhere,
    pkce: ["plain", "S256"],
    namesIssuer: false,
    grants: true,
  },
  google: {
    issuer: "",
    endpoints: {
      authorization: "/o/oauth2/v2/auth",
      token: "/token",
      revocation: "/revoke",
      end_session: undefined,
      registration: undefined,
      device_authorization: "/device/code",
      jwks: "/oauth2/v3/certs",
    },
    documents: ["openidInserted", "openidAppended"],
    pkce: ["plain", "S256"],
    namesIssuer: true,
    grants: true,
  },
};

function entra(): Case {
  return {
    issuer: `/${tenant}/v2.0`,
    endpoints: {
      authorization: `/${tenant}/oauth2/v2.0/authorize`,
      token: `/${tenant}/oauth2/v2.0/token`,
      revocation: undefined,
      end_session: `/${tenant}/oauth2/v2.0/logout`,
      registration: undefined,
      device_authorization: `/${tenant}/oauth2/v2.0/devicecode`,
      jwks: `/${tenant}/discovery/v2.0/keys`,
    },
    documents: ["openidAppended"],
    pkce: undefined,
    namesIssuer: false,
    grants: false,
  };
}

for (const [profile, expected] of Object.entries(cases) as [SandboxProfileId, Case][]) {
  test(`${profile} publishes what the real one publishes, where it does, and leaves out what it leaves out`, () =>
    withProfile({ profile }, async ({ metadata }, { issuer }) => {
      const { origin, port, pathname } = new URL(issuer);
      const path = pathname.replace(/\/$/, "");
      const shortened = (url: unknown) =>
        typeof url === "string" ? url.replace(origin, "").replace(`http://localhost:${port}`, "localhost") : url;
      const places = {
        oauthInserted: `/.well-known/oauth-authorization-server${path}`,
        openidInserted: `/.well-known/openid-configuration${path}`,
        openidAppended: `${path}/.well-known/openid-configuration`,
        oauthAppended: `${path}/.well-known/oauth-authorization-server`,
      };
      const documents: string[] = [];
      for (const [name, place] of Object.entries(places)) {
        if ((await fetch(`${origin}${place}`)).status === 200) documents.push(name);
      }
      const endpointNames = Object.keys(expected.endpoints);
      assert.deepEqual(
        {
          issuer: shortened(metadata.issuer),
          endpoints: Object.fromEntries(
            endpointNames.map((name) => [name, shortened(metadata[name === "jwks" ? "jwks_uri" : `${name}_endpoint`])]),
          ),
          documents,
          pkce: metadata.code_challenge_methods_supported,
          namesIssuer: metadata.authorization_response_iss_parameter_supported ?? false,
          grants: metadata.grant_types_supported !== undefined,
        },
        { ...expected, documents: [...expected.documents] },
      );
    }));
}
