import { JwtVerifier } from "aws-jwt-verify";
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify } from "jose";
import { type Build, nameOf, type Ours } from "./builds.ts";
import type { LoadSample } from "./gatewayLoad.ts";
import type { BenchIssuer } from "./gatewayTokens.ts";
import type { Random } from "./random.ts";
import { p99 } from "./statistics.ts";
import { oneTurn, Rounds, type SideBySide } from "./turns.ts";

const TOKENS = 1000;

interface Check {
  readonly verify: (given: string) => Promise<unknown>;
  /** What it is given in place of tokens. */
  readonly given?: readonly string[];
  /** Before each round. */
  readonly prepare?: () => Promise<unknown>;
}

/** The check of a token alone, in this process. */
export async function measureChecks(
  bench: BenchIssuer,
  { builds, rounds, random }: { readonly builds: readonly Build[]; readonly rounds: number; readonly random: Random },
): Promise<Rounds<LoadSample>> {
  const { issuer, jwks } = bench;
  const tokens = await bench.tokens(TOKENS);
  const local = createLocalJWKSet(jwks as JSONWebKeySet);
  const verifier = JwtVerifier.create({ issuer, audience: "api", jwksUri: `${issuer}/keys` });
  verifier.cacheJwks(jwks as never);
  // Whole texts, as they come from a socket.
  const given = tokens.map((token) => Buffer.from(`Bearer ${token}`).toString());
  const checks: Record<string, Check> = {
    jose: { verify: (token) => jwtVerify(token, local, { issuer, audience: "api" }) },
    awsJwtVerify: { verify: (token) => verifier.verify(token) },
  };
  for (const build of builds) {
    const { nodeTokenHash: hash, nodeSignatureCheck: check } = build.ours;
    checks[nameOf("new tokens", build)] = { given, ...ourCheck(build.ours, issuer, { forgets: true, hash, check }) };
    checks[nameOf("known tokens", build)] = { given, ...ourCheck(build.ours, issuer, { forgets: false, hash, check }) };
    checks[nameOf("in the editor", build)] = { given, ...ourCheck(build.ours, issuer, { forgets: false }) };
  }
  const turns: SideBySide<LoadSample> = Object.fromEntries(
    Object.entries(checks).map(([name, check]) => [name, () => checkAll(check, check.given ?? tokens)]),
  );
  const measured = new Rounds<LoadSample>();
  for (let round = 0; round <= rounds; round++) {
    const samples = await oneTurn(turns, random);
    // The first round warms up, and lets the memory know the tokens.
    if (round > 0) measured.add(samples);
  }
  return measured;
}

async function checkAll({ verify, prepare }: Check, given: readonly string[]): Promise<LoadSample> {
  await prepare?.();
  const each: number[] = [];
  const begun = performance.now();
  for (const token of given) {
    const at = performance.now();
    await verify(token);
    each.push(performance.now() - at);
  }
  return { perSecond: (given.length / (performance.now() - begun)) * 1000, p99Ms: p99(each) };
}

/** @param forgets before each round, so that no token of it is known; each is hashed and remembered all the same */
function ourCheck(
  { authorize, signingKeys }: Ours,
  issuer: string,
  { forgets, ...how }: { readonly forgets: boolean } & Partial<Parameters<Ours["authorize"]>[2]>,
): Check {
  const discoveryUrl = `${issuer}/.well-known/openid-configuration`;
  const rules = { discoveryUrl, allowedAudience: ["api"] };
  const newKeys = () => signingKeys(discoveryUrl, { fetch, now: Date.now });
  let keys = newKeys();
  return {
    async prepare() {
      if (forgets) keys = newKeys();
      await keys.current();
    },
    async verify(header) {
      const decision = await authorize(header, rules, { keys, now: Date.now, clockSkewSeconds: 0, ...how });
      if (decision.kind !== "allowed") throw new Error(decision.kind);
    },
  };
}
