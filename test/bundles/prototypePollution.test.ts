import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import type { BundleHost } from "../support/bundleHost.ts";
import { changedAnswers } from "../support/changedAnswers.ts";
import { withEditor } from "../support/editorWorld.ts";
import { until } from "../support/until.ts";

/** Members that would change every object where somebody copies them into one by assignment. */
const members =
  '"__proto__":{"polluted":"yes","isError":true},"constructor":{"prototype":{"polluted":"yes"}},"prototype":{"polluted":"yes"},';

/** The same text with those members in the document, and in the result where it is a message. */
function withMembers(text: string): string {
  const isMessage = text.includes('"jsonrpc"');
  return isMessage
    ? text.replaceAll(/("(?:result|params|arguments|structuredContent|_meta)":\{)(?!\})/g, `$1${members}`)
    : text.replace(/^\s*\{(?!\})/, `{${members}`);
}

/** Has every answer to the extension's requests carry them, as long as the test takes. @returns how many did */
function poisoned(t: TestContext): () => number {
  let count = 0;
  changedAnswers(t, (text) => {
    const changed = withMembers(text);
    if (changed !== text) count++;
    return changed;
  });
  return () => count;
}

const shapes = () =>
  [Object.prototype, Array.prototype, Function.prototype, Map.prototype, String.prototype].map((one) =>
    Reflect.ownKeys(one).map(String).sort().join(),
  );

const said = ({ editor }: BundleHost): string => JSON.stringify([editor.shown, editor.asked]);

test("metadata, tokens, registrations, lists and results with __proto__ and constructor in them change no object of ours", async (t) => {
  const before = shapes();
  const count = poisoned(t);
  await withEditor({}, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await until(() => /Connected to local-\d+ as Ada Lovelace/.test(said(host)), "connected");
    await host.run("explainAccess");
    await host.run("copyDiagnostics");
    await host.run("signOut");
  });
  assert.ok(count() > 8, `${count()} answers were poisoned`);
  assert.deepEqual(
    [shapes(), ({} as { polluted?: string }).polluted, ([] as { polluted?: string }).polluted],
    [before, undefined, undefined],
  );
});
