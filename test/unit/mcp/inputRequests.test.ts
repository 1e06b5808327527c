import assert from "node:assert/strict";
import { test } from "node:test";
import { inputFor } from "../../../src/mcp/inputRequests.ts";
import { recordingPeer } from "../../support/mcpKernel.ts";

test("everything a result asks for is put to the peer, and goes back under its key with the state", async () => {
  const { peer, asked } = recordingPeer({ action: "accept" });
  const inputRequests = { name: { method: "elicitation/create", params: {} }, roots: { method: "roots/list" } };
  const input = await inputFor({ inputRequests, requestState: "s" }, peer, undefined);
  assert.deepEqual(
    { input, asked },
    {
      input: { inputResponses: { name: { action: "accept" }, roots: { action: "accept" } }, requestState: "s" },
      asked: ["elicitation/create", "roots/list"],
    },
  );
});

test("a result that asks nothing is repeated with its state only", async () => {
  const { peer } = recordingPeer();
  assert.deepEqual(
    [await inputFor({ requestState: "s" }, peer, undefined), await inputFor({}, peer, undefined)],
    [{ requestState: "s" }, {}],
  );
});

test("what the peer refuses fails the call", async () => {
  const peer = { ...recordingPeer().peer, request: async () => Promise.reject(new RangeError("no")) };
  await assert.rejects(inputFor({ inputRequests: { a: { method: "roots/list" } } }, peer, undefined), RangeError);
});
