import assert from "node:assert/strict";
import { test } from "node:test";
import { defaultRedirect } from "../../../src/connections/settings/redirectSettings.ts";
import { signedAccess } from "../../../src/diagnosis/signedAccess.ts";
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
