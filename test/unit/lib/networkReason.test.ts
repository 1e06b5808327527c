import assert from "node:assert/strict";
import { test } from "node:test";
import { networkReason } from "../../../src/lib/networkReason.ts";
import { networkError } from "../../support/fakePorts.ts";

test("the reason behind a failed fetch is found, however it is wrapped", () => {
  const several = new AggregateError([networkError("ECONNREFUSED"), networkError("ENETUNREACH")]);
  const endless = new Error("outer");
  endless.cause = endless;
  assert.deepEqual(
    [
      networkReason(networkError("ENOTFOUND")).text,
      networkReason(new TypeError("fetch failed", { cause: several })).text,
      networkReason(new DOMException("too late", "TimeoutError")),
      networkReason("not an error").text,
      networkReason(endless).code,
    ],
    ["ENOTFOUND", "ECONNREFUSED", { code: "TimeoutError", text: "no answer in time" }, "no reason given", "unknown"],
  );
});
