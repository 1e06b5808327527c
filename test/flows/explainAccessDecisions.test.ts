import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { test } from "node:test";
import fc from "fast-check";
import type { CustomJwtAuthorizer } from "../../src/agentcore/authorizer/authorizerConfiguration.ts";
import type { Finding } from "../../src/agentcore/authorizer/finding.ts";
import type { TokenSet } from "../../src/oauth/tokens/tokenSet.ts";
import { bulk, runs } from "../support/bulk.ts";
import { accessWorld } from "../support/explainWorld.ts";
import { withGateway } from "../support/gatewayCaller.ts";
import { part, program } from "../support/programs.ts";
import { resolvedGateway } from "../support/resolved.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { startTokenIssuer } from "../support/tokenIssuer.ts";

// What ships.
const { explainAccess } = await part("explain");

/** Explain Access promises to be the gateway's own code: so its decisions are held to those of a gateway that runs. */
const policy = (discoveryUrl: string): CustomJwtAuthorizer => ({
  discoveryUrl,
  allowedAudience: ["api", "api://default"],
  allowedClients: ["app"],
  allowedScopes: ["read", "write"],
  customClaims: [
    {
      inboundTokenClaimName: "roles",
      inboundTokenClaimValueType: "STRING_ARRAY",
      authorizingClaimMatchValue: {
        claimMatchOperator: "CONTAINS_ANY",
        claimMatchValue: { matchValueStringList: ["dev", "ops"] },
      },
    },
    {
      inboundTokenClaimName: "tenant",
      inboundTokenClaimValueType: "STRING",
      authorizingClaimMatchValue: { claimMatchOperator: "EQUALS", claimMatchValue: { matchValueString: "t1" } },
    },
  ],
});

/** Mostly what is right, so that single faults stand alone often enough. */
const orGood = <T>(good: T, ...others: readonly unknown[]) =>
  fc.oneof({ weight: 5, arbitrary: fc.constant<unknown>(good) }, { weight: 1, arbitrary: fc.constantFrom(...others) });

const seconds = () => Math.floor(Date.now() / 1000);
const claims = fc.record({
  aud: orGood("api", undefined, "other", ["x", "api://default"], ["x"], 7),
  client_id: orGood("app", undefined, "other", ["app"]),
  scope: orGood("openid read", undefined, "openid", "", "reader"),
  scp: orGood(undefined, ["write"], "write", ["x"]),
  roles: orGood(["dev"], undefined, "dev", ["x"], []),
  tenant: orGood("t1", undefined, "t2", ["t1"]),
  exp: orGood(undefined, -60, "soon"),
  nbf: orGood(undefined, -60, 600, "now"),
  iss: orGood(undefined, "https://other.example"),
});

function signed(shape: Record<string, unknown>): Record<string, unknown> {
  const { exp, nbf, iss, ...rest } = shape;
  const time = (value: unknown) => (typeof value === "number" ? seconds() + value : value);
  return {
    ...rest,
    ...(exp !== undefined && { exp: time(exp) }),
    ...(nbf !== undefined && { nbf: time(nbf) }),
    ...(iss !== undefined && { iss }),
  };
}

const askedWith = (url: string, accessToken: string, configuration: unknown) => ({
  gateway: { name: "own", url },
  ...resolvedGateway(),
  bearerToken: "access" as const,
  tokens: {
    sessionId: "s",
    server: { issuer: "https://idp.example" },
    client: { clientId: "app", authMethod: "none" },
    account: { id: "ada", label: "Ada Lovelace" },
    scopes: [],
    accessToken,
    issuedAt: 0,
  } satisfies TokenSet,
  authorizer: { source: "pasted" as const, configuration },
});

