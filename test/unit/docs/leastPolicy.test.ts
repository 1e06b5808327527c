import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { leastPolicy } from "../../../src/agentcore/controlPlane/leastPolicy.ts";

test("the page has the policies that are copied where one is missing, and each partition its own ARNs", () => {
  const page = readFileSync("docs/aws.md", "utf8");
  const policies = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) => JSON.parse(text) as unknown);
  for (const permission of ["bedrock-agentcore:ListGateways", "agent-registry:ListRegistries"]) {
    const policy = JSON.parse(JSON.stringify(leastPolicy(permission, "eu-central-1"))) as object;
    assert.ok(
      policies.some((one) => JSON.stringify(one) === JSON.stringify(policy)),
      permission,
    );
  }
  const partitions = ["cn-north-1", "us-gov-west-1", "eusc-de-east-1"].map(
    (region) => JSON.stringify(leastPolicy("bedrock-agentcore:GetGateway", region)).match(/arn:[a-z-]+:/)?.[0],
  );
  assert.deepEqual(partitions, ["arn:aws-cn:", "arn:aws-us-gov:", "arn:aws-eusc:"]);
});
