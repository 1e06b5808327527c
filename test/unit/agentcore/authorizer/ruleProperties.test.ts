import assert from "node:assert/strict";
import { before, test } from "node:test";
import fc from "fast-check";
import { authorize, checkClaims } from "../../../../src/agentcore/authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../../../../src/agentcore/authorizer/authorizerConfiguration.ts";
import type { CustomClaim } from "../../../../src/agentcore/authorizer/customClaims.ts";
import { bulk, runs } from "../../../support/bulk.ts";
import { startAuthorizer, testEachCheck } from "../../../support/eachCheck.ts";
import { ISSUER, NOW_SECONDS, newKey, type SigningKey, signRaw } from "../../../support/issuerInProcess.ts";

/**
 * The rules once more, as sets: a token brings a set of values to each rule, the configuration has a set of values that
 * are good, and the rule holds when both have something in common. Nothing here is shared with the code.
 */
type Json = Readonly<Record<string, unknown>>;

const meet = (one: Iterable<unknown>, other: Iterable<unknown>): boolean => {
  const left = new Set(one);
  return new Set([...other].filter((value) => left.has(value))).size > 0;
};
const texts = (value: unknown): Set<string> =>
  new Set([value].flat(1).filter((one): one is string => Object.prototype.toString.call(one) === "[object String]"));
const words = (value: unknown): Set<string> => new Set([...texts(value)].join(" ").match(/[^ ]+/g) ?? []);
const own = (claims: Json, name: string): unknown => new Map(Object.entries(claims)).get(name);

const stated = {
  audience: (claims: Json, good: readonly string[]) => meet(texts(own(claims, "aud")), good),
  // One name only: `cid`, `azp` and `appid` of other providers do not count.
  client: (claims: Json, good: readonly string[]) => new Set<unknown>(good).has(own(claims, "client_id")),
  scope: (claims: Json, good: readonly string[]) =>
    meet([...words(own(claims, "scope")), ...words(own(claims, "scp"))], good),
  customClaim(claims: Json, { inboundTokenClaimName, authorizingClaimMatchValue }: CustomClaim) {
    const { claimMatchOperator, claimMatchValue } = authorizingClaimMatchValue;
    const wanted = [claimMatchValue.matchValueString ?? claimMatchValue.matchValueStringList ?? []].flat();
    const found = own(claims, inboundTokenClaimName);
    if (claimMatchOperator === "EQUALS") return new Set<unknown>(wanted).has(found);
    return meet(Array.isArray(found) ? found : [], wanted);
  },
  lifetime({ exp, nbf }: Json, now: number, skew: number) {
    const [begin, end] = [nbf === undefined ? -Infinity : nbf, exp];
    const areNumbers = [begin, end].every((one) => Object.prototype.toString.call(one) === "[object Number]");
    // The token's time, made longer by the skew on both sides: [begin - skew, end + skew).
    return areNumbers && !(now - Number(end) >= skew) && !(Number(begin) - now > skew);
  },
};

const names = ["api", "app", "read", "write", "admins", "x"] as const;
const name = fc.constantFrom(...names);
const list = fc.uniqueArray(name, { minLength: 1, maxLength: 3 });
const scopeText = fc.array(fc.oneof(name, fc.constant("")), { maxLength: 4 }).map((all) => all.join(" "));
const odd = fc.constantFrom<unknown>(
  null,
  7,
  true,
  {},
  [["api"]],
  [7, null],
  [{ api: 1 }],
  "",
  " api",
  "API",
  "api,read",
);
const often = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: arbitrary as fc.Arbitrary<unknown> }, { weight: 1, arbitrary: odd });

