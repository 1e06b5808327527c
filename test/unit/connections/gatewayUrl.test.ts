import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { agentCoreGatewayUrl, gatewayCandidates, parseGatewayAddress } from "../../../src/connections/gatewayUrl.ts";
import { isFailure } from "../../../src/failures/failure.ts";
import { anyCharacter, webAddress } from "../../support/anyText.ts";
import { runs } from "../../support/bulk.ts";

const id = "tools-a1b2c3d4e5";
const agentCore = `https://${id}.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp`;

/** The addresses to try, or what is wrong with the text. */
function read(input: string): unknown {
  try {
    const address = parseGatewayAddress(input);
    return address.kind === "url" ? address.candidates.map(String) : address;
  } catch (failure) {
    return isFailure(failure) ? { [failure.code]: failure.facts } : failure;
  }
}

const table = (cases: Readonly<Record<string, unknown>>) =>
  assert.deepEqual(Object.fromEntries(Object.keys(cases).map((input) => [input, read(input)])), cases);

test("an AgentCore gateway is found under whatever its console, API or guide shows of it", () => {
  table({
    [agentCore]: [agentCore],
    [`${agentCore}/`]: [agentCore],
    [agentCore.replace("/mcp", "")]: [agentCore],
    [agentCore.replace("/mcp", "/")]: [agentCore],
    [agentCore.replace("https://", "")]: [agentCore],
    [`  "${agentCore}",\n`]: [agentCore],
    [`<${agentCore}>`]: [agentCore],
    [`arn:aws:bedrock-agentcore:us-east-1:123456789012:gateway/${id}`]: [agentCore],
    [`arn:aws-us-gov:bedrock-agentcore:us-gov-west-1:123456789012:gateway/${id}`]: [
      agentCore.replace("us-east-1", "us-gov-west-1"),
    ],
    [id]: { kind: "regionNeeded", gatewayId: id },
  });
});

test("an address at AgentCore whose path is known is tried as it is, and under a target's name alone both of its forms", () => {
  const gateway = agentCore.replace("/mcp", "");
  const asTyped = [
    "/shop/invocations",
    "/slack/mcp",
    "/slack/api/v2/tools",
    // Targets may be called so.
    "/v1/mcp",
    "/inference/mcp",
  ].map((path) => `${gateway}${path}`);
  const runtime = "arn:aws:bedrock-agentcore:us-east-1:123456789012:runtime/my_tools-a1b2c3d4e5";
  const runtimeUrl = `https://bedrock-agentcore.us-east-1.amazonaws.com/runtimes/${encodeURIComponent(runtime)}/invocations?qualifier=DEFAULT`;
  const registry = "https://agent-registry.us-east-1.api.aws/registry/abcdef123456/mcp";
  const preview = "https://bedrock-agentcore.us-east-1.amazonaws.com/registry/abcdef123456/mcp";
  const elsewhere = agentCore.replace("us-east-1.amazonaws.com", "eusc-de-east-1.amazonaws.eu");
  table({
    ...Object.fromEntries([...asTyped, runtimeUrl, registry, elsewhere].map((url) => [url, [url]])),
    // The preview ended, and its registries have another host.
    [preview]: [registry],
    [`${preview}/`]: [registry],
    [`${gateway}/shop/invocations/`]: [`${gateway}/shop/invocations`],
    [`${gateway}/shop/invocations?qualifier=DEFAULT#top`]: [`${gateway}/shop/invocations?qualifier=DEFAULT`],
    [`${gateway}/shop`]: [`${gateway}/shop/mcp`, `${gateway}/shop/invocations`],
    [`${gateway}/shop/`]: [`${gateway}/shop/mcp`, `${gateway}/shop/invocations`],
    [runtime]: [runtimeUrl],
    "arn:aws:agent-registry:us-east-1:123456789012:registry/abcdef123456": [registry],
    [`arn:aws-eusc:bedrock-agentcore:eusc-de-east-1:123456789012:gateway/${id}`]: [elsewhere],
    // Not of this service.
    "arn:aws:agent-registry:us-east-1:123456789012:runtime/x": {
      url_invalid: { input: "arn:aws:agent-registry:us-east-1:123456789012:runtime/x" },
    },
    // Hosts that only look like it.
    "https://a.gateway.bedrock-agentcore.us-east-1.amazonaws.com.example/t/invocations": [
      "https://a.gateway.bedrock-agentcore.us-east-1.amazonaws.com.example/t/invocations",
      "https://a.gateway.bedrock-agentcore.us-east-1.amazonaws.com.example/t/invocations/mcp",
    ],
  });
});

