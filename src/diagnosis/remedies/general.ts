import { strings } from "../../agentcore/authorizer/claimRules.ts";
import { operatorsWith, valueTypes } from "../../agentcore/authorizer/customClaims.ts";
import type { Rule } from "../../agentcore/authorizer/finding.ts";
import { clientClaims, otherClientClaim } from "./clientClaims.ts";
import type { SignInTopic, Words } from "./remedy.ts";

const kinds = { STRING: "a text", STRING_ARRAY: "a list" } as const;

/** Each type with its operators, and what they take. */
const operatorWords = valueTypes
  .map((type) => `${type} with ${operatorsWith("valueType", type).join(" or ")} takes ${kinds[type]}`)
  .join(", ");

export const general: Readonly<Record<Rule | SignInTopic, Words>> = {
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
        : `Change the value or type of ${claim} at the identity provider, or in the rule: ${operatorWords}.`,
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
