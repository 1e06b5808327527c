import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultRedirect } from "../../../src/connections/settings/redirectUriSettings.ts";
import { signedAccess } from "../../../src/diagnosis/signedAccess.ts";
import { GatewayFailure } from "../../../src/failures/failure.ts";
import type { HttpRequest } from "../../../src/lib/httpPort.ts";
import { POLICY_SESSION_HEADER } from "../../../src/lib/settableHeaders.ts";

const url = "https://gw-abcdefghij.gateway.bedrock-agentcore.eu-central-1.amazonaws.com/mcp";

test("a signed question is the one that goes with a token, in a policy session of its own where one is set", async () => {
  const asked: HttpRequest[] = [];
  const send = async (request: HttpRequest) => {
    asked.push(request);
    return new Response(null, { status: 200 }) as never;
  };
  const world = { now: () => 0, signal: new AbortController().signal };
  for (const policySession of [true, false]) {
    const settings = { redirect: defaultRedirect, policySession };
    await signedAccess({ gateway: { name: "gw", url }, settings }, { profile: undefined, send }, world);
  }
  assert.deepEqual(
    asked.map(({ body, headers = {} }) => [body, headers["mcp-protocol-version"], POLICY_SESSION_HEADER in headers]),
    [true, false].map((isSent) => ['{"jsonrpc":"2.0","id":0,"method":"ping"}', "2025-11-25", isSent]),
  );
});

test("what is set about requests and tools is told of a signed gateway too, and a header that cannot go along comes first", async () => {
  const world = { now: () => 0, signal: new AbortController().signal };
  const send = async () => new Response(null, { status: 200 }) as never;
  const layers = {
    hidden: ["delete_all"],
    rules: [{ rules: { deny: ["drop_*"] }, place: (member: string) => `gateways › gw › tools › ${member}` }],
  };
  const explained = (headers: unknown) =>
    signedAccess(
      {
        gateway: { name: "gw", url },
        settings: { redirect: defaultRedirect, policySession: true, headers } as never,
        toolLayers: layers as never,
      },
      { profile: undefined, send },
      world,
    );
  const { sections, outcome } = await explained({ "x-team": "blue" });
  assert.deepEqual(
    sections[0]?.checks.slice(1).map(({ what, found }) => [what, found]),
    [
      ["The headers that are set go along with each request", "x-team"],
      [
        "A policy session goes along with each request",
        "one UUID for each MCP connection; New Policy Session begins another",
      ],
      ["Rules keep tools from agents", "hiddenTools: delete_all; gateways › gw › tools › deny: drop_*"],
    ],
  );
  assert.match(outcome, /^Everything passes/);
  assert.match((await explained({ Authorization: "mine" })).outcome, /^First to mend: .*headers/i);
});

test("a permission that is missing is what was expected, beside what was found", async () => {
  const world = { now: () => 0, signal: new AbortController().signal };
  const facts = {
    url,
    permission: "bedrock-agentcore:InvokeGateway",
    resource: "arn:aws:bedrock-agentcore:a:1:gateway/g",
  };
  const send = async () => {
    throw new GatewayFailure("aws_permission_missing", facts);
  };
  const settings = { redirect: defaultRedirect, policySession: false };
  const asked = { gateway: { name: "gw", url }, settings };
  const { sections } = await signedAccess(asked, { profile: undefined, send }, world);
  const [check] = sections.find(({ id }) => id === "answer")?.checks ?? [];
  assert.equal(check?.expected, `${facts.permission} on ${facts.resource}`);
  assert.equal(check?.found, `${url} answers that it is not granted`);
});
