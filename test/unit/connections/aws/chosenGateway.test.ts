import assert from "node:assert/strict";
import { test } from "node:test";
import type { GatewayDetail } from "../../../../src/agentcore/controlPlane/gatewayRecords.ts";
import { chosenGateway } from "../../../../src/connections/aws/chosenGateway.ts";
import { chosenRecord, chosenRegistry } from "../../../../src/connections/aws/chosenRecord.ts";

const id = "tools-a1b2c3d4e5";
const place = { region: "eu-central-1", profile: "dev" };
const own = `https://${id}.gateway.bedrock-agentcore.eu-central-1.amazonaws.com`;
const rules = {
  discoveryUrl: "https://login.example.com/.well-known/openid-configuration",
  allowedAudience: ["api://tools"],
  allowedClients: ["one", "two"],
  scopes: ["api://tools/read"],
  isPrivate: false,
};

const detail = (more: Partial<GatewayDetail> = {}): GatewayDetail => ({
  ...{ id, name: "tools", status: "READY", statusReasons: [], authorizerType: "CUSTOM_JWT" },
  configuration: { gatewayId: id },
  ...more,
});

test("the address is AWS's, complete, and one of our own making where AWS says none that may be used", () => {
  const addresses: readonly (readonly [string | undefined, string])[] = [
    [undefined, `${own}/mcp`],
    [own, `${own}/mcp`],
    [`${own}/`, `${own}/mcp`],
    [`${own}/mcp`, `${own}/mcp`],
    ["https://tools.example.com/mcp", "https://tools.example.com/mcp"],
    ["http://tools.example.com/mcp", `${own}/mcp`],
    ["javascript:alert(1)", `${own}/mcp`],
    ["not an address", `${own}/mcp`],
  ];
  for (const [url, address] of addresses) {
    assert.equal(chosenGateway(detail(url === undefined ? {} : { url }), place).address, address);
  }
  assert.equal(
    chosenGateway(detail(), { region: "cn-north-1", profile: undefined }).address,
    `https://${id}.gateway.bedrock-agentcore.cn-north-1.amazonaws.com.cn/mcp`,
  );
});

test("a target with an address of its own is connected at it, under both names", () => {
  const { address, name } = chosenGateway(detail(), { ...place, target: "notes/invocations" });
  assert.deepEqual([address, name], [`${own}/notes/invocations`, "tools-notes"]);
});

test("the rules for tokens become what is set and what is known, and several audiences become none", () => {
  assert.deepEqual(chosenGateway(detail({ rules }), { ...place, clientId: "two" }), {
    address: `${own}/mcp`,
    name: "tools",
    settings: { clientId: "two", audience: "api://tools" },
    issuer: "https://login.example.com",
    scopes: ["api://tools/read"],
    configuration: { gatewayId: id },
  });
  const others = { ...rules, allowedAudience: ["a", "b"], scopes: [], discoveryUrl: "https://login.example.com/other" };
  assert.deepEqual(chosenGateway(detail({ rules: others, configuration: undefined }), place), {
    address: `${own}/mcp`,
    name: "tools",
    settings: {},
  });
});

test("what is signed is signed with the profile, and for the region only where the address does not say it", () => {
  for (const authorizerType of ["AWS_IAM", "AUTHENTICATE_ONLY"]) {
    assert.deepEqual(chosenGateway(detail({ authorizerType, rules }), place).settings, {
      signIn: "aws",
      awsProfile: "dev",
    });
  }
  const elsewhere = detail({ authorizerType: "AWS_IAM", url: "https://tools.example.com/mcp" });
  assert.deepEqual(chosenGateway(elsewhere, { ...place, profile: undefined }).settings, {
    signIn: "aws",
    awsRegion: "eu-central-1",
  });
  assert.deepEqual(chosenGateway(detail({ authorizerType: "NONE", rules: undefined as never }), place).settings, {});
});

test("a record and a registry are connected by what the registry says of them, under a name of one word", () => {
  const server = { remotes: [], hasPlaceholders: false, found: { authorizerType: "AWS_IAM" } };
  const record = { id: "x", name: "com.example/tools <b>", type: "GATEWAY" };
  assert.deepEqual(chosenRecord(record, { url: `${own}/mcp`, server, place }), {
    address: `${own}/mcp`,
    name: "tools -b-",
    settings: { signIn: "aws", awsProfile: "dev" },
  });
  const registry = { id: "abcdefghijkl", name: "team", status: "READY", authorizerType: "AWS_IAM" };
  assert.deepEqual(chosenRegistry(registry, place), {
    address: "https://agent-registry.eu-central-1.api.aws/registry/abcdefghijkl/mcp",
    name: "team",
    settings: { signIn: "aws", awsProfile: "dev" },
  });
});
