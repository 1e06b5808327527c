import { type Claims, strings } from "../agentcore/authorizer/claimRules.ts";
import type { Finding, Rule } from "../agentcore/authorizer/finding.ts";
import type { IdentityProvider, IdentityProviderId } from "../oauth/identityProviders/identityProvider.ts";
import { type RuleContext, ruleText, suggestedRule } from "./suggestedRule.ts";

/** What may have to be mended before there is a token, or about which token is sent. */
export type SignInTopic =
  | "discovery"
  | "resource"
  | "registration"
  | "redirectHost"
  | "requestScope"
  | "offlineAccess"
  | "refreshToken"
  | "tokenKind"
  | "answer";

/** How something is mended. */
export interface Fix {
  /** A sentence or two in the words of the provider's console. */
  readonly text: string;
  /** Members of `customJWTAuthorizer` that would take this token as it is. */
  readonly paste?: string;
}

export interface FixContext extends Omit<RuleContext, "clientClaim"> {
  /** What the token says. */
  readonly claims?: Claims | undefined;
}

type Words = string | ((finding: Partial<Finding>, context: FixContext) => string);
type Table = Readonly<Partial<Record<Rule | SignInTopic, Words>>>;

/**
 * What to change about a finding, in the provider's own words; the general ones where it has none.
 *
 * The facts are those of the provider tables beside this file, with their sources.
 */
export function fixFor(
  provider: IdentityProvider,
  finding: Finding | { readonly topic: SignInTopic },
  context: FixContext = {},
): Fix {
  const topic = "topic" in finding ? finding.topic : finding.rule;
  const facts: Partial<Finding> = "topic" in finding ? {} : finding;
  const { name, table } = particular[provider.id];
  // What a claim's value has to be is the same everywhere; how a claim that is not there gets into tokens is not.
  const hasOtherValue = facts.rule === "customClaim" && facts.found !== undefined && provider.id !== "oktaOrg";
  const words = hasOtherValue ? undefined : table[topic];
  const text = words === undefined ? said(general[topic], facts, context) : `${name}: ${said(words, facts, context)}`;
  if ("topic" in finding || !context.claims) return { text };
  const change = suggestedRule(finding, context.claims, { ...context, clientClaim: provider.clientClaim });
  return { text, ...(change && { paste: ruleText(change) }) };
}

const said = (words: Words, finding: Partial<Finding>, context: FixContext): string =>
  typeof words === "string" ? words : words(finding, context);

