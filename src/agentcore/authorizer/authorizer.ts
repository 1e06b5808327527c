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
import { KeysUnavailable } from "./issuerDocuments.ts";
import { algorithm, type SignatureCheck, signature } from "./signature.ts";
import type { SigningKeys } from "./signingKeys.ts";
import type { TokenHash } from "./verifiedTokens.ts";

/** Whom a token speaks for, read from a token whose signature is valid. */
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
  /**
   * The issuer's keys, or its introspection answer, are not available, so the token can be neither allowed nor refused.
   */
  | { readonly kind: "undecided"; readonly reason: string; readonly findings: readonly Finding[] };

export interface AuthorizerWorld {
  readonly keys: SigningKeys;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly clockSkewSeconds: number;
  /** Hashes a token so that a verified signature is recognised later. Absent: every request's signature is verified. */
  readonly hash?: TokenHash | undefined;
  /** A faster way to verify than WebCrypto, where the runtime has one. */
  readonly check?: SignatureCheck | undefined;
  /** Further rules for a token that passes all of AgentCore's. */
  readonly beyond?: BeyondAgentCore | undefined;
  /** Sends the request that `beyond.introspection` asks for. */
  readonly introspect?: Introspect | undefined;
  /**
   * Says whether a token was revoked. AgentCore has no such rule: it checks the token alone, and accepts a revoked
   * one until it expires.
   */
  readonly isRevoked?: ((payload: Claims) => boolean | Promise<boolean>) | undefined;
}

/**
 * Decides about the `Authorization` header of a request. It tries every rule, so that the findings name every fault.
 */
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
  const claimFindings = checkClaims(claims, rules, clock);
  // These findings need no key, so they are reported even when the issuer cannot be reached.
  let found: readonly Finding[] = [signed, ...claimFindings];
  try {
    const proof = signed.ok ? await signature(token, world) : undefined;
    const { issuer: expectedIssuer } = proof?.keySet ?? (await world.keys.current());
    found = [signed, ...(proof ? [proof.finding] : []), issuer(claims, expectedIssuer), ...claimFindings];
    const caller = proof?.finding.ok ? callerOf(claims) : undefined;
    const isGood = caller !== undefined && found.every(({ ok }) => ok);
    return decide(caller, isGood ? [...found, ...(await checkBeyond(token, world))] : found);
  } catch (error) {
    if (!(error instanceof KeysUnavailable || error instanceof IntrospectionUnavailable)) throw error;
    return { kind: "undecided", reason: error.message, findings: found };
  }
}

/** The findings of AgentCore's rules on claims. A pure function of its arguments. */
export function checkClaims(claims: Claims, rules: CustomJwtAuthorizer, clock: Clock): readonly Finding[] {
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
 * The findings of the rules beyond AgentCore's. The issuer is asked last, and only about a token that nothing else
 * refuses.
 *
 * @throws IntrospectionUnavailable
 */
async function checkBeyond(token: DecodedToken, world: AuthorizerWorld): Promise<readonly Finding[]> {
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
 * Answers 403 when a scope is all that the token lacks. Any other fault needs a new token, which is what 401 asks for
 * (RFC 6750, 3.1).
 */
function decide(caller: Caller | undefined, findings: readonly Finding[]): Decision {
  const failed = findings.filter(({ ok }) => !ok);
  if (caller === undefined) return { kind: "invalidToken", caller, findings };
  if (failed.length === 0) return { kind: "allowed", caller, findings };
  if (failed.every(({ rule }) => rule === "scope")) return { kind: "insufficientScope", caller, findings };
  return { kind: "invalidToken", caller, findings };
}

/** Identity providers name the client in different claims; for the audit, the first one found serves. */
function callerOf(claims: Claims): Caller {
  const text = (value: unknown) => (typeof value === "string" ? value : undefined);
  return {
    issuer: text(claims.iss),
    subject: text(claims.sub),
    client: text(claims.client_id) ?? text(claims.azp) ?? text(claims.cid) ?? text(claims.appid),
    scopes: scopesOf(claims),
  };
}