/** What is in an access token of each provider, by its documentation. */
const shapes: Readonly<Record<string, fc.Arbitrary<Json>>> = {
  okta: fc.record({
    ver: fc.constant(1),
    cid: name,
    uid: name,
    scp: often(list),
    aud: often(name),
    groups: often(list),
  }),
  oktaWithAddedClaims: fc.record({
    cid: name,
    client_id: often(name),
    scp: often(list),
    scope: often(scopeText),
    aud: name,
  }),
  entraV2: fc.record({
    ver: fc.constant("2.0"),
    azp: name,
    scp: often(scopeText),
    roles: often(list),
    aud: often(name),
  }),
  entraV1: fc.record({ ver: fc.constant("1.0"), appid: name, scp: often(scopeText), aud: often(name) }),
  entraForApps: fc.record({ azp: name, roles: often(list), aud: name }),
  cognito: fc.record({
    token_use: fc.constant("access"),
    client_id: often(name),
    scope: often(scopeText),
    username: name,
  }),
  auth0: fc.record({
    azp: name,
    aud: often(list),
    scope: often(scopeText),
    "https://idp.example/roles": often(list),
    "https://idp.example/tenant": often(name),
  }),
  keycloak: fc.record({
    typ: fc.constant("Bearer"),
    azp: name,
    scope: often(scopeText),
    aud: often(fc.oneof(name, list)),
  }),
  rfc9068: fc.record({ client_id: often(name), scope: often(scopeText), aud: often(fc.oneof(name, list)) }),
  nothing: fc.constant({}),
};
const shape = fc.oneof(...Object.values(shapes));
const times = fc.record(
  { exp: fc.oneof(fc.integer({ min: -100, max: 100 }), odd), nbf: fc.oneof(fc.integer({ min: -100, max: 100 }), odd) },
  { requiredKeys: [] },
);

const claimName = fc.constantFrom(
  ...["cid", "azp", "appid", "client_id", "roles", "groups", "scp", "aud", "tid", "constructor"],
  ...["https://idp.example/roles", "https://idp.example/tenant"],
);
const customClaim: fc.Arbitrary<CustomClaim> = fc
  .tuple(claimName, fc.constantFrom("EQUALS", "CONTAINS", "CONTAINS_ANY"), list)
  .map(([inboundTokenClaimName, claimMatchOperator, values]) => ({
    inboundTokenClaimName,
    inboundTokenClaimValueType: claimMatchOperator === "EQUALS" ? "STRING" : "STRING_ARRAY",
    authorizingClaimMatchValue: {
      claimMatchOperator,
      claimMatchValue:
        claimMatchOperator === "CONTAINS_ANY"
          ? { matchValueStringList: values }
          : { matchValueString: String(values[0]) },
    },
  }));