const general: Readonly<Record<Rule | SignInTopic, Words>> = {
  token:
    "The gateway can only check a JWT. Have the identity provider issue access tokens as JWTs for the gateway's audience, or send the ID token, where the gateway takes that.",
  algorithm: "Have the identity provider sign tokens with a private key, with RS256 for instance.",
  signature:
    "The gateway knows other keys than the one that signed this token. Put the discovery document of the issuer that really issues the tokens into discoveryUrl.",
  issuer:
    "Put the discovery document of the issuer in iss into discoveryUrl, letter by letter, or connect the gateway with the issuer it expects.",
  expiry: ({ found }) =>
    typeof found === "number"
      ? "The token has ended. With a refresh token the next call brings another; otherwise sign in again."
      : "Have the identity provider put an end (exp) into its tokens: none is taken without one.",
  notBefore: "The token is not good yet: set the clock of this computer, or that of the identity provider, right.",
  audience: ({ found }) =>
    found === undefined
      ? "The token names no audience. Have the identity provider put one into access tokens, or leave allowedAudience out and use allowedClients."
      : "Put the audience that tokens have into allowedAudience, or have the identity provider issue tokens for the one that is there.",
  client: ({ found }, { claims }) =>
    found === undefined
      ? `The gateway looks at client_id alone, and this token has none${otherClientClaim(claims)}. Have the identity provider add a claim client_id, or use customClaims instead of allowedClients.`
      : "Put this client into allowedClients, or connect the gateway with a client that is there.",
  scope: ({ found }) =>
    strings(found).length === 0
      ? "The token has no scope. Let the client ask for one that the gateway takes, allow it at the identity provider, and sign in again."
      : "Let the client ask for one of the scopes that the gateway takes, allow it at the identity provider, and sign in again.",
  customClaim: ({ claim = "the claim", found }) =>
    found === undefined
      ? `Have the identity provider add the claim ${claim} to this kind of token, or change the rule.`
      : typeof found === "string" && clientClaims.includes(claim)
        ? "The token was issued to another client than the rule names. Put this one into the rule, or connect the gateway with the client that is there."
        : `Change the value or type of ${claim} at the identity provider, or in the rule: STRING with EQUALS takes a text, STRING_ARRAY with CONTAINS or CONTAINS_ANY a list.`,
  revoked: "The token was revoked. Sign in again.",
  subject:
    "The token speaks for nobody (no sub), and this gateway wants somebody. Sign in as a person, or leave requireSubject out.",
  idToken: "This gateway refuses ID tokens. Send the access token.",
  deniedToken: "This token was denied by its jti. Sign in again, or ask whoever runs the gateway why.",
  introspection: "The issuer no longer calls the token active. Sign in again.",
  discovery:
    "The issuer has to be the one that the provider's own discovery document names, and the document has to be reachable from here.",
  resource:
    'The identity provider has to know the gateway by this resource. Set "resource": false for this gateway in gatewayConnect.gateways to send none.',
  registration:
    "Register a native (public) client with this redirect URI at the identity provider, letter by letter, and enter its client ID.",
  redirectHost: "Set gatewayConnect.redirectHost to a host that the identity provider takes.",
  requestScope: "Ask for scopes as the identity provider spells them, and allow the client to ask for them.",
  offlineAccess:
    'The identity provider does not know offline_access. Leave it out of "scopes" in gatewayConnect.gateways.',
  refreshToken:
    "Let the client use refresh tokens (grant type refresh_token, scope offline_access), and sign in again; until then people sign in whenever a token ends.",
  tokenKind: "Send the token that the gateway can check.",
  answer:
    "Something else than the token rules decides too: an interceptor, a policy engine, a firewall (WAF), or a configuration that was changed and not yet deployed. Ask whoever runs the gateway.",
};

const clientClaims: readonly string[] = ["client_id", "cid", "azp", "appid"];

const otherClientClaim = (claims: Claims | undefined): string => {
  const name = ["cid", "azp", "appid"].find((one) => typeof claims?.[one] === "string");
  return name === undefined ? "" : `; it names its client in ${name}`;
};

const customServer =
  "tokens of the org authorization server are for Okta alone, and nobody else can check them. Use a custom one (Security › API › Authorization Servers): put https://<org>/oauth2/<id>/.well-known/openid-configuration into discoveryUrl and connect the gateway again.";

const okta: Table = {
  audience:
    "tokens have the audience of their authorization server (Security › API › Authorization Servers › Settings › Audience), whatever resource was asked for. Put that one into allowedAudience, or change it there.",
  client: ({ found }) =>
    found === undefined
      ? "add a `client_id` claim to the authorization server (Claims › Add Claim: Access Token, Always, value app.clientId), or use `customClaims` with `cid` instead of allowedClients."
      : "put the app's Client ID (Applications › your app › General) into allowedClients.",
  scope:
    "add the scope to the authorization server (Scopes), let a rule of its access policy (Access Policies) allow it together with every other scope that is asked for, openid and offline_access too, and sign in again.",
  customClaim: ({ claim }) =>
    claim === "client_id"
      ? "access tokens have `cid`. Add a `client_id` claim to the authorization server (Claims › Add Claim, value app.clientId), or let the rule look at `cid`."
      : `add the claim ${claim} to the authorization server (Security › API › Authorization Servers › Claims, token type Access Token), or change the rule.`,
  issuer:
    "the discovery document has to be that of the authorization server that issued the token: https://<org>/oauth2/<id>/.well-known/openid-configuration (Security › API › Authorization Servers › Metadata URI).",
  signature:
    "the token is signed by another authorization server than the one in discoveryUrl. Compare its Issuer URI (Security › API › Authorization Servers) with iss.",
  expiry:
    "the token has ended. With a refresh token the next call brings another; otherwise sign in again. Its lifetime is in the rule of the access policy (Access Policies › rule).",
  registration:
    "create an app of the type Native Application (Applications › Create App Integration), with this URI under Sign-in redirect URIs, grant types Authorization Code and Refresh Token, client authentication None, and people assigned (Assignments).",
  requestScope:
    "add the scope to the authorization server (Scopes) and to the rule of its access policy; scopes are short there.",
  refreshToken:
    "ask for offline_access, allow it in the rule of the access policy, and tick Refresh Token among the app's grant types (General); then sign in again.",
};

