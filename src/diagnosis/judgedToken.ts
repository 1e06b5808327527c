import { authorize, type Decision } from "../agentcore/authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../agentcore/authorizer/authorizerConfiguration.ts";
import { scopesOf, strings } from "../agentcore/authorizer/claimRules.ts";
import type { DecodedToken } from "../agentcore/authorizer/decodedToken.ts";
import { readAuthorizer } from "../agentcore/authorizer/readAuthorizer.ts";
import { signingKeys } from "../agentcore/authorizer/signingKeys.ts";
import { english, type Translate, translatable } from "../failures/translate.ts";
import { bearerHeader } from "../lib/bearer.ts";
import type { HttpFetch } from "../lib/httpPort.ts";
import { reachOf } from "../lib/networkPlace.ts";
import { withoutSlash } from "../lib/sameAddress.ts";
import { isSecureUrl, parseUrl } from "../lib/secureUrl.ts";
import type { AuthorizationServer } from "../oauth/discovery/authorizationServer.ts";
import type { ProtectedResource } from "../oauth/discovery/protectedResource.ts";
import type { IdentityProvider } from "../oauth/identityProviders/identityProvider.ts";
import { issuerInTokens } from "../oauth/identityProviders/otherName.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";
import type { AccessWorld, AskedAccess, GivenAuthorizer } from "./askedAccess.ts";
import { keyTrouble } from "./keyTrouble.ts";
import { fixFor } from "./remedies/remedies.ts";
import { checkOfFinding } from "./shownFinding.ts";

export interface JudgedToken {
  readonly section: AccessSection;
  /** What the gateway's rules say, or as many of them as are known. */
  readonly decision: Decision | undefined;
  /** Whether the rules are the gateway's own. */
  readonly byItsRules: boolean;
  /** What else decides at the gateway, as far as its configuration says. */
  readonly alsoDecides: readonly string[];
}

/** A token, and what is known of the gateway that it is for. */
export interface TokenToJudge {
  readonly asked: AskedAccess;
  readonly text: string;
  /** Undefined for a token that is no JWT. */
  readonly decoded: DecodedToken | undefined;
  readonly provider: IdentityProvider;
  readonly server: AuthorizationServer | undefined;
  readonly resource: ProtectedResource | undefined;
  /** The scopes that the gateway's challenge names. */
  readonly challenged: readonly string[];
}

const sources: Readonly<Record<GivenAuthorizer["source"], string>> = {
  settings: translatable("the configuration in gatewayConnect.gateways"),
  pasted: translatable("the configuration that was pasted"),
  AWS: translatable("the configuration that AWS gave"),
  "local gateway": translatable("the file of the local gateway"),
  sandbox: translatable("the rules of the sandbox"),
};

/** What the rules of the gateway find in a token: the very code that the gateway decides with. */
export async function judgedToken(token: TokenToJudge, world: AccessWorld): Promise<JudgedToken> {
  const { say = english } = world;
  const { authorizer } = token.asked;
  if (!authorizer) return await judgedWithoutRules(token, [], world);
  const read = readAuthorizer(authorizer.configuration);
  const source = say(sources[authorizer.source]);
  switch (read.kind) {
    case "faulty": {
      const faults = read.faults.slice(0, MOST_FAULTS).map(({ path, line, column, problem }): AccessCheck => {
        const fault = `${path === "" ? "" : `${path}: `}${problem}`;
        const isText = typeof authorizer.configuration === "string";
        const found = isText ? say("line {0}, column {1}: {2}", line, column, fault) : fault;
        const fix = say("Give the configuration as `aws bedrock-agentcore-control get-gateway` prints it.");
        return { what: say("Can be read: {0}", source), state: "failed", found, fix };
      });
      return await judgedWithoutRules(token, faults, world);
    }
    case "open": {
      const found = say("the gateway lets everyone in");
      const checks: AccessCheck[] = [{ what: say("By {0}", source), state: "note", found }];
      return { section: section(checks, say), decision: undefined, byItsRules: false, alsoDecides: [] };
    }
    case "rules": {
      const { rules, clockSkewSeconds, beyond, alsoDecides } = read;
      const keys = signingKeys(rules.discoveryUrl, { fetch: secureFetch(rules.discoveryUrl, world), now: world.now });
      const decision = await authorize(bearerHeader(token.text), rules, {
        keys,
        now: world.now,
        clockSkewSeconds,
        beyond,
      });
      const about = say("Judged by {0}, with the code that the local gateway decides with.", source);
      const checks = checksOf(decision, token, { rules, say });
      return { section: section(checks, say, about), decision, byItsRules: true, alsoDecides };
    }
  }
}

const MOST_FAULTS = 5;

const section = (checks: readonly AccessCheck[], say: Translate, about?: string): AccessSection => ({
  id: "rules",
  title: say("The gateway's rules"),
  checks,
  ...(about !== undefined && { about }),
});

