import { operatorsWith, valueTypes } from "../../agentcore/authorizer/claimOperators.ts";
import { strings } from "../../agentcore/authorizer/claimRules.ts";
import type { Rule } from "../../agentcore/authorizer/finding.ts";
import { type Translate, translatable } from "../../failures/translate.ts";
import { clientClaims, otherClientClaim } from "./clientClaims.ts";
import type { SignInTopic, Words } from "./remedy.ts";

/** Each type with its operators, and what they take. */
function operatorWords(say: Translate): string {
  const kinds = { STRING: say("a text"), STRING_ARRAY: say("a list") };
  const either = (all: readonly string[]) => all.reduce((one, other) => say("{0} or {1}", one, other));
  return valueTypes
    .map((type) => say("{0} with {1} takes {2}", type, either(operatorsWith("valueType", type)), kinds[type]))
    .reduce((one, other) => say("{0}, {1}", one, other));
}

export const general: Readonly<Record<Rule | SignInTopic, Words>> = {
  token: translatable(
    "The gateway can only check a JWT. Have the identity provider issue access tokens as JWTs for the gateway's audience, or send the ID token, where the gateway takes that.",
  ),
  algorithm: translatable("Have the identity provider sign tokens with a private key, with RS256 for instance."),
  signature: translatable(
    "The gateway knows other keys than the one that signed this token. Put the discovery document of the issuer that really issues the tokens into discoveryUrl.",
  ),
  issuer: translatable(
    "Put the discovery document of the issuer in iss into discoveryUrl, letter by letter, or connect the gateway with the issuer it expects.",
  ),
  expiry: ({ found }, _, say) =>
    typeof found === "number"
      ? say("The token has ended. With a refresh token the next call brings another; otherwise sign in again.")
      : say("Have the identity provider put an end (exp) into its tokens: none is taken without one."),
  notBefore: translatable(
    "The token is not good yet: set the clock of this computer, or that of the identity provider, right.",
  ),
  audience: ({ found }, _, say) =>
    found === undefined
      ? say(
          "The token names no audience. Have the identity provider put one into access tokens, or leave allowedAudience out and use allowedClients.",
        )
      : say(
          "Put the audience that tokens have into allowedAudience, or have the identity provider issue tokens for the one that is there.",
        ),
  client: ({ found }, { claims }, say) => {
    if (found !== undefined) {
      return say("Put this client into allowedClients, or connect the gateway with a client that is there.");
    }
    const other = otherClientClaim(claims);
    return other === undefined
      ? say(
          "The gateway looks at client_id alone, and this token has none. Have the identity provider add a claim client_id, or use customClaims instead of allowedClients.",
        )
      : say(
          "The gateway looks at client_id alone, and this token has none; it names its client in {0}. Have the identity provider add a claim client_id, or use customClaims instead of allowedClients.",
          other,
        );
  },
  scope: ({ found }, _, say) =>
    strings(found).length === 0
      ? say(
          "The token has no scope. Let the client ask for one that the gateway takes, allow it at the identity provider, and sign in again.",
        )
      : say(
          "Let the client ask for one of the scopes that the gateway takes, allow it at the identity provider, and sign in again.",
        ),
  customClaim: ({ claim = "", found }, _, say) =>
    found === undefined
      ? say("Have the identity provider add the claim {0} to this kind of token, or change the rule.", claim)
      : typeof found === "string" && clientClaims.includes(claim)
        ? say(
            "The token was issued to another client than the rule names. Put this one into the rule, or connect the gateway with the client that is there.",
          )
        : say(
            "Change the value or type of {0} at the identity provider, or in the rule: {1}.",
            claim,
            operatorWords(say),
          ),
  revoked: translatable("The token was revoked. Sign in again."),
  subject: translatable(
    "The token speaks for nobody (no sub), and this gateway wants somebody. Sign in as a person, or leave requireSubject out.",
  ),
  idToken: translatable("This gateway refuses ID tokens. Send the access token."),
  deniedToken: translatable("This token was denied by its jti. Sign in again, or ask whoever runs the gateway why."),
  proof: translatable(
    "This gateway takes tokens that are bound to a key, with a proof for each request (DPoP). Sign in again; if it stays, look whether the clock is right and nothing changes the address on the way.",
  ),
  introspection: translatable("The issuer no longer calls the token active. Sign in again."),
  discovery: translatable(
    "The issuer has to be the one that the provider's own discovery document names, and the document has to be reachable from here.",
  ),
  resource: translatable(
    'The identity provider has to know the gateway by this resource. Set "resource": false for this gateway in gatewayConnect.gateways to send none.',
  ),
  registration: translatable(
    "Register a native (public) client with this redirect URI at the identity provider, letter by letter, and enter its client ID.",
  ),
  redirectHost: translatable("Set gatewayConnect.redirectHost to a host that the identity provider takes."),
  requestScope: translatable(
    "Ask for scopes as the identity provider spells them, and allow the client to ask for them.",
  ),
  offlineAccess: translatable(
    'The identity provider does not know offline_access. Leave it out of "scopes" in gatewayConnect.gateways.',
  ),
  refreshToken: translatable(
    "Let the client use refresh tokens (grant type refresh_token, scope offline_access), and sign in again; until then people sign in whenever a token ends.",
  ),
  tokenKind: translatable("Send the token that the gateway can check."),
  answer: translatable(
    "Something else than the token rules decides too: an interceptor, a policy engine, a firewall (WAF), or a configuration that was changed and not yet deployed. Ask whoever runs the gateway.",
  ),
};