const oktaOrg: Table = {
  ...okta,
  audience: customServer,
  client: customServer,
  scope: customServer,
  customClaim: customServer,
  issuer: customServer,
  signature: customServer,
  answer: customServer,
};

const versionTwo =
  "set `requestedAccessTokenVersion` to 2 in the manifest of the API's app registration (App registrations › the API › Manifest), and use the discovery document with /v2.0/ in it. Then sign in again.";

const versionOneClient = `tokens of version 1 name the client in \`appid\`. ${capital(versionTwo)} Or use \`customClaims\` with \`appid\`.`;

const isVersionOne = (claims: Claims | undefined): boolean => claims?.ver === "1.0";

const entra: Table = {
  audience: ({ expected }, { claims }) => {
    if (isVersionOne(claims)) return versionTwo;
    return strings(expected).some((one) => one.includes(":"))
      ? "tokens of version 2 have the API's Application (client) ID, a GUID, as audience, never api://…. Put the GUID into allowedAudience."
      : "the audience is the API's Application (client) ID. Put that GUID into allowedAudience, and ask for a scope of that API (api://<app>/…).";
  },
  client: (_, { claims }) =>
    isVersionOne(claims)
      ? versionOneClient
      : "tokens name the client in `azp`, never in client_id. Use `customClaims` with `azp` EQUALS the client's Application (client) ID instead of allowedClients.",
  scope: ({ found, expected }) =>
    strings(found).length === 0
      ? "only tokens of people have `scp`; a client's own token has `roles`. Sign in as a person, or use `customClaims` with `roles` STRING_ARRAY CONTAINS instead of allowedScopes."
      : strings(expected).some((one) => one.includes("/"))
        ? "`scp` has short names. Put the short name into allowedScopes, and the full one (api://<app>/<scope>) into advertisedScopeMapping."
        : "add the scope (App registrations › the API › Expose an API), let the client have it (API permissions), and ask for it by its full name api://<app>/<scope>.",
  customClaim: ({ claim }, { claims }) =>
    isVersionOne(claims) && claim === "azp"
      ? versionTwo
      : claim === "client_id" || claim === "cid"
        ? "tokens name the client in `azp`. Let the rule look at `azp`."
        : claim === "appid"
          ? "only tokens of version 1 have `appid`. Let the rule look at `azp`."
          : `add ${claim} under Token configuration › Add optional claim (roles: App roles, and assign them under Enterprise applications), or change the rule.`,
  issuer: ({ found }) =>
    typeof found === "string" && /\/v2\.0\/?$/.test(found)
      ? "the token is of version 2: discoveryUrl has to be https://login.microsoftonline.com/<tenant>/v2.0/.well-known/openid-configuration, with your tenant's ID."
      : versionTwo,
  signature:
    "a token for Microsoft Graph, or of another version, cannot be checked with these keys. Ask for a scope of your API (api://<app>/…), and use the discovery document with /v2.0/ in it.",
  resource:
    'resource beside scopes is refused (AADSTS9010010). Set "resource": false for this gateway, or register the gateway\'s exact URL as an Application ID URI of the API (Expose an API).',
  registration:
    "add this URI under App registrations › your app › Authentication › Mobile and desktop applications (the port is not compared), and set Allow public client flows to Yes.",
  redirectHost:
    "only localhost can be added under Authentication; 127.0.0.1 goes through the manifest (replyUrlsWithType). Set gatewayConnect.redirectHost to localhost.",
  requestScope:
    'a scope has to be asked for by its full name api://<app>/<scope>. Put that name into advertisedScopeMapping of the gateway, or into "scopes" in gatewayConnect.gateways.',
  refreshToken: "ask for offline_access, and sign in again.",
};

