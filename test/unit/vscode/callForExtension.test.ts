import assert from "node:assert/strict";
import { test } from "node:test";
import type { Gateways } from "../../../src/connections/gateways.ts";
import { type AnyFailure, GatewayFailure } from "../../../src/failures/failure.ts";
import { failureText } from "../../../src/failures/failureText.ts";
import { failureLine } from "../../../src/failures/wording.ts";
import { useFakeEditor } from "../../support/fakeEditor.ts";

useFakeEditor({});

const { callForExtension } = await import("../../../src/vscode/agents/callForExtension.ts");

test("another extension is told in English why a call failed, whatever the editor speaks", async (t) => {
  const { l10n } = (globalThis as unknown as { fakeEditor: { l10n: { t: (sentence: string) => string } } }).fakeEditor;
  t.mock.method(l10n, "t", () => "別の言語");
  const session = { id: "one", accessToken: "given" };
  const failure = new GatewayFailure("tool_hidden", { gateway: "finance", tool: "whoami" });
  const gateways = {
    find: () => ({ id: "a", sessionId: "one" }),
    relay: async () => ({ own: { callToolForAgent: () => Promise.reject(failure) } }),
  } as unknown as Gateways;
  const call = callForExtension({ session, gateway: "a", tool: "whoami" }, undefined, {
    gateways,
    isGiven: () => true,
  });
  await assert.rejects(call, { code: "tool_hidden", message: failureLine(failureText(failure as AnyFailure)) });
});