test("an address of AgentCore that is not MCP is told as what it is, with the one to use instead", () => {
  const gateway = agentCore.replace("/mcp", "");
  const other = (address: string, what: string, instead?: string) => ({
    address_not_mcp: { address, what, ...(instead !== undefined && { instead }) },
  });
  const inference = [
    "/v1/chat/completions",
    "/v1/messages",
    "/v1/responses",
    "/v1/models",
    "/inference",
    "/inference/v1/messages",
  ];
  const agents = ["/a2a", "/a2a/agent", "/responses", "/converse"];
  const metadata = ["/.well-known/oauth-protected-resource", "/.well-known/agent-card.json"];
  const at = (paths: readonly string[], what: string) =>
    Object.fromEntries(paths.map((path) => [`${gateway}${path}`, other(`${gateway}${path}`, what, agentCore)]));
  const registry = "https://agent-registry.us-east-1.api.aws/registry/abcdef123456/mcp";
  const api = "https://agent-registry.us-east-1.api.aws/registries/abcdef123456/discoverable-records-search";
  const preview = "https://bedrock-agentcore.us-east-1.amazonaws.com/registry/abcdef123456/tools";
  const consent = "https://bedrock-agentcore.us-east-1.amazonaws.com/identities/oauth2/authorize";
  const console = "https://us-east-1.console.aws.amazon.com/bedrock-agentcore/gateways";
  const control = [
    "https://bedrock-agentcore-control.us-east-1.amazonaws.com/gateways",
    "https://bedrock-agentcore-control-fips.us-gov-west-1.amazonaws.com/gateways/x",
    "https://agent-registry-control.us-east-1.api.aws/registries",
  ];
  const engine = "arn:aws:bedrock-agentcore:us-east-1:123456789012:policy-engine/rules-a1b2c3d4e5";
  table({
    ...at(inference, "inference"),
    ...at(agents, "agent"),
    ...at(metadata, "metadata"),
    [`${gateway}/v1/messages/?beta=true`]: other(`${gateway}/v1/messages/`, "inference", agentCore),
    [api]: other(api, "registryApi", registry),
    [preview]: other(preview, "registryApi", registry),
    [`${consent}?request_uri=secret`]: other(consent, "consent"),
    [console]: other(console, "console"),
    ...Object.fromEntries(control.map((url) => [url, other(url, "controlPlane")])),
    [engine]: other(engine, "otherResource"),
    // Not AgentCore's: anybody may serve MCP there.
    "https://gw.example.com/v1/messages": [
      "https://gw.example.com/v1/messages",
      "https://gw.example.com/v1/messages/mcp",
    ],
  });
});

test("any other gateway is tried as it was given, then at /mcp", () => {
  table({
    "https://gw.example.com/mcp": ["https://gw.example.com/mcp"],
    "https://gw.example.com": ["https://gw.example.com/mcp", "https://gw.example.com/"],
    "https://gw.example.com/": ["https://gw.example.com/mcp", "https://gw.example.com/"],
    "gw.example.com": ["https://gw.example.com/mcp", "https://gw.example.com/"],
    "HTTPS://GW.Example.com/team": ["https://gw.example.com/team", "https://gw.example.com/team/mcp"],
    "https://gw.example.com/mcp?tenant=a#top": ["https://gw.example.com/mcp?tenant=a"],
    "https://gateway/mcp": ["https://gateway/mcp"],
    // A framework that serves only the form with the slash gets its chance, after the usual one.
    "https://gw.example.com/mcp/": ["https://gw.example.com/mcp", "https://gw.example.com/mcp/"],
    "http://localhost:8080/mcp": ["http://localhost:8080/mcp"],
    // Of a server with both transports people have the address of the older one.
    "https://gw.example.com/v1/sse": ["https://gw.example.com/v1/mcp", "https://gw.example.com/v1/sse"],
    "http://127.0.0.1:8080/mcp": ["http://127.0.0.1:8080/mcp"],
    "http://[::1]:8080/mcp": ["http://[::1]:8080/mcp"],
  });
});

