import assert from "node:assert/strict";
import { cpSync, rmSync } from "node:fs";
import { test } from "node:test";
import { startBundleHost } from "../support/bundleHost.ts";
import { withEditor, withHome } from "../support/editorWorld.ts";
import { stateOf } from "../support/sharedSignIn.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";

test("a window that starts with a sign-in asks the secret storage for it once for the view and once for the accounts", () =>
  withHome(() =>
    withEditor({}, async (before, sandbox) => {
      await before.run("connect", sandbox.gatewayUrl);
      const folder = makeTemporaryFolder("window");
      try {
        cpSync(before.storage, folder, { recursive: true, preserveTimestamps: true });
        const secrets = new Map(before.secrets);
        const [session] = [...secrets.keys()].filter((key) => key.startsWith("session:"));
        const window = await startBundleHost({ left: { folder, secrets } });
        try {
          await until(() => window.asked.length >= 3, "the window to show who is signed in");
          const state = await stateOf(window);
          const asked = [...window.asked].sort();
          assert.deepEqual(
            { state, asked },
            // The accounts are all that there are, and the last one is for whoever asks for the state.
            { state: "signedIn", asked: [`get ${session}`, `get ${session}`, `get ${session}`, "keys"] },
          );
        } finally {
          await window.stop();
        }
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
  ));
