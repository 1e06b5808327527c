import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../src/connections/connection.ts";
import type { AccessReport } from "../../src/diagnosis/accessReport.ts";
import { type AnyFailure, asFailure } from "../../src/failures/failure.ts";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { companySetting, enterpriseWorld, withCompany } from "../support/enterpriseWorld.ts";
import { accessWorld, askedBy, checksOf } from "../support/explainWorld.ts";
import { holdClock } from "../support/holdClock.ts";
import { part } from "../support/programs.ts";

// What ships.
const { explainAccess } = await part("explain");

type World = ReturnType<typeof enterpriseWorld>;

/** The report on a connection, with what went wrong last. */
async function explained(
  sandbox: Sandbox,
  world: World,
  { id }: Connection,
  { failure, setting = companySetting(sandbox) }: { readonly failure?: AnyFailure; readonly setting?: unknown } = {},
): Promise<AccessReport> {
  const connection = world.gateways.find(id);
  const resolved = connection && world.gateways.resolved(connection);
  assert.ok(connection && resolved);
  const tokens = await world.gateways.storedTokens(connection);
  const asked = askedBy(connection, tokens, {
    ...{ connection: resolved, settings: resolved.settings, flow: resolved.flow },
    enterprise: { setting, ...(failure && { failure }) },
  });
  return await explainAccess(asked, accessWorld().world);
}

const stepsOf = (report: AccessReport) =>
  checksOf(report).flatMap(({ what, state, found = "" }) => (/^Step \d/.test(what) ? [{ what, state, found }] : []));

test("Explain Access shows both steps with what came of them, and makes neither", () =>
  withCompany(1, { recordSecrets: true }, async ([sandbox]) => {
    const world = enterpriseWorld([sandbox]);
    const connection = await world.in(0);
    const before = sandbox.observe().tokenRequests;
    const report = await explained(sandbox, world, connection);
    const [first, second] = stepsOf(report);
    assert.equal(first?.what, `Step 1 of 2: ${sandbox.enterprise?.issuer} vouches for you to ${sandbox.issuer}`);
    assert.deepEqual([first?.state, second?.state, report.letIn], ["passed", "passed", true]);
    assert.match(
      first?.found ?? "",
      /an assertion at .*, for the client gateway-connect-at-gateway and the scopes gateway\.read/,
    );
    assert.match(second?.found ?? "", /a token at .*, with the scopes gateway\.read/);
    const takes = checksOf(report).find(({ what }) => what.includes("takes assertions of companies"));
    assert.equal(takes?.state, "passed");
    // Both steps are made again: no page and no refresh token of the gateway's own is needed.
    const renewal = checksOf(report).flatMap(({ what, found = "" }) => (/renewed/.test(what) ? [[what, found]] : []));
    assert.deepEqual(
      renewal.map(([what]) => what),
      ["When it is renewed"],
    );
    assert.doesNotMatch(String(renewal), /by signing in again/);
    assert.equal(sandbox.observe().tokenRequests, before);
    const shown = JSON.stringify(report);
    const secrets = sandbox.issuedSecrets();
    assert.ok(secrets.length > 3);
    for (const { value } of secrets) assert.ok(!shown.includes(value));
    await world.stop();
  }));

test("a step that was refused is shown with whom to ask, and the other as passed or not asked", (t) =>
  withCompany(1, { accessTokenSeconds: 120 }, async ([sandbox]) => {
    const moveOn = holdClock(t);
    const world = enterpriseWorld([sandbox]);
    const connection = await world.in(0);
    const states: unknown[] = [];
    for (const faults of [{ exchangeRefused: true }, { redemptionRefused: true }]) {
      sandbox.setFaults(faults);
      moveOn(200);
      const now = world.gateways.find(connection.id);
      const failure = await (now && world.gateways.currentTokens(now))?.then(() => undefined, asFailure);
      assert.ok(failure);
      const report = await explained(sandbox, world, connection, { failure });
      states.push(stepsOf(report).map(({ state }) => state));
      const failed = checksOf(report).find(({ what, state }) => what.startsWith("Step") && state === "failed");
      assert.match(failed?.fix ?? "", faults.exchangeRefused ? /whoever administers/ : /platform team/);
    }
    assert.deepEqual(states, [
      ["failed", "unknown"],
      ["passed", "failed"],
    ]);
    await world.stop();
  }));

test("a company that is set wrongly, or is not there, is told in the report", () =>
  withCompany(1, {}, async ([sandbox]) => {
    const world = enterpriseWorld([sandbox]);
    const connection = await world.in(0);
    const found = async (setting: unknown) =>
      checksOf(await explained(sandbox, world, connection, { setting }))
        .filter(({ what, state }) => /company's identity provider/.test(what) && state === "failed")
        .map(({ expected = "", found: text = "" }) => `${expected} ${text}`)
        .join();
    assert.match(await found({ issuer: 5 }), /enterpriseIdentityProvider › issuer/);
    assert.match(await found({}), /Found none/);
    assert.match(await found({ issuer: "http://127.0.0.1:9", clientId: "a" }), /127\.0\.0\.1:9/);
    await world.stop();
  }));
