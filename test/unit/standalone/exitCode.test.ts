import assert from "node:assert/strict";
import { test } from "node:test";
import { type AnyFailure, type FailureCode, GatewayFailure } from "../../../src/failures/failure.ts";
import { exitCodes } from "../../../src/standalone/arguments.ts";
import { exitCodeOf } from "../../../src/standalone/exitCode.ts";
import { failureSamples } from "../../support/failureSamples.ts";

test("a script learns by the exit code who has to do something", () => {
  const wanted: Readonly<Partial<Record<FailureCode, number>>> = {
    url_invalid: exitCodes.argumentsWrong,
    transport_outdated: exitCodes.gatewayNotUsable,
    issuer_changed: exitCodes.gatewayNotUsable,
    access_denied: exitCodes.notSignedIn,
    stored_by_newer_version: exitCodes.notSignedIn,
    unexpected: exitCodes.unexpected,
  };
  const codes = Object.keys(wanted) as FailureCode[];
  assert.deepEqual(
    Object.fromEntries(
      codes.map((code) => [code, exitCodeOf(new GatewayFailure(code, failureSamples[code]) as AnyFailure)]),
    ),
    wanted,
  );
});