const entraV1: Table = {
  ...entra,
  audience: versionTwo,
  client: versionOneClient,
  issuer: versionTwo,
  signature: versionTwo,
  answer: versionTwo,
};

const cognito: Table = {
  audience:
    "access tokens have no aud unless the sign-in binds a resource (managed login, Essentials or Plus). Use allowedClients with the app client's ID instead of allowedAudience.",
  client: ({ found }, { claims }) =>
    found === undefined && claims?.token_use === "id"
      ? "this is an ID token, which names its client in aud. Send the access token, or use allowedAudience with the app client's ID."
      : "put the app client's ID (App clients › your client) into allowedClients, or connect the gateway with a client that is there.",
  scope: (_, { claims }) =>
    claims?.token_use === "id"
      ? "ID tokens have no scope. Send the access token."
      : "custom scopes are called <resource server identifier>/<scope> (Branding › Domain › Resource servers). Write them so in allowedScopes, tick them for the app client (Login pages › Custom scopes), and sign in again.",
  customClaim: ({ claim }) =>
    claim === "cid" || claim === "azp" || claim === "appid"
      ? "access tokens name the client in client_id. Use allowedClients."
      : `access tokens get the claim ${claim} from a pre token generation trigger of version 2 (Extensions › Add Lambda trigger), or change the rule.`,
  issuer:
    "the issuer is the user pool, not its sign-in domain: https://cognito-idp.<region>.amazonaws.com/<user pool ID>/.well-known/openid-configuration.",
  signature: "the token is of another user pool. Compare the user pool ID in iss with the one in discoveryUrl.",
  expiry:
    "the token has ended. With a refresh token the next call brings another; otherwise sign in again. Lifetimes are in the app client (App clients › your client › Edit).",
  resource:
    'resource needs managed login and the Essentials or Plus tier. Set "resource": false for this gateway in gatewayConnect.gateways where the user pool has neither.',
  registration:
    "create an app client without a secret (App clients › Create), with this URI under Login pages › Allowed callback URLs and the grant Authorization code.",
  redirectHost: "over http only localhost is taken as a callback URL. Set gatewayConnect.redirectHost to localhost.",
  requestScope:
    "only scopes ticked for the app client (Login pages › OpenID Connect scopes, Custom scopes) can be asked for, custom ones as <resource server identifier>/<scope>.",
  offlineAccess:
    'there is no offline_access (invalid_scope), and a refresh token always comes. Leave it out of "scopes" in gatewayConnect.gateways.',
};

const auth0: Table = {
  token:
    'without an audience access tokens are opaque. Set "audience" for this gateway in gatewayConnect.gateways to the API\'s Identifier (Applications › APIs), and sign in again.',
  audience:
    'the audience is the Identifier of an API (Applications › APIs). Put it into allowedAudience, and set it as "audience" for this gateway in gatewayConnect.gateways.',
  client:
    "access tokens name the client in `azp`. Use `customClaims` with `azp` instead of allowedClients, or choose the RFC 9068 token dialect of the API (Settings), which has client_id.",
  scope: "add the permission to the API (Applications › APIs › Permissions), and sign in again.",
  customClaim: ({ claim }) =>
    `add the claim ${claim} in an Action of the Login flow (api.accessToken.setCustomClaim), or change the rule.`,
  issuer:
    "the issuer ends in a slash: https://<tenant>/, and its discovery document is at https://<tenant>/.well-known/openid-configuration.",
  registration:
    "create an application of the type Native (Applications › Create Application), with this URI under Settings › Allowed Callback URLs.",
  refreshToken: "switch Allow Offline Access on for the API (Settings), ask for offline_access, and sign in again.",
};