test("what is not an address, or not a safe one, is refused without repeating a password", () => {
  table({
    "": { url_invalid: { input: "" } },
    "my gateway": { url_invalid: { input: "my gateway" } },
    gateway: { url_invalid: { input: "gateway" } },
    "https://": { url_invalid: { input: "https://" } },
    "ftp://gw.example.com": { url_invalid: { input: "ftp://gw.example.com" } },
    "javascript:alert(1)": { url_invalid: { input: "javascript:alert(1)" } },
    "file:///etc/passwd": { url_invalid: { input: "file:///etc/passwd" } },
    "https://me:se/cret@gw.example.com": { url_invalid: { input: "https://…@gw.example.com" } },
    "me:secret@gw.example.com": { url_invalid: { input: "…@gw.example.com" } },
    "arn:aws:s3:::bucket": { url_invalid: { input: "arn:aws:s3:::bucket" } },
    [`arn:aws:bedrock-agentcore:moon:123456789012:gateway/${id}`]: { region_invalid: { input: "moon" } },
    "http://gw.example.com/mcp": { url_insecure: { url: "http://gw.example.com/mcp" } },
    "http://10.0.0.1/mcp": { url_insecure: { url: "http://10.0.0.1/mcp" } },
    "http://127.0.0.1.example.com/mcp": { url_insecure: { url: "http://127.0.0.1.example.com/mcp" } },
    [`${"x".repeat(200)}`]: { url_invalid: { input: `${"x".repeat(79)}…` } },
  });
});

test("a gateway id and a region make the address, in every partition", () => {
  const regions = ["us-east-1", "ap-southeast-2", "us-gov-west-1", "cn-north-1", "eusc-de-east-1"];
  assert.deepEqual(
    regions.map((region) => agentCoreGatewayUrl(id, region).hostname),
    [
      `${id}.gateway.bedrock-agentcore.us-east-1.amazonaws.com`,
      `${id}.gateway.bedrock-agentcore.ap-southeast-2.amazonaws.com`,
      `${id}.gateway.bedrock-agentcore.us-gov-west-1.amazonaws.com`,
      `${id}.gateway.bedrock-agentcore.cn-north-1.amazonaws.com.cn`,
      `${id}.gateway.bedrock-agentcore.eusc-de-east-1.amazonaws.eu`,
    ],
  );
});

test("a region cannot smuggle in another host", () => {
  for (const region of ["", "us-east-1.evil.example/", "us-east-1@evil", "US-EAST-1", "us-east-1\n"]) {
    assert.throws(() => agentCoreGatewayUrl(id, region), { code: "region_invalid" });
  }
});

test("the addresses to try need a region for a bare gateway id alone, and nothing is tried without it", async () => {
  const asked: string[] = [];
  const candidates = async (input: string, region?: string) => {
    const found = await gatewayCandidates(input, (gatewayId) => {
      asked.push(gatewayId);
      return region;
    });
    return found?.map(String);
  };
  const known = await candidates("https://gw.example.com/mcp");
  assert.deepEqual(
    { known, given: await candidates(id, " eu-west-1 "), none: await candidates(id), asked },
    {
      known: ["https://gw.example.com/mcp"],
      given: [String(agentCoreGatewayUrl(id, "eu-west-1"))],
      none: undefined,
      asked: [id, id],
    },
  );
});

test("whatever is pasted, the result is a safe address or a failure that says why", () => {
  const pasted = fc.oneof(fc.string(), webAddress("http", "https"), fc.domain(), fc.string({ unit: anyCharacter }));
  fc.assert(
    fc.property(pasted, (input) => {
      try {
        const address = parseGatewayAddress(input);
        if (address.kind === "regionNeeded") return;
        for (const url of address.candidates) {
          assert.deepEqual(
            { user: url.username, password: url.password, hash: url.hash, safe: /^https?:$/.test(url.protocol) },
            { user: "", password: "", hash: "", safe: true },
          );
        }
      } catch (failure) {
        assert.ok(isFailure(failure, "url_invalid") || isFailure(failure, "url_insecure"), String(failure));
      }
    }),
    runs(1000),
  );
});

test("reading its own best candidate again gives the same one", () => {
  // Quotes and commas at the end of what was pasted belong to the text around it.
  const address = webAddress("https").filter((url) => !/["'>,;]/.test(url));
  fc.assert(
    fc.property(address, (input) => {
      const first = parseGatewayAddress(input);
      if (first.kind !== "url") return;
      const again = parseGatewayAddress(String(first.candidates[0]));
      assert.equal(String(again.kind === "url" && again.candidates[0]), String(first.candidates[0]));
    }),
    runs(1000),
  );
});
