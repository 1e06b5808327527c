import assert from "node:assert/strict";
import { before, test } from "node:test";
import { everyScope } from "../../../../src/agentcore/authorizer/claimRules.ts";
import { decisionText } from "../../../../src/agentcore/authorizer/decisionText.ts";
import { IntrospectionUnavailable } from "../../../../src/agentcore/authorizer/introspection.ts";
import { newKey, type SigningKey, sign, startAuthorizer } from "../../../support/issuerInProcess.ts";

let key: SigningKey;

before(async () => {
  key = await newKey("ES256", "one");
});

test("each rule that AgentCore does not have is named as beyond AgentCore, passed or failed, and no other is", async () => {
  const introspection = { endpoint: "https://idp.example/introspect", clientId: "gateway", clientSecret: "s3cret" };
  const { decide } = startAuthorizer([key.jwk], {
    beyond: { requireSubject: true, refuseIdTokens: true, deniedTokenIds: ["lost"], introspection },
    isRevoked: () => false,
    introspect: async () => false,
  });
  const decision = await decide(await sign(key, { jti: "mine" }));
  const lines = decisionText({
    kind: "insufficientScope",
    caller: { issuer: undefined, subject: undefined, client: undefined, scopes: [] },
    findings: [...decision.findings, everyScope(["read"], ["write"])],
  });
  const named = (line: string) => /^ {2}(passed|FAILED) {2}(\w+)/.exec(line)?.slice(1).join(" ");
  const beyond = lines.filter((line) => line.includes(", beyond AgentCore: ")).map(named);
  const others = lines.slice(1).filter((line) => !line.includes("beyond AgentCore"));
  assert.deepEqual(
    { beyond, others: others.map(named) },
    {
      beyond: [
        "passed subject",
        "passed idToken",
        "passed deniedToken",
        "passed revoked",
        "FAILED introspection",
        "FAILED scope",
      ],
      others: [
        "passed algorithm",
        "passed signature",
        "passed issuer",
        "passed expiry",
        "passed notBefore",
        "passed audience",
      ],
    },
  );
});

test("an issuer that is away leaves it undecided, and what is wrong without its keys is told all the same", async () => {
  const introspection = { endpoint: "https://idp.example/introspect", clientId: "gateway", clientSecret: "s3cret" };
  const without = startAuthorizer([key.jwk]);
  without.state.away = true;
  const unasked = startAuthorizer([key.jwk], {
    beyond: { introspection },
    introspect: () => Promise.reject(new IntrospectionUnavailable("no word from it")),
  });
  const seen = async ({ decide }: typeof without, claims: Record<string, unknown>) => {
    const decision = await decide(await sign(key, claims));
    const [answer = ""] = decisionText(decision);
    return [answer.split(":")[0], decision.findings.filter(({ ok }) => !ok).map(({ rule }) => rule)];
  };
  assert.deepEqual(
    {
      wrong: await seen(without, { aud: "x", exp: 1 }),
      right: await seen(without, {}),
      unasked: await seen(unasked, {}),
    },
    {
      wrong: ["undecided, answered with 500", ["expiry", "audience"]],
      right: ["undecided, answered with 500", []],
      unasked: ["undecided, answered with 500", []],
    },
  );
});
