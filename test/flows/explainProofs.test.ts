import assert from "node:assert/strict";
import { test } from "node:test";
import { leaksOf, shownOf, withSignedIn } from "../support/explainWorld.ts";

test("Explain Access sends a bound token with a proof, says that it is bound, and shows neither key nor proof", () =>
  withSignedIn({ dpop: "require", dpopNonces: true }, async (signedIn) => {
    const report = await signedIn.explain();
    const checks = report.sections.flatMap((section) => section.checks);
    const bound = checks.find(({ what }) => what.includes("bound to a key"));
    assert.deepEqual([report.letIn, bound?.state, bound?.found], [true, "passed", "bound to the key of this sign-in"]);
    const { tokens } = signedIn;
    const shown = shownOf(report);
    assert.ok(tokens.proofKey?.d && tokens.isBound);
    assert.ok(!shown.includes(tokens.proofKey.d ?? "") && !shown.includes("dpop+jwt"));
    assert.deepEqual(leaksOf(signedIn, report), []);

    const without = await signedIn.explain({ tokens: { ...tokens, proofKey: undefined, isBound: undefined } as never });
    assert.equal(without.letIn, false);
    const failed = without.sections.flatMap((section) => section.checks).filter(({ state }) => state === "failed");
    assert.ok(
      failed.some(({ what, fix }) => what.includes("bound to a key") && fix?.includes("Sign in again")),
      JSON.stringify(failed),
    );
  }));