test("every decision is that of the running gateway, and every finding the one it puts into its audit", () =>
  withGateway(
    (issuer) => ({ authorizer: { customJWTAuthorizer: policy(issuer.discoveryUrl) } }),
    async ({ issuer, gateway, audit }) => {
      const stranger = await startTokenIssuer();
      const [good = ""] = await Promise.all([
        issuer.token(signed({ aud: "api", client_id: "app", scope: "read", roles: ["ops"], tenant: "t1" })),
      ]);
      const forged = [
        await stranger.token({ iss: issuer.issuer, aud: "api" }),
        await issuer.token({ aud: "api" }, { kid: "unknown" }),
        `${good.slice(0, -8)}AAAAAAAA`,
        `${Buffer.from('{"alg":"none"}').toString("base64url")}.${good.split(".")[1]}.`,
        "opaque-token",
      ];
      await stranger.stop();
      const kinds: Record<string, number> = {};
      const compare = async (token: string) => {
        audit.length = 0;
        const asked = askedWith(gateway.url, token, policy(issuer.discoveryUrl));
        const report = await explainAccess(asked, accessWorld().world);
        // The last request is the one with the token.
        const entry = audit.at(-1);
        const failed = report.sections
          .find(({ id }) => id === "rules")
          ?.checks.filter(({ state }) => state === "failed")
          .map(({ rule, what }) => [rule, what.replace(/^Custom claim /, "")]);
        const answered = report.sections.find(({ id }) => id === "answer")?.checks ?? [];
        assert.deepEqual(
          {
            letIn: report.letIn,
            failed: failed?.map(([rule]) => rule),
            claims: failed?.filter(([rule]) => rule === "customClaim").map(([, claim]) => claim),
            agrees: answered[1]?.state,
            says: answered[0]?.found?.slice(0, 8),
          },
          {
            letIn: entry?.decision === "allowed",
            failed: entry?.failed.map(({ rule }) => rule),
            claims: entry?.failed.filter(({ rule }) => rule === "customClaim").map(({ claim }) => claim),
            agrees: "passed",
            says: `HTTP ${entry?.status}`,
          },
        );
        kinds[entry?.decision ?? "none"] = (kinds[entry?.decision ?? "none"] ?? 0) + 1;
      };
      for (const token of [good, ...forged]) await compare(token);
      await fc.assert(
        fc.asyncProperty(claims, async (one) => compare(await issuer.token(signed(one)))),
        { ...runs(1200), endOnFailure: true },
      );
      // All kinds of decisions were met, or the equality says little.
      assert.ok(
        (kinds.allowed ?? 0) > bulk(50) &&
          (kinds.invalidToken ?? 0) > bulk(200) &&
          (kinds.insufficientScope ?? 0) > bulk(30),
        JSON.stringify(kinds),
      );
    },
  ));

test("the findings are those of `gateway explain`, which reads the same file", async () => {
  const issuer = await startTokenIssuer();
  const folder = makeTemporaryFolder("gateway");
  try {
    const file = join(folder, "own.gateway.json");
    const configuration = {
      authorizerConfiguration: { customJWTAuthorizer: policy(issuer.discoveryUrl) },
      beyondAgentCore: { requireSubject: true },
      local: { clockSkewSeconds: 30 },
    };
    writeFileSync(file, JSON.stringify(configuration, undefined, 2));
    const good = { aud: "api", client_id: "app", scope: "read", roles: ["dev"], tenant: "t1" };
    const tokens = [
      await issuer.token(good),
      await issuer.token({ ...good, aud: "x", scope: "x", tenant: undefined }),
      // Within the skew of the file.
      await issuer.token({ ...good, exp: seconds() - 5 }),
      await issuer.token({ ...good, sub: undefined }),
    ];
    for (const token of tokens) {
      const child = spawn(process.execPath, [...program("gateway"), "explain", "--json", "--config", file]);
      child.stdin.end(token);
      const { findings } = JSON.parse(await text(child.stdout)) as { findings: readonly Finding[] };
      const asked = askedWith("http://127.0.0.1:1/mcp", token, JSON.stringify(configuration));
      const report = await explainAccess(asked, accessWorld().world);
      assert.deepEqual(
        report.sections.find(({ id }) => id === "rules")?.checks.map(({ rule, state }) => [rule, state]),
        findings.map(({ rule, ok }) => [rule, ok ? "passed" : "failed"]),
      );
    }
  } finally {
    await issuer.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
