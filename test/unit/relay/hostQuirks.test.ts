import assert from "node:assert/strict";
import { test } from "node:test";
import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { HostQuirks, MAX_TOOL_NAME, shortName } from "../../../src/relay/hostQuirks.ts";

const long = `target___${"x".repeat(60)}`;
const call = (name: string, id = 1): JSONRPCMessage => ({ jsonrpc: "2.0", id, method: "tools/call", params: { name } });

test("a name that fits stays as it is, and a longer one gets a mark of its own within the limit", () => {
  const fits = "a".repeat(MAX_TOOL_NAME);
  const [one, other] = [shortName(`${fits}1`), shortName(`${fits}2`)];
  assert.deepEqual(
    {
      fits: shortName(fits) === fits,
      lengths: [one.length, other.length],
      same: one === other,
      again: shortName(`${fits}1`) === one,
      start: long.startsWith(shortName(long).slice(0, 30)),
    },
    { fits: true, lengths: [MAX_TOOL_NAME, MAX_TOOL_NAME], same: false, again: true, start: true },
  );
});

test("only the answer to tools/list is renamed, and a call is led back, also by a window that never listed them", () => {
  const rules = new HostQuirks(() => [{ name: long }, { name: "plain" }]);
  rules.toRelay({ jsonrpc: "2.0", id: 7, method: "tools/list" });
  const listed = { jsonrpc: "2.0", id: 7, result: { tools: [{ name: long, title: "kept" }] } } as JSONRPCMessage;
  const other = { jsonrpc: "2.0", id: 8, result: { tools: [{ name: long }] } } as JSONRPCMessage;
  const nameOf = (message: JSONRPCMessage) => ("params" in message ? message.params?.name : undefined);
  assert.deepEqual(
    {
      listed: rules.toEditor(listed),
      other: rules.toEditor(other),
      back: nameOf(rules.toRelay(call(shortName(long)))),
      plain: nameOf(rules.toRelay(call("plain"))),
      unknown: nameOf(rules.toRelay(call("unknown"))),
    },
    {
      listed: { jsonrpc: "2.0", id: 7, result: { tools: [{ name: shortName(long), title: "kept" }] } },
      other,
      back: long,
      plain: "plain",
      unknown: "unknown",
    },
  );
});

test("what a host gave up is forgotten, and its next request of that id is its own", () => {
  const rules = new HostQuirks(() => [{ name: long }]);
  const tools = { jsonrpc: "2.0", id: 7, result: { tools: [{ name: long }] } } as JSONRPCMessage;
  rules.toRelay({ jsonrpc: "2.0", id: 7, method: "tools/list" });
  const given = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 7 } } as JSONRPCMessage;
  assert.deepEqual([rules.toRelay(given), rules.toEditor(tools)], [given, tools]);
});
