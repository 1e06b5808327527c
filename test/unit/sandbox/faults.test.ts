import assert from "node:assert/strict";
import { test } from "node:test";
import { parseGatewayFaults } from "../../../src/gateway/gatewayFaults.ts";
import { parseSandboxFaults, tokenEndpointErrors } from "../../../src/sandbox/faults/sandboxFaults.ts";

const outcome = (act: () => object): unknown => {
  try {
    return act();
  } catch (error) {
    return (error as Error).message.split(";")[0];
  }
};

test("faults are taken as they are named, and everything else is refused by name", () => {
  const inputs: unknown[] = [
    {},
    { noPkce: true, wrongIss: false },
    { tokenEndpointError: tokenEndpointErrors[0] },
    { tokenEndpointError: "teapot" },
    { noPkce: "yes" },
    { toString: true },
    { __proto__: null, constructor: true },
    null,
    ["noPkce"],
    "noPkce",
  ];
  assert.deepEqual(
    inputs.map((input) => outcome(() => parseSandboxFaults(input))),
    [
      {},
      { noPkce: true, wrongIss: false },
      { tokenEndpointError: "500-json" },
      `tokenEndpointError is one of ${tokenEndpointErrors.join(", ")}, not "teapot"`,
      'the fault "noPkce" is true or false, not "yes"',
      'there is no fault "toString"',
      'there is no fault "constructor"',
      ...Array(3).fill("faults are an object of names and values"),
    ],
  );
});

test("the gateway's faults are taken as they are named, each with its own kind of value", () => {
  const inputs: unknown[] = [{}, { status: 502, html: true }, { status: "502" }, { noPkce: true }, undefined];
  assert.deepEqual(
    inputs.map((input) => outcome(() => parseGatewayFaults(input))),
    [
      {},
      { status: 502, html: true },
      'the gateway\'s fault "status" is a number, not "502"',
      'the gateway has no fault "noPkce"',
      "faults are an object of names and values",
    ],
  );
});
