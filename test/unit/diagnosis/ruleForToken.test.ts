import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { checkClaims } from "../../../src/agentcore/authorizer/authorizer.ts";
import type { CustomJwtAuthorizer } from "../../../src/agentcore/authorizer/authorizerConfiguration.ts";
import type { Claims } from "../../../src/agentcore/authorizer/claimRules.ts";
import type { CustomClaim } from "../../../src/agentcore/authorizer/customClaims.ts";
import { readAuthorizer } from "../../../src/agentcore/authorizer/readAuthorizer.ts";
import { type RuleChange, ruleForToken } from "../../../src/diagnosis/ruleForToken.ts";
import { runs } from "../../support/bulk.ts";

const discoveryUrl = "https://idp.example/.well-known/openid-configuration";
const clock = { nowSeconds: 1000, skewSeconds: 0 };

const name = fc.constantFrom("api", "app", "read", "admins", "x");
const list = fc.uniqueArray(name, { minLength: 1, maxLength: 3 });
const claimName = fc.constantFrom("client_id", "cid", "azp", "roles", "groups", "email");
const custom: fc.Arbitrary<CustomClaim> = fc
  .tuple(claimName, fc.boolean(), list)
  .map(([inboundTokenClaimName, isText, values]) => ({
    inboundTokenClaimName,
    inboundTokenClaimValueType: isText ? "STRING" : "STRING_ARRAY",
    authorizingClaimMatchValue: isText
      ? { claimMatchOperator: "EQUALS", claimMatchValue: { matchValueString: values[0] ?? "x" } }
      : { claimMatchOperator: "CONTAINS_ANY", claimMatchValue: { matchValueStringList: values } },
  }));
const rules: fc.Arbitrary<CustomJwtAuthorizer> = fc
  .record(
    {
      allowedAudience: list,
      allowedClients: list,
      allowedScopes: list,
      customClaims: fc.array(custom, { minLength: 1, maxLength: 3 }),
    },
    { requiredKeys: [] },
  )
  .filter((some) => Object.keys(some).length > 0)
  .map((some) => ({ discoveryUrl, ...some }));
const claims: fc.Arbitrary<Claims> = fc
  .record(
    {
      aud: fc.oneof(name, list),
      client_id: name,
      cid: name,
      azp: name,
      scope: list.map((all) => all.join(" ")),
      scp: list,
      roles: list,
      groups: fc.oneof(name, list),
      email: fc.constant("ada@example.com"),
    },
    { requiredKeys: [] },
  )
  .map((some) => ({ exp: 2000, ...some }));

/** The rules after somebody has pasted a change into them. */
function applied(before: CustomJwtAuthorizer, { set, leaveOut }: RuleChange): CustomJwtAuthorizer {
  const { [leaveOut ?? "discoveryUrl"]: _, ...rest } = before;
  return { ...(leaveOut ? (rest as CustomJwtAuthorizer) : before), ...set };
}

const key = ({ rule, claim }: { readonly rule: string; readonly claim: string }) => `${rule} ${claim}`;

test("a pasted rule is one that AWS takes, mends its own finding, and makes no other rule refuse the token", () => {
  let pasted = 0;
  const how = runs(20_000, 500);
  fc.assert(
    fc.property(rules, claims, fc.constantFrom("client_id", "cid", "azp"), (before, token, clientClaim) => {
      const found = checkClaims(token, before, clock);
      for (const finding of found.filter(({ ok }) => !ok)) {
        const change = ruleForToken(finding, token, { clientClaim, rules: before });
        if (!change) continue;
        pasted++;
        const after = applied(before, change);
        assert.equal(readAuthorizer(after).kind, "rules");
        const failed = checkClaims(token, after, clock).filter(({ ok }) => !ok);
        assert.ok(!failed.map(key).includes(key(finding)), `${key(finding)} still fails`);
        assert.ok(failed.length < found.filter(({ ok }) => !ok).length);
      }
    }),
    how,
  );
  assert.ok(pasted > how.numRuns / 4);
});

test("whoever was let in before is let in after a list was made longer", () => {
  const before = { discoveryUrl, allowedAudience: ["api"], allowedClients: ["app"] };
  const [audience] = checkClaims({ aud: "x", client_id: "app" }, before, clock).filter(
    ({ rule }) => rule === "audience",
  );
  const change =
    audience && ruleForToken(audience, { aud: "x", client_id: "app" }, { clientClaim: "cid", rules: before });
  assert.deepEqual(change, { set: { allowedAudience: ["api", "x"] } });
});

test("no rule is offered that hangs on a person, on an issuer nobody signed in at, or on what AWS cannot write", () => {
  const rule = (claim: string): CustomJwtAuthorizer => ({
    discoveryUrl,
    customClaims: [
      {
        inboundTokenClaimName: claim,
        inboundTokenClaimValueType: "STRING",
        authorizingClaimMatchValue: { claimMatchOperator: "EQUALS", claimMatchValue: { matchValueString: "x" } },
      },
    ],
  });
  const offered = (claim: string, token: Claims, context: object = {}) => {
    const before = rule(claim);
    const [finding] = checkClaims({ exp: 2000, ...token }, before, clock).filter(({ ok }) => !ok);
    return finding && ruleForToken(finding, token, { clientClaim: "cid", rules: before, ...context })?.set;
  };
  const issuer = { rule: "issuer", claim: "iss", expected: "https://a.example", found: "x", ok: false } as const;
  const trusting = (iss: string, at: string | undefined) =>
    ruleForToken(issuer, { iss }, { clientClaim: "cid", issuer: at })?.set;
  assert.deepEqual(
    [
      offered("email", { email: "ada" }),
      offered("sub", { sub: "ada" }),
      offered("tenant", { tenant: "https://with.a/slash" }),
      offered("tenant", {}),
      trusting("https://evil.example", "https://idp.example"),
      trusting("https://idp.example", undefined),
      trusting("https://idp.example/", "https://idp.example"),
    ],
    [undefined, undefined, undefined, undefined, undefined, undefined, { discoveryUrl }],
  );
});