function checksOf(
  decision: Decision,
  { asked, decoded, provider }: TokenToJudge,
  { rules, say }: { readonly rules?: CustomJwtAuthorizer; readonly say: Translate },
): AccessCheck[] {
  const context = { provider, claims: decoded?.claims, rules, issuer: asked.tokens?.server.issuer };
  const checks = decision.findings.map((finding) => checkOfFinding(finding, context, say));
  if (decision.kind !== "undecided") return checks;
  const { text: fix } = fixFor(provider, { topic: "discovery" }, {}, say);
  return [
    { what: say("The issuer's keys can be read"), state: "failed", found: keyTrouble(decision.reason, say), fix },
    ...checks,
  ];
}

/** What can be said about a token without the rules of its gateway: by the issuer's keys and what the gateway publishes. */
async function judgedWithoutRules(
  token: TokenToJudge,
  before: readonly AccessCheck[],
  world: AccessWorld,
): Promise<JudgedToken> {
  const { say = english } = world;
  const { server } = token;
  const about = say(
    "Judged without the gateway's configuration, from what it and the identity provider publish. Its own rules (allowedAudience, allowedClients, allowedScopes, customClaims) are known only with it: paste what `aws bedrock-agentcore-control get-gateway` prints.",
  );
  if (!server) {
    const found = say("the identity provider is not known");
    const checks: AccessCheck[] = [...before, { what: say("The issuer's keys can be read"), state: "unknown", found }];
    return { section: section(checks, say, about), decision: undefined, byItsRules: false, alsoDecides: [] };
  }
  const issuer = issuerInTokens(server.issuer, token.decoded?.claims ?? {});
  const discoveryUrl = `${withoutSlash(issuer)}/.well-known/openid-configuration`;
  // The metadata is known already, and some issuers have it at the place of RFC 8414 only.
  const fetch = secureFetch(discoveryUrl, world);
  const withMetadata: HttpFetch = async (url, request) =>
    url === discoveryUrl ? Response.json({ ...server, issuer }) : await fetch(url, request);
  const decision = await authorize(
    bearerHeader(token.text),
    { discoveryUrl },
    {
      keys: signingKeys(discoveryUrl, { fetch: withMetadata, now: world.now }),
      now: world.now,
      clockSkewSeconds: 0,
    },
  );
  const checks = [
    ...before,
    ...checksOf(decision, token, { say }),
    ...(token.decoded ? publishedChecks(token.decoded, token, say) : []),
  ];
  return { section: section(checks, say, about), decision, byItsRules: false, alsoDecides: [] };
}

/** Audience and scope beside what the gateway and the settings say about them. */
function publishedChecks(
  { claims }: DecodedToken,
  { asked: { gateway, settings, tokens }, provider, resource, challenged }: TokenToJudge,
  say: Translate,
): AccessCheck[] {
  const context = { provider, claims, issuer: tokens?.server.issuer };
  const audiences = strings(claims.aud);
  const ours = [settings.audience, resource?.resource, gateway.url].filter((one) => one !== undefined);
  const expected = settings.audience === undefined ? ours : [settings.audience];
  const isOurs = audiences.some((one) => expected.includes(one));
  const finding = { rule: "audience", claim: "aud", expected, found: claims.aud, ok: isOurs } as const;
  const audience: AccessCheck =
    isOurs || settings.audience !== undefined
      ? checkOfFinding(finding, context, say)
      : {
          what: say("Audience (aud)"),
          state: "unknown",
          expected: say("what the gateway's allowedAudience has, if it has any"),
          found: audiences.join(", ") || say("nothing"),
          rule: "audience",
        };
  const wanted = challenged.length > 0 ? challenged : (resource?.scopesSupported ?? []);
  if (wanted.length === 0) return [audience];
  const found = scopesOf(claims);
  // What is advertised may be the long form of what a token says (Entra).
  const ok = wanted.some((scope) => found.includes(scope) || found.includes(scope.replace(/^.*\//, "")));
  const scope = checkOfFinding({ rule: "scope", claim: "scope", expected: wanted, found, ok }, context, say);
  return [audience, challenged.length > 0 || ok ? scope : { ...scope, state: "note" }];
}

/**
 * Keys come over https, or from this machine: whoever could change them on the way would decide who is let in. Nobody is asked
 * here whether a document may name a private network.
 */
function secureFetch(discoveryUrl: string, { fetch }: AccessWorld): HttpFetch {
  const from = parseUrl(discoveryUrl);
  return async (url, request) => {
    const address = parseUrl(String(url));
    const mayAsk = from !== undefined && address !== undefined && reachOf(from, address) === "open";
    if (!mayAsk || !isSecureUrl(address)) throw new TypeError("not a secure address");
    return await fetch(url, request);
  };
}