const keycloak: Table = {
  audience:
    "access tokens have no audience of yours without a mapper. Add one (Client scopes › your scope › Mappers › Configure a new mapper › Audience), give the scope to the client, and sign in again.",
  client:
    "access tokens name the client in `azp`. Use `customClaims` with `azp` instead of allowedClients, or add a mapper (Hardcoded claim client_id) to the client.",
  scope:
    "give the client scope to the client (Clients › your client › Client scopes), with Include in token scope on, and sign in again.",
  customClaim: ({ claim }) =>
    `add a mapper for the claim ${claim} (Client scopes › your scope › Mappers) with Add to access token on, or change the rule.`,
  issuer:
    "the issuer is the realm under its public host name: https://<host>/realms/<realm>. Compare it with the server's hostname setting.",
  registration:
    "create a client with Client authentication off and Standard flow on (Clients › Create client), and this URI under Valid redirect URIs.",
};

const pingFederate: Table = {
  token:
    "let the client's access token manager issue JSON Web Tokens (Applications › OAuth › Access Token Management, type JSON Web Tokens), and sign in again.",
  audience:
    "set the Audience Claim Value of the access token manager (Applications › OAuth › Access Token Management), or put the one it has into allowedAudience.",
  client:
    "set the Client ID Claim Name of the access token manager to client_id (Applications › OAuth › Access Token Management), or use `customClaims` with the claim it has.",
  scope:
    "set the Scope Claim Name of the access token manager, give the scope to the client (Scope Settings), and sign in again.",
  customClaim: ({ claim }) =>
    `add ${claim} to the attribute contract of the access token manager and map it (Access Token Mappings), or change the rule.`,
  issuer: "set the Issuer Claim Value of the access token manager to the issuer of the discovery document.",
};

const google: Table = {
  token:
    'access tokens are opaque, and no gateway can check them. Send the ID token ("token": "id" for this gateway in gatewayConnect.gateways), with the client ID in allowedAudience.',
  audience:
    "the audience of an ID token is the client ID (APIs & Services › Credentials). Put it into allowedAudience.",
  client:
    "ID tokens name the client in `azp` and `aud`. Use allowedAudience with the client ID, or `customClaims` with `azp`, instead of allowedClients.",
  scope: "ID tokens have no scope. Leave allowedScopes out, and use allowedAudience with the client ID.",
  customClaim: ({ claim }) =>
    `Google has no way to add ${claim} to ID tokens. Change the rule: aud, azp and hd are there.`,
  issuer:
    "the issuer is https://accounts.google.com, and its discovery document https://accounts.google.com/.well-known/openid-configuration.",
  tokenKind: 'access tokens are opaque. Send the ID token ("token": "id" for this gateway in gatewayConnect.gateways).',
  registration:
    "create an OAuth client ID of the type Desktop app (APIs & Services › Credentials); its redirect URI needs no registration.",
  offlineAccess:
    'there is no offline_access; access_type=offline is sent in its place. Leave it out of "scopes" in gatewayConnect.gateways.',
  refreshToken: "a refresh token comes with the consent page only. Sign in again and allow access.",
};

const particular: Readonly<Record<IdentityProviderId, { readonly name: string; readonly table: Table }>> = {
  okta: { name: "Okta", table: okta },
  oktaOrg: { name: "Okta", table: oktaOrg },
  entra: { name: "Entra", table: entra },
  entraV1: { name: "Entra", table: entraV1 },
  cognito: { name: "Cognito", table: cognito },
  auth0: { name: "Auth0", table: auth0 },
  keycloak: { name: "Keycloak", table: keycloak },
  pingFederate: { name: "PingFederate", table: pingFederate },
  google: { name: "Google", table: google },
  generic: { name: "", table: {} },
};

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
