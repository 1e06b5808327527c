import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiWorld } from "../../../../src/agentcore/controlPlane/askApi.ts";
import { getServer, listRecords, listRegistries } from "../../../../src/agentcore/controlPlane/registryList.ts";
import { recordedServer } from "../../../../src/agentcore/controlPlane/registryRecords.ts";
import type { GatewayFailure } from "../../../../src/failures/failure.ts";

const world = (answer: unknown): ApiWorld => ({
  region: "eu-central-1",
  endpointOf: () => undefined,
  send: async () => Response.json(answer),
  signal: new AbortController().signal,
});

const registry = { id: "abcdefghijkl", name: "team", status: "READY", authorizerType: "AWS_IAM" };
const record = { id: "recordrecord", name: "x", type: "MCP" };
const failureOf = async (work: Promise<unknown>) =>
  await work.then(
    () => "none",
    ({ code, facts }: GatewayFailure) => ({ code, facts }),
  );

test("malformed registries and records are refused with the place of what is wrong", async () => {
  const part = { registryId: "abcdefghijkl", name: "team", status: "READY" };
  const cases: readonly (readonly [Promise<unknown>, string])[] = [
    [listRegistries(world({ items: [] })), "registries is no list"],
    [listRegistries(world({ registries: [{ ...part, registryId: "../x" }] })), "registries[0].registryId is no id"],
    [listRecords(registry, world({ registryRecords: [7] })), "registryRecords[0] is no object"],
    [
      listRecords(registry, world({ registryRecords: [{ recordId: "a", name: "b" }] })),
      "registryRecords[0].recordType is no text",
    ],
    [getServer(registry, record, world({ registryRecords: [], errors: [] })), "registryRecords is empty"],
  ];
  for (const [work, problem] of cases) {
    const { code, facts } = (await failureOf(work)) as { code: string; facts: { problem: string } };
    assert.deepEqual([code, facts.problem], ["aws_answer_invalid", problem]);
  }
});

test("what a batch could not get is told as what it is", async () => {
  const denied = { registryId: "a", recordId: "b", errorCode: "ACCESS_DENIED" };
  const permission = "agent-registry:BatchGetDiscoverableRegistryRecord";
  assert.deepEqual(await failureOf(getServer(registry, record, world({ registryRecords: [], errors: [denied] }))), {
    code: "aws_listing_denied",
    facts: { permission, region: "eu-central-1" },
  });
  const gone = { ...denied, errorCode: "RESOURCE_NOT_FOUND", message: "It is gone" };
  assert.deepEqual(await failureOf(getServer(registry, record, world({ registryRecords: [], errors: [gone] }))), {
    code: "aws_api_refused",
    facts: {
      url: "https://agent-registry.eu-central-1.api.aws/discoverable-records-batch",
      ...{ permission, status: 200, words: "It is gone" },
    },
  });
});

test("a server's addresses are those it was described from and those of its server.json, in every form that was seen", () => {
  const of = (descriptors: unknown, more: object = {}) =>
    recordedServer({ url: "", place: "", value: { descriptors, ...more } });
  const remote = { type: "streamable-http", url: "https://a.example/mcp" };
  const text = (data: unknown) => ({ mcpServer: { data: JSON.stringify(data) } });
  assert.deepEqual(of(text({ remotes: [remote] })).remotes, ["https://a.example/mcp"]);
  assert.deepEqual(of(text({ server: { remotes: [remote, remote] } })).remotes, ["https://a.example/mcp"]);
  const described = { mcpServer: { source: { fromUrl: { url: "https://b.example/mcp" } }, data: "not JSON" } };
  assert.deepEqual(of(described).remotes, ["https://b.example/mcp"]);
  for (const odd of [
    undefined,
    null,
    7,
    [],
    {},
    { mcpServer: null },
    { mcpServer: { data: 7 } },
    text([1]),
    text({ remotes: {} }),
  ])
    assert.deepEqual(of(odd), { remotes: [], hasPlaceholders: false });
  assert.deepEqual(of(text({ remotes: [{ url: "https://{t}.example" }, null, { url: 7 }] })), {
    remotes: [],
    hasPlaceholders: true,
  });
  const discoveryUrl = "https://login.example.com/.well-known/openid-configuration";
  const agentcoreGateway = {
    authorizerType: "CUSTOM_JWT",
    authorizerConfiguration: { customJWTAuthorizer: { discoveryUrl } },
  };
  const found = of(described, { provenance: [null, { sourceDetails: { agentcoreGateway } }] }).found;
  assert.deepEqual([found?.authorizerType, found?.rules?.discoveryUrl], ["CUSTOM_JWT", discoveryUrl]);
});
