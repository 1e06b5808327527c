import assert from "node:assert/strict";
import { test } from "node:test";
import { isLegacyRequest } from "@modelcontextprotocol/server";
import { isLegacy } from "../../../src/mcp/era.ts";
import { askedOverWeb } from "../../support/webExchange.ts";

const envelope = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "editor", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};
const unreadable = { "io.modelcontextprotocol/protocolVersion": 7 };
const call = (params?: object) => ({ jsonrpc: "2.0", id: 1, method: "tools/call", ...(params && { params }) });

test("the era of a request is what the SDK says it is", async () => {
  const bodies: readonly unknown[] = [
    ...[call(), call({}), call({ _meta: {} }), call({ _meta: envelope }), call({ _meta: { progressToken: 1 } })],
    ...[call({ _meta: unreadable }), { ...call(), method: "initialize" }],
    ...[envelope, unreadable].map((_meta) => ({ ...call({ _meta }), method: "initialize" })),
    ...[
      { ...call({ _meta: envelope }), method: "server/discover" },
      call({ _meta: { ...envelope, progressToken: {} } }),
    ],
    { jsonrpc: "2.0", method: "notifications/cancelled", params: { _meta: envelope } },
    ...[
      { jsonrpc: "2.0", method: "notifications/initialized" },
      { jsonrpc: "2.0", id: 1, result: {} },
    ],
    ...[[], [call()], [call({ _meta: envelope })], {}, null, 1, { ...call(), more: 1 }, { ...call(), jsonrpc: "1.0" }],
  ];
  const versions = [undefined, "2025-11-25", "2026-07-28", "2025-03-26", "2031-01-01", "nonsense", ""];
  let legacy = 0;
  let compared = 0;
  for (const method of ["POST", "GET", "DELETE", "PUT"]) {
    for (const version of versions) {
      for (const body of bodies) {
        const headers = {
          "content-type": "application/json",
          ...(version !== undefined && { "mcp-protocol-version": version }),
        };
        const request = () => new Request("http://us.example/", { method, headers });
        const expected = await isLegacyRequest(request(), body);
        let said: boolean | undefined;
        await askedOverWeb(async (asked) => {
          said = isLegacy(asked, body);
          return { status: 200, headers: {} };
        }, request());
        assert.equal(said, expected, JSON.stringify({ method, version, body }));
        compared++;
        if (expected) legacy++;
      }
    }
  }
  assert.ok(legacy > 100 && compared - legacy > 30, `${legacy} of ${compared}`);
});
