import assert from "node:assert/strict";
import { test } from "node:test";
import {
  isChangeNotification,
  serverEvent,
  subscriptionFilter,
  withoutSubscriptionId,
} from "../../../src/mcp/changeNotifications.ts";

test("changes of lists and resources are for everybody; progress, log and the caller's roots are not", () => {
  const all = [
    "notifications/tools/list_changed",
    "notifications/prompts/list_changed",
    "notifications/resources/list_changed",
    "notifications/resources/updated",
    "notifications/roots/list_changed",
    "notifications/message",
    "notifications/progress",
  ];
  assert.deepEqual(all.map(isChangeNotification), [true, true, true, true, false, false, false]);
});

test("a change becomes the event of its kind, and anything else none", () => {
  const updated = { uri: "test://one", _meta: { trace: "t" } };
  assert.deepEqual(
    [
      serverEvent("notifications/prompts/list_changed", undefined),
      serverEvent("notifications/resources/updated", updated),
      serverEvent("notifications/message", { data: 1 }),
    ],
    [{ kind: "prompts_list_changed" }, { kind: "resource_updated", uri: "test://one", params: updated }, undefined],
  );
});

test("what is listened for is what the server announces, and the resources asked for", () => {
  const announced = { tools: { listChanged: true }, prompts: { listChanged: false }, resources: {} };
  assert.deepEqual(
    [subscriptionFilter(announced, []), subscriptionFilter({}, ["test://one"]), subscriptionFilter({}, [])],
    [{ toolsListChanged: true }, { resourceSubscriptions: ["test://one"] }, undefined],
  );
});

test("the id of a stream stays between us and the server, and everything else goes on", () => {
  const id = { "io.modelcontextprotocol/subscriptionId": 7 };
  assert.deepEqual(
    [
      withoutSubscriptionId({ uri: "x", _meta: { ...id, trace: "t" } }),
      withoutSubscriptionId({ uri: "x", _meta: id }),
      withoutSubscriptionId({ _meta: id }),
      withoutSubscriptionId({ uri: "x" }),
      withoutSubscriptionId(undefined),
    ],
    [{ uri: "x", _meta: { trace: "t" } }, { uri: "x" }, undefined, { uri: "x" }, undefined],
  );
});
