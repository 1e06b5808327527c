import { bearerToken } from "../../lib/bearer.ts";
import type { CustomJwtAuthorizer } from "./authorizerConfiguration.ts";
import type { BeyondAgentCore } from "./beyondAgentCore.ts";
import {
  anyScope,
  audience,
  type Claims,
  type Clock,
  client,
  customClaim,
  deniedToken,
  expiry,
  idToken,
  issuer,
  notBefore,
  scopesOf,
  subject,
} from "./claimRules.ts";
import { type DecodedToken, decodedToken } from "./decodedToken.ts";
import type { Finding } from "./finding.ts";
import { type Introspect, IntrospectionUnavailable } from "./introspection.ts";
import { algorithm, type SignatureCheck, signature } from "./signature.ts";
import { KeysUnavailable, type SigningKeys } from "./signingKeys.ts";
import type { TokenHash } from "./verifiedTokens.ts";

/** Who a token speaks for, read from a token whose signature is good. */
export interface Caller {
  readonly issuer: string | undefined;
  readonly subject: string | undefined;
  readonly client: string | undefined;
  readonly scopes: readonly string[];
}

export type Decision =
  | { readonly kind: "allowed"; readonly caller: Caller; readonly findings: readonly Finding[] }
  | { readonly kind: "noToken"; readonly findings: readonly Finding[] }
  | { readonly kind: "invalidToken"; readonly caller: Caller | undefined; readonly findings: readonly Finding[] }
  | { readonly kind: "insufficientScope"; readonly caller: Caller; readonly findings: readonly Finding[] }
  /** The issuer's keys, or its word on this token, cannot be had, so nobody can say. */
  | { readonly kind: "undecided"; readonly reason: string; readonly findings: readonly Finding[] };

export interface AuthorizerWorld {
  readonly keys: SigningKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly clockSkewSeconds: number;
  /** Lets a signature that was found good be known again. Absent: each request's is verified. */
  readonly hash?: TokenHash | undefined;
  /** A faster way to verify than WebCrypto, where the runtime has one. */
  readonly check?: SignatureCheck | undefined;
  /** What is asked of a token that all of AgentCore's rules let pass. */
  readonly beyond?: BeyondAgentCore | undefined;
  /** How `beyond.introspection` is asked for. */
  readonly introspect?: Introspect | undefined;
  /**
   * Refuses a token that the other rules let pass. This goes beyond AgentCore, which looks at the token alone and
   * lets one that was revoked pass until it expires.
   */
  readonly isRevoked?: ((payload: Claims) => boolean | Promise<boolean>) | undefined;
}

/** Decides about the `Authorization` header of a request. Every rule is tried, so that all that is wrong is found. */
export async function authorize(
  authorization: string | null,
  rules: CustomJwtAuthorizer,
  world: AuthorizerWorld,
): Promise<Decision> {
  const text = bearerToken(authorization);
  if (text === undefined) return { kind: "noToken", findings: [] };
  const token = decodedToken(text);
  if (token === undefined) {
    const finding = { rule: "token", claim: "", expected: "a signed JWT", found: undefined, ok: false } as const;
    return { kind: "invalidToken", caller: undefined, findings: [finding] };
  }
  const { header, claims } = token;
  const clock = { nowSeconds: world.now() / 1000, skewSeconds: world.clockSkewSeconds };
  const signed = algorithm(header);
  const judged = judgeClaims(claims, rules, clock);
  // What needs no key is known without the issuer too.
  let found: readonly Finding[] = [signed, ...judged];
  try {
    const proof = signed.ok ? await signature(token, world) : undefined;
    const { issuer: expectedIssuer } = proof?.keySet ?? (await world.keys.current());
    found = [signed, ...(proof ? [proof.finding] : []), issuer(claims, expectedIssuer), ...judged];
    const caller = proof?.finding.ok ? callerOf(claims) : undefined;
    const isGood = caller !== undefined && found.every(({ ok }) => ok);
    return decide(caller, isGood ? [...found, ...(await judgeBeyond(token, world))] : found);
  } catch (error) {
    if (!(error instanceof KeysUnavailable || error instanceof IntrospectionUnavailable)) throw error;
    return { kind: "undecided", reason: error.message, findings: found };
  }
}

/** What the rules on claims find. Nothing is read but the arguments. */
export function judgeClaims(claims: Claims, rules: CustomJwtAuthorizer, clock: Clock): readonly Finding[] {
  return [
    expiry(claims, clock),
    notBefore(claims, clock),
    ...(rules.allowedAudience ? [audience(claims, rules.allowedAudience)] : []),
    ...(rules.allowedClients ? [client(claims, rules.allowedClients)] : []),
    ...(rules.allowedScopes ? [anyScope(claims, rules.allowedScopes)] : []),
    ...(rules.customClaims ?? []).map((rule) => customClaim(claims, rule)),
  ];
}

/**
 * What the rules beyond AgentCore's find. The issuer is asked last, and only about a token that nothing else refuses.
 *
 * @throws IntrospectionUnavailable
 */
async function judgeBeyond(token: DecodedToken, world: AuthorizerWorld): Promise<readonly Finding[]> {
  const { beyond = {}, isRevoked, introspect } = world;
  const { header, claims } = token;
  const found: Finding[] = [
    ...(beyond.requireSubject ? [subject(claims)] : []),
    ...(beyond.refuseIdTokens ? [idToken(header, claims)] : []),
    ...(beyond.deniedTokenIds ? [deniedToken(claims, beyond.deniedTokenIds)] : []),
  ];
  const beyondAgentCore = true as const;
  if (isRevoked) {
    const ok = !(await isRevoked(claims));
    const expected = "a token that was not revoked";
    found.push({ rule: "revoked", claim: "jti", expected, found: claims.jti, ok, beyondAgentCore });
  }
  if (beyond.introspection && found.every(({ ok }) => ok)) {
    if (!introspect) throw new IntrospectionUnavailable("nothing here can ask the introspection endpoint");
    const ok = await introspect(token.text, beyond.introspection);
    const expected = "a token that its issuer calls active";
    found.push({ rule: "introspection", claim: "active", expected, found: ok, ok, beyondAgentCore });
  }
  return found;
}

/**
 * 403 is for a token that lacks nothing but a scope; anything else a new token has to mend, which is what 401 asks
 * for (RFC 6750, 3.1).
 */
function decide(caller: Caller | undefined, findings: readonly Finding[]): Decision {
  const failed = findings.filter(({ ok }) => !ok);
  if (caller === undefined) return { kind: "invalidToken", caller, findings };
  if (failed.length === 0) return { kind: "allowed", caller, findings };
  if (failed.every(({ rule }) => rule === "scope")) return { kind: "insufficientScope", caller, findings };
  return { kind: "invalidToken", caller, findings };
}

/** Identity providers call the client differently; for the record any of the names will do. */
function callerOf(claims: Claims): Caller {
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    issuer: text(claims.iss),
    subject: text(claims.sub),
    client: text(claims.client_id) ?? text(claims.azp) ?? text(claims.cid) ?? text(claims.appid),
    scopes: scopesOf(claims),
  };
}
