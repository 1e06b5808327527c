import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { operatorNames } from "../../../../src/agentcore/authorizer/claimOperators.ts";
import { readConfiguration } from "../../../../src/gateway/configuration/readConfiguration.ts";

const page = readFileSync("docs/gateway.md", "utf8");
const blocks = [...page.matchAll(/```jsonc?\n(.*?)```/gs)].map(([, json = ""]) => json);

test("every example of the documentation is one that a gateway starts with", () => {
  const results = blocks.map((json) => {
    const whole = json.includes("authorizerConfiguration")
      ? json
      : `{ "authorizerConfiguration": { "customJWTAuthorizer": ${json} } }`;
    // Places to fill in are no values that AWS would take.
    return readConfiguration(whole.replaceAll(/<[^>]+>/g, "x"), { SHOP_KEY: "1" });
  });
  assert.deepEqual(
    results.map((result) => (result.kind === "good" ? "good" : result.faults)),
    ["good", "good", "good", "good"],
  );
});

test("every operator of a custom claim is explained", () => {
  const explained = /^\| customClaim \| (.*) \| 401 \|$/m.exec(page)?.[1] ?? "";
  assert.deepEqual(
    operatorNames.filter((name) => !new RegExp(`\\b${name}\\b`).test(explained)),
    [],
  );
});
