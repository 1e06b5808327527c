import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { exitCodes } from "../../src/standalone/arguments.ts";
import { managedMachine } from "../support/managedMachine.ts";

const machine = managedMachine();
after(() => machine.remove());

const GATEWAY = "https://gateway.invalid/mcp";

/** The standalone to its end, started by a host that has gone at once: it ends by itself unless something stops it. */
function run(...args: readonly string[]): { readonly code: number | null; readonly said: string } {
  const script = join(machine.bundles, "standalone.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...args], { encoding: "utf8", input: "" });
  return { code: status, said: `${stdout}${stderr}` };
}

const quiet = ["--keychain", "off", "--browser", "none"];

/** A file, what is started, and what stops it. */
const stopped: readonly (readonly [what: string, policy: object | string, args: readonly string[], code: string])[] = [
  ["another gateway", { gateways: [{ address: "https://other.example" }] }, [], "managed_gateway_refused"],
  [
    "another issuer that is typed",
    { issuers: ["https://a.example"] },
    ["--issuer", "https://b.example"],
    "managed_issuer_refused",
  ],
  ["a header from a file", { credentials: [] }, ["--header", "X-Key: file:package.json"], "managed_credential_refused"],
  ["a host where none is allowed", { hosts: [] }, [], "managed_entry_refused"],
  ["a broken file", "{", [], "managed_policy_broken"],
];

for (const [what, policy, args, code] of stopped) {
  test(`the standalone is stopped by the administrator's file: ${what}`, () => {
    machine.write(policy);
    const { code: exit, said } = run(GATEWAY, ...quiet, ...args);
    machine.write(undefined);
    assert.deepEqual([exit, /\((managed_\w+)\)/.exec(said)?.[1]], [exitCodes.notAllowed, code], said);
  });
}

test("without a file, and with one that is not the administrator's alone, nothing is stopped", () => {
  const without = run(GATEWAY, ...quiet);
  machine.write({ gateways: [] });
  chmodSync(machine.file, 0o666);
  const ignored = run(GATEWAY, ...quiet);
  const checked = run("policy", "check");
  machine.write(undefined);
  const none = run("policy", "check");
  assert.deepEqual(
    [without.code, ignored.code, checked.code, none.code],
    [exitCodes.ended, exitCodes.ended, exitCodes.notAllowed, exitCodes.ended],
    JSON.stringify([without, ignored, checked, none]),
  );
  assert.match(ignored.said, /managed_policy_ignored/);
});