const configuration: fc.Arbitrary<CustomJwtAuthorizer> = fc.record(
  {
    discoveryUrl: fc.constant(`${ISSUER}/.well-known/openid-configuration`),
    allowedAudience: list,
    allowedClients: list,
    allowedScopes: list,
    customClaims: fc.array(customClaim, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: ["discoveryUrl"] },
) as fc.Arbitrary<CustomJwtAuthorizer>;

const lists = ["allowedAudience", "allowedClients", "allowedScopes", "customClaims"] as const;

/** One or two of the lists. */
const fewRules = fc.tuple(configuration, fc.subarray([...lists], { minLength: 1, maxLength: 2 })).map(([all, kept]) => {
  const entries = Object.entries(all).filter(([one]) => one === "discoveryUrl" || kept.some((other) => other === one));
  return Object.fromEntries(entries) as unknown as CustomJwtAuthorizer;
});

/** What each configured rule has to say, in the order of the configuration's members. */
function expected(claims: Json, rules: CustomJwtAuthorizer): Readonly<Record<string, readonly boolean[]>> {
  return {
    audience: rules.allowedAudience ? [stated.audience(claims, rules.allowedAudience)] : [],
    client: rules.allowedClients ? [stated.client(claims, rules.allowedClients)] : [],
    scope: rules.allowedScopes ? [stated.scope(claims, rules.allowedScopes)] : [],
    customClaim: (rules.customClaims ?? []).map((one) => stated.customClaim(claims, one)),
  };
}

const always = { nowSeconds: 0, skewSeconds: 0 };

for (const [provider, claims] of Object.entries(shapes)) {
  test(`for every token as ${provider} issues it, each rule finds what it is stated to find`, () => {
    fc.assert(
      fc.property(claims, configuration, (token, rules) => {
        const found = checkClaims(token, rules, always);
        const by = (rule: string) => found.filter((one) => one.rule === rule).map(({ ok }) => ok);
        const stated = expected(token, rules);
        assert.deepEqual(Object.fromEntries(Object.keys(stated).map((rule) => [rule, by(rule)])), stated);
      }),
      runs(3000),
    );
  });
}

test("for every beginning, end and skew, a token is good in its own time and at no other", () => {
  const clock = fc.record({ nowSeconds: fc.integer({ min: -100, max: 100 }), skewSeconds: fc.nat(60) });
  fc.assert(
    fc.property(times, clock, (claims, at) => {
      const found = checkClaims(claims, { discoveryUrl: "" }, at).every(({ ok }) => ok);
      assert.equal(found, stated.lifetime(claims, at.nowSeconds, at.skewSeconds));
    }),
    runs(20_000),
  );
});

let key: SigningKey;

before(async () => {
  key = await newKey("ES256", "one");
});

testEachCheck(
  "for every token and configuration: all rules hold, or it is 403 where scopes alone are missing, or else 401",
  async () => {
    const { world } = startAuthorizer([key.jwk]);
    const seen = { allowed: 0, insufficientScope: 0, invalidToken: 0 };
    const how = runs(15_000, 500);
    // Mostly good in all but the rules, which would hardly ever be reached otherwise.
    const moved = fc.record({
      exp: fc.oneof({ weight: 9, arbitrary: fc.constant<unknown>(NOW_SECONDS + 9) }, { weight: 1, arbitrary: odd }),
      iss: fc.oneof({ weight: 9, arbitrary: fc.constant(ISSUER) }, { weight: 1, arbitrary: fc.constant(`${ISSUER}/`) }),
    });
    const rarely = fc.integer({ min: 0, max: 9 }).map((value) => value === 9);
    await fc.assert(
      fc.asyncProperty(shape, moved, fewRules, rarely, async (claims, base, rules, forged) => {
        const whole: Json = { ...claims, ...base };
        const token = await signRaw(key, '{"alg":"ES256","kid":"one"}', JSON.stringify(whole));
        const [header, payload, signature = ""] = token.split(".");
        const shown = forged
          ? `${header}.${payload}.${signature.replace(/^../, (two) => (two === "AA" ? "BB" : "AA"))}`
          : token;
        const { kind } = await authorize(`Bearer ${shown}`, rules, world);

        const { scope, ...others } = expected(whole, rules);
        const isTrue = !forged && whole.iss === ISSUER && stated.lifetime(whole, NOW_SECONDS, 0);
        const refusals = new Set(Object.values(others).flat());
        const isRight = isTrue && !refusals.has(false);
        const should = isRight ? (new Set(scope).has(false) ? "insufficientScope" : "allowed") : "invalidToken";
        assert.equal(kind, should);
        seen[should]++;
      }),
      how,
    );
    assert.deepEqual(
      Object.entries(seen).filter(([, count]) => count < how.numRuns / 75),
      [],
    );
  },
);

test("a list more never lets a token in that was kept out, and a value more in a list never keeps one out", () => {
  const passes = (claims: Json, rules: CustomJwtAuthorizer) =>
    checkClaims({ ...claims, exp: 1 }, rules, always).every(({ ok }) => ok);
  // Few rules let a token in: with all four of them hardly any would.
  const seen = { letIn: 0, byTheLonger: 0 };
  fc.assert(
    fc.property(shape, fewRules, fc.nat(), name, (claims, rules, at, value) => {
      if (!passes(claims, rules)) return;
      seen.letIn++;
      const present = lists.filter((one) => rules[one] !== undefined);
      const which = present[at % present.length] ?? "allowedAudience";
      const { [which]: dropped, ...fewer } = rules;
      assert.ok(passes(claims, fewer as CustomJwtAuthorizer));
      if (which === "customClaims" || dropped === undefined) return;
      seen.byTheLonger++;
      assert.ok(passes(claims, { ...rules, [which]: [...(dropped as readonly string[]), value] }));
    }),
    runs(20_000),
  );
  const enough = { letIn: seen.letIn > bulk(2000), byTheLonger: seen.byTheLonger > bulk(800) };
  assert.deepEqual(enough, { letIn: true, byTheLonger: true });
});
