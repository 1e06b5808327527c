import assert from "node:assert/strict";
import { test } from "node:test";
import { suggestedName } from "../../../src/connections/connection.ts";

test("a connection is named after what people recognise in its address", () => {
  const names = {
    "https://tools-a1b2c3d4e5.gateway.bedrock-agentcore.us-east-1.amazonaws.com/mcp": "tools",
    "https://my-team-tools-a1b2c3d4e5.gateway.bedrock-agentcore.eu-west-1.amazonaws.com/mcp": "my-team-tools",
    "https://mcp.example.com/mcp": "example.com",
    "https://tools.example.com/mcp": "tools.example.com",
    "http://localhost:8080/mcp": "local-8080",
    "http://127.0.0.1/mcp": "local-80",
  };
  assert.deepEqual(Object.fromEntries(Object.keys(names).map((url) => [url, suggestedName(new URL(url))])), names);
});
