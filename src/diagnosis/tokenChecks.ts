import { type Claims, scopesOf } from "../agentcore/authorizer/claimRules.ts";
import { shownValue } from "../agentcore/authorizer/decisionText.ts";
import { type DecodedToken, decodedToken, LONGEST_TOKEN } from "../agentcore/authorizer/decodedToken.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import { accountText } from "../oauth/tokens/account.ts";
import { type BearerToken, renewAt, sentToken, type TokenSet } from "../oauth/tokens/tokenSet.ts";
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

const title = "The token that would be sent";

/** Which token would be sent, whose it is, and what it says about itself. */
export function tokenChecks(
  { tokens, bearerToken, connectionId }: AskedAccess,
  provider: IdentityProvider,
  now: number,
): FoundToken {
  const section = (...checks: AccessCheck[]): AccessSection => ({ id: "token", title, checks });
  if (!tokens) {
    const nobody: AccessCheck = {
      what: "Somebody is signed in",
      state: "unknown",
      found: "nobody, so that there is no token to look at",
      fix: connectionId
        ? 'Run "Gateway Connect: Sign In", then check again.'
        : 'Run "Gateway Connect: Connect Gateway", then check again.',
    };
    return { section: section(nobody), text: undefined, decoded: undefined };
  }
  const { text } = sentToken(tokens, bearerToken);
  const who = { what: "Whose it is", state: "note", found: ownerOf(tokens) } as const;
  if (text === undefined) {
    const missing: AccessCheck = {
      what: "There is a token of the kind that would be sent",
      state: "failed",
      expected: "an ID token",
      found: "none came with the sign-in",
      fix: 'Add the scope "openid" to "scopes" for this gateway in gatewayConnect.gateways and sign in again.',
    };
    return { section: section(who, missing), text, decoded: undefined };
  }
  const decoded = decodedToken(text);
  const checks = [
    who,
    kindCheck(bearerToken, provider),
    formCheck(text, decoded, provider),
    renewalCheck(tokens, bearerToken, now),
    ...(decoded ? [claimsCheck(decoded.claims)] : []),
  ];
  return { section: section(...checks), text, decoded };
}

const ownerOf = ({ account }: TokenSet): string =>
  account.machine ? `the client itself (${account.label})` : accountText(account);

function kindCheck(bearerToken: BearerToken, provider: IdentityProvider): AccessCheck {
  const what = "Which kind of token it is";
  const found = bearerToken === "id" ? "an ID token" : "an access token";
  if (provider.token === "id" && bearerToken === "access") {
    const { text: fix } = fixFor(provider, { topic: "tokenKind" });
    return { what, state: "failed", expected: "an ID token", found, fix };
  }
  return { what, state: "note", found };
}

function formCheck(text: string, decoded: DecodedToken | undefined, provider: IdentityProvider): AccessCheck {
  const what = "A gateway that checks JWTs can read it";
  if (decoded) {
    const { alg, typ } = decoded.header;
    const found = `a JWT (alg ${shownValue(alg)}, typ ${shownValue(typ)})`;
    return { what, state: "passed", expected: "a signed JWT", found, rule: "token" };
  }
  const finding = { rule: "token", claim: "", expected: "a signed JWT", found: undefined, ok: false } as const;
  const { text: fix } = fixFor(provider, finding);
  return { what, state: "failed", expected: "a signed JWT", found: formOf(text), fix, rule: "token" };
}

function formOf(text: string): string {
  if (text.length > LONGEST_TOKEN) return `a token of ${text.length} characters, which no gateway takes`;
  const parts = text.split(".").length;
  if (parts === 5) return "an encrypted token (JWE), which only its issuer can read";
  return parts === 3 ? "a token with the parts of a JWT that is none" : "an opaque token, which says nothing by itself";
}

function renewalCheck(tokens: TokenSet, bearerToken: BearerToken, now: number): AccessCheck {
  const what = "When it is renewed";
  const sent = sentToken(tokens, bearerToken);
  const at = renewAt(sent);
  const found = !isRenewable(tokens)
    ? "by signing in again"
    : at === undefined
      ? "when the gateway asks for another"
      : at <= now
        ? "with the next call"
        : isoTime(at);
  const end = sent.expiresAt === undefined ? "" : `; it ends ${isoTime(sent.expiresAt)}`;
  return { what, state: "note", found: `${found}${end}` };
}

/** Whether another token can be had without a person. */
export const isRenewable = ({ refreshToken, clientGrant }: TokenSet): boolean =>
  refreshToken !== undefined || clientGrant !== undefined;

/** Claims that say for whom and for what a token is, and nothing about its person. */
const telling = ["iss", "aud", "client_id", "cid", "azp", "appid", "ver", "version", "token_use", "typ"];
const times = ["iat", "nbf", "exp", "auth_time"];

/** What a token says: the values that gateways look at, of everything else the names. */
function claimsCheck(claims: Claims): AccessCheck {
  const has = (name: string) => Object.hasOwn(claims, name);
  const told = [
    ...telling.filter(has).map((name) => ({ name, value: shownValue(claims[name]) })),
    ...times.filter(has).map((name) => ({ name, value: timeOf(claims[name]) })),
    ...(has("scope") || has("scp") ? [{ name: scopeNames(claims), value: scopesOf(claims).join(" ") || "empty" }] : []),
  ];
  const shown = new Set([...telling, ...times, "scope", "scp"]);
  const others = Object.keys(claims).filter((name) => !shown.has(name));
  const values = told.map(({ name, value }) => `${name} ${value}`).join("; ");
  return {
    what: "What it says",
    state: "note",
    found: `${values}${others.length > 0 ? `; without their values: ${others.join(", ")}` : ""}`,
    claims: [...told, ...others.map((name) => ({ name }))],
  };
}

const scopeNames = (claims: Claims): string => ["scope", "scp"].filter((name) => Object.hasOwn(claims, name)).join("+");

const timeOf = (value: unknown): string => (typeof value === "number" ? isoTime(value * 1000) : shownValue(value));
