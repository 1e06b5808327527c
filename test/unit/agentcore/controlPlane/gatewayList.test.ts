import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiWorld } from "../../../../src/agentcore/controlPlane/askApi.ts";
import { getGateway, listGateways, listTargets } from "../../../../src/agentcore/controlPlane/gatewayList.ts";
import type { GatewayFailure } from "../../../../src/failures/failure.ts";

/** Answers the nth request with the nth page; what was asked for is noted. */
function pages(...given: readonly unknown[]) {
  const asked: string[] = [];
  const world: ApiWorld = {
    region: "eu-central-1",
    endpointOf: () => undefined,
    send: async (_service, url) => {
      asked.push(String(url).replace(/^https:\/\/[^/]+/, ""));
      return Response.json(given[Math.min(asked.length, given.length) - 1]);
    },
    signal: new AbortController().signal,
  };
  return { asked, world };
}

const item = (name: string, more: object = {}) => ({
  ...{ gatewayId: `${name}-a1b2c3d4e5`, name, status: "READY", authorizerType: "CUSTOM_JWT" },
  ...more,
});

const problemOf = async (work: Promise<unknown>): Promise<unknown> =>
  await work.then(
    () => "none",
    (failure: GatewayFailure<"aws_answer_invalid">) => [failure.code, failure.facts.problem],
  );

test("all pages are read, each once, and the gateways come by name", async () => {
  const { asked, world } = pages(
    { items: [item("zebra", { protocolType: "MCP", description: "d" })], nextToken: "a b/+" },
    { items: [item("ape"), item("zebra")], nextToken: null },
  );
  const { all, isCut } = await listGateways(world);
  assert.deepEqual(asked, ["/gateways/?maxResults=100", "/gateways/?maxResults=100&nextToken=a%20b%2F%2B"]);
  assert.deepEqual([all.map(({ name }) => name), isCut], [["ape", "zebra"], false]);
});

test("a list without end is read as far as anybody reads, and says that there is more", async () => {
  let page = 0;
  const { world, asked } = pages();
  const endless: ApiWorld = {
    ...world,
    send: async (_service, url) => {
      asked.push(String(url));
      page++;
      return Response.json({ items: [item(`g${page}`)], nextToken: `t${page}` });
    },
  };
  const { all, isCut } = await listGateways(endless);
  assert.deepEqual([all.length, isCut, asked.length], [100, true, 100]);
});

test("malformed answers are refused with the place of what is wrong", async () => {
  const cases: readonly (readonly [unknown, string])[] = [
    [{}, "items is no list"],
    [{ items: {} }, "items is no list"],
    [{ items: [null] }, "items[0] is no object"],
    [{ items: [item("a"), { name: "b" }] }, "items[1].gatewayId is no text"],
    [{ items: [item("a", { gatewayId: "../../etc" })] }, "items[0].gatewayId is not the id of a gateway"],
    [{ items: [item("a", { status: 7 })] }, "items[0].status is no text"],
    [{ items: [item("a", { name: "" })] }, "items[0].name is no text"],
    [{ items: [], nextToken: "again" }, "its next page is one that was read"],
  ];
  for (const [answer, problem] of cases) {
    assert.deepEqual(await problemOf(listGateways(pages(answer).world)), ["aws_answer_invalid", problem]);
  }
  assert.deepEqual(await problemOf(getGateway("x-a1b2c3d4e5", pages({ name: "x" }).world)), [
    "aws_answer_invalid",
    "gatewayId is no text",
  ]);
});

test("a gateway has its rules with scopes as the provider is asked for them, and what is not as expected counts as absent", async () => {
  const customJWTAuthorizer = {
    discoveryUrl: "https://login.example.com/.well-known/openid-configuration",
    allowedAudience: ["api://one"],
    allowedClients: ["client-1", 7, ""],
    allowedScopes: ["tools.read", "tools.write"],
    advertisedScopeMapping: { "tools.read": "api://one/tools.read", "tools.write": 7 },
    privateEndpoint: { managedVpcResource: {} },
  };
  const whole = item("tools", {
    gatewayUrl: "https://x.example/mcp",
    authorizerConfiguration: { customJWTAuthorizer },
  });
  const { asked, world } = pages({ ...whole, statusReasons: ["one", 2] });
  const detail = await getGateway("tools-a1b2c3d4e5", world);
  assert.deepEqual(asked, ["/gateways/tools-a1b2c3d4e5/"]);
  assert.deepEqual(
    { rules: detail.rules, url: detail.url, reasons: detail.statusReasons, configuration: detail.configuration },
    {
      rules: {
        discoveryUrl: customJWTAuthorizer.discoveryUrl,
        allowedAudience: ["api://one"],
        allowedClients: ["client-1"],
        scopes: ["api://one/tools.read", "tools.write"],
        isPrivate: true,
      },
      url: "https://x.example/mcp",
      reasons: ["one"],
      configuration: { ...whole, statusReasons: ["one", 2] },
    },
  );
});

test("targets are listed with what they are", async () => {
  const { asked, world } = pages({ items: [{ name: "t", status: "READY", targetType: "LAMBDA", description: "d" }] });
  assert.deepEqual(await listTargets("x-a1b2c3d4e5", world), {
    all: [{ name: "t", status: "READY", type: "LAMBDA", description: "d" }],
    isCut: false,
  });
  assert.deepEqual(asked, ["/gateways/x-a1b2c3d4e5/targets/?maxResults=100"]);
});
