import { randomBytes } from "node:crypto";
import { entraScopes } from "./entraScopes.ts";
import { contains, equals, guid } from "./identifiers.ts";
import type { SandboxProfile, TokenFacts } from "./sandboxProfile.ts";

export const entraTenant = guid("entra tenant");
/** The application that represents the API. */
export const entraApi = guid("entra api");
const app = guid("entra app");
const graph = "00000003-0000-0000-c000-000000000000";
const short = ["access_as_user", "Notes.Write"] as const;
const role = "Gateway.Call";
const scopes = entraScopes(entraApi, short);
const endpoints = `/${entraTenant}/oauth2/v2.0`;

/** The claims about the caller, in both versions of tokens. */
export function entraCaller({ person, clientId, scopes: granted }: TokenFacts) {
  const about = {
    oid: guid(`entra ${person?.sub ?? `service principal ${clientId}`}`),
    tid: entraTenant,
    uti: randomBytes(16).toString("base64url"),
  };
  if (!person) return { ...about, sub: about.oid, idtyp: "app", roles: [role] };
  const { name, sub } = person;
  return { ...about, sub: pairwise(sub, clientId), scp: scopes.short(granted).join(" "), name };
}

const pairwise = (sub: string, clientId: string): string => guid(`entra ${sub} at ${clientId}`).replaceAll("-", "");

/**
 * Microsoft Entra ID, version 2.
 *
 * Claims: "Access token claims reference"; redirect URIs: "Redirect URI restrictions" (the port of localhost is
 * ignored, the path is not); policy: AWS's sample for AgentCore Gateway with Entra ID; the missing PKCE methods and
 * endpoints: typescript-sdk #832; `resource`: vscode #254009, powerbi-modeling-mcp #68.
 */
export const entra: SandboxProfile = {
  issuerPath: `/${entraTenant}/v2.0`,
  routes: {
    authorization: `${endpoints}/authorize`,
    token: `${endpoints}/token`,
    jwks: `/${entraTenant}/discovery/v2.0/keys`,
    end_session: `${endpoints}/logout`,
    device_authorization: `${endpoints}/devicecode`,
    code_verification: "/devicelogin",
  },
  metadata: {
    paths: [`/${entraTenant}/v2.0/.well-known/openid-configuration`],
    without: [
      "code_challenge_methods_supported",
      "grant_types_supported",
      "authorization_response_iss_parameter_supported",
    ],
    with: () => ({
      subject_types_supported: ["pairwise"],
      token_endpoint_auth_methods_supported: ["client_secret_post", "private_key_jwt", "client_secret_basic"],
    }),
  },
  clients: { app, machine: guid("entra machine"), keyMachine: guid("entra key machine") },
  redirect: "anyPort",
  redirectRefusal:
    "AADSTS50011: The redirect URI specified in the request does not match the redirect URIs configured for the application.",
  namesIssuer: false,
  scopes: {
    identity: ["openid", "profile", "email", "offline_access"],
    api: scopes.full,
    listed: false,
    refuse: scopes.refuse,
  },
  resource: "refused",
  refreshTokens: { given: "offlineAccess", renewal: "renewed" },
  // There is no revocation endpoint.
  revocation: { accessTokens: "unsupported", cascades: false },
  accessToken: (token) => {
    const { person } = token;
    return {
      ...entraCaller(token),
      ver: "2.0",
      // Without a scope of the API the token is for Microsoft Graph.
      aud: person && !scopes.areOfApi(token.scopes) ? graph : entraApi,
      azp: token.clientId,
      azpacr: person ? "0" : "1",
      ...(person && { preferred_username: person.email }),
    };
  },
  subject: ({ sub }, clientId) => pairwise(sub, clientId),
  idToken: {
    claims: {
      openid: ["sub", "tid", "ver"],
      profile: ["name", "preferred_username", "oid"],
      email: ["email"],
    },
    of: ({ sub, name, email }) => ({
      tid: entraTenant,
      ver: "2.0",
      oid: guid(`entra ${sub}`),
      name,
      preferred_username: email,
      email,
    }),
  },
  tokenErrors: {
    invalid_grant: { error: "invalid_grant", description: "AADSTS70000: Provided grant is invalid or malformed." },
    invalid_client: { error: "invalid_client", description: "AADSTS7000215: Invalid client secret provided." },
  },
  writeScope: short[1],
  policy: (_addresses, callers) => ({
    allowedAudience: [entraApi],
    // App-only tokens have roles and no scopes, so `allowedScopes` would refuse them all.
    ...(callers === "people"
      ? {
          allowedScopes: [short[0]],
          advertisedScopeMapping: Object.fromEntries(short.map((scope) => [scope, `api://${entraApi}/${scope}`])),
          customClaims: [equals("azp", app)],
        }
      : { customClaims: [contains("roles", role)] }),
  }),
};
