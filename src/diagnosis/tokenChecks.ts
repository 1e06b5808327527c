import { type Claims, scopesOf } from "../agentcore/authorizer/claimRules.ts";
import { shownValue } from "../agentcore/authorizer/decisionText.ts";
import { type DecodedToken, decodedToken, LONGEST_TOKEN } from "../agentcore/authorizer/decodedToken.ts";
import { english, type Translate } from "../failures/translate.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import { accountText } from "../oauth/tokens/account.ts";
import { type BearerToken, isRenewable, renewAt, sentToken, type TokenSet } from "../oauth/tokens/tokenSet.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";
import type { AskedAccess } from "./askedAccess.ts";
import { fixFor } from "./remedies/remedies.ts";
import { isoTime } from "./shownFinding.ts";

export interface FoundToken {
  readonly section: AccessSection;
  /** What would be sent. It goes to the gateway and to the rules, and into no report. */
  readonly text: string | undefined;
  /** Undefined for a token that is no JWT. */
  readonly decoded: DecodedToken | undefined;
}

/** Which token would be sent, whose it is, and what it says about itself. */
export function tokenChecks(
  { tokens, bearerToken, connectionId }: AskedAccess,
  provider: IdentityProvider,
  now: number,
  say: Translate = english,
): FoundToken {
  const title = say("The token that would be sent");
  const section = (...checks: AccessCheck[]): AccessSection => ({ id: "token", title, checks });
  if (!tokens) {
    const nobody: AccessCheck = {
      what: say("Somebody is signed in"),
      state: "unknown",
      found: say("nobody, so that there is no token to look at"),
      fix: connectionId
        ? say('Run "Gateway Connect: Sign In", then check again.')
        : say('Run "Gateway Connect: Connect Gateway", then check again.'),
    };
    return { section: section(nobody), text: undefined, decoded: undefined };
  }
  const { text } = sentToken(tokens, bearerToken);
  const who = { what: say("Whose it is"), state: "note", found: ownerOf(tokens, say) } as const;
  if (text === undefined) {
    const missing: AccessCheck = {
      what: say("There is a token of the kind that would be sent"),
      state: "failed",
      expected: say("an ID token"),
      found: say("none came with the sign-in"),
      fix: say('Add the scope "openid" to "scopes" for this gateway in gatewayConnect.gateways and sign in again.'),
    };
    return { section: section(who, missing), text, decoded: undefined };
  }
  const decoded = decodedToken(text);
  const checks = [
    who,
    kindCheck(bearerToken, provider, say),
    formCheck({ text, decoded }, provider, say),
    renewalCheck(tokens, { bearerToken, now }, say),
    ...(decoded ? [claimsCheck(decoded.claims, say)] : []),
  ];
  return { section: section(...checks), text, decoded };
}

const ownerOf = ({ account }: TokenSet, say: Translate): string =>
  account.machine ? say("the client itself ({0})", account.label) : accountText(account, say);

function kindCheck(bearerToken: BearerToken, provider: IdentityProvider, say: Translate): AccessCheck {
  const what = say("Which kind of token it is");
  const found = bearerToken === "id" ? say("an ID token") : say("an access token");
  if (provider.token === "id" && bearerToken === "access") {
    const { text: fix } = fixFor(provider, { topic: "tokenKind" }, {}, say);
    return { what, state: "failed", expected: say("an ID token"), found, fix };
  }
  return { what, state: "note", found };
}

function formCheck(
  { text, decoded }: { readonly text: string; readonly decoded: DecodedToken | undefined },
  provider: IdentityProvider,
  say: Translate,
): AccessCheck {
  const what = say("A gateway that checks JWTs can read it");
  const expected = say("a signed JWT");
  if (decoded) {
    const { alg, typ } = decoded.header;
    const found = say("a JWT (alg {0}, typ {1})", textOf(alg, say), textOf(typ, say));
    return { what, state: "passed", expected, found, rule: "token" };
  }
  const finding = { rule: "token", claim: "", expected: "a signed JWT", found: undefined, ok: false } as const;
  const { text: fix } = fixFor(provider, finding, {}, say);
  return { what, state: "failed", expected, found: formOf(text, say), fix, rule: "token" };
}

const textOf = (value: unknown, say: Translate): string => (value === undefined ? say("nothing") : shownValue(value));

function formOf(text: string, say: Translate): string {
  if (text.length > LONGEST_TOKEN) return say("a token of {0} characters, which no gateway takes", text.length);
  const parts = text.split(".").length;
  if (parts === 5) return say("an encrypted token (JWE), which only its issuer can read");
  return parts === 3
    ? say("a token with the parts of a JWT that is none")
    : say("an opaque token, which says nothing by itself");
}

function renewalCheck(
  tokens: TokenSet,
  { bearerToken, now }: { readonly bearerToken: BearerToken; readonly now: number },
  say: Translate,
): AccessCheck {
  const what = say("When it is renewed");
  const sent = sentToken(tokens, bearerToken);
  const at = renewAt(sent);
  const found = !isRenewable(tokens)
    ? say("by signing in again")
    : at === undefined
      ? say("when the gateway asks for another")
      : at <= now
        ? say("with the next call")
        : isoTime(at, say);
  const { expiresAt } = sent;
  const withEnd = expiresAt === undefined ? found : say("{0}; it ends {1}", found, isoTime(expiresAt, say));
  return { what, state: "note", found: withEnd };
}

/** Claims that say for whom and for what a token is, and nothing about its person. */
const telling = ["iss", "aud", "client_id", "cid", "azp", "appid", "ver", "version", "token_use", "typ"];
const times = ["iat", "nbf", "exp", "auth_time"];

/** What a token says: the values that gateways look at, of everything else the names. */
function claimsCheck(claims: Claims, say: Translate): AccessCheck {
  const has = (name: string) => Object.hasOwn(claims, name);
  const told = [
    ...telling.filter(has).map((name) => ({ name, value: shownValue(claims[name]) })),
    ...times.filter(has).map((name) => ({ name, value: timeOf(claims[name], say) })),
    ...(has("scope") || has("scp")
      ? [{ name: scopeNames(claims), value: scopesOf(claims).join(" ") || say("empty") }]
      : []),
  ];
  const shown = new Set([...telling, ...times, "scope", "scp"]);
  const others = Object.keys(claims).filter((name) => !shown.has(name));
  const values = told.map(({ name, value }) => `${name} ${value}`).join("; ");
  return {
    what: say("What it says"),
    state: "note",
    found: others.length > 0 ? say("{0}; without their values: {1}", values, others.join(", ")) : values,
    claims: [...told, ...others.map((name) => ({ name }))],
  };
}

const scopeNames = (claims: Claims): string => ["scope", "scp"].filter((name) => Object.hasOwn(claims, name)).join("+");

const timeOf = (value: unknown, say: Translate): string =>
  typeof value === "number" ? isoTime(value * 1000, say) : shownValue(value);
