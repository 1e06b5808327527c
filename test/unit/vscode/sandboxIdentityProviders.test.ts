import assert from "node:assert/strict";
import { test } from "node:test";
import { sandboxProfileIds } from "../../../src/sandbox/profiles/sandboxProfiles.ts";
import { sandboxChoices } from "../../../src/vscode/commands/sandboxIdentityProviders.ts";

test("the editor offers every identity provider the sandbox knows, the generic one first, each by a name of its own", () => {
  const labels = new Set(sandboxChoices.map(({ label }) => label));
  const unexplained = sandboxChoices.filter(({ detail }) => detail.length < 20 || detail.length > 130);
  assert.deepEqual(
    { offered: sandboxChoices.map(({ profile }) => profile), labels: labels.size, unexplained },
    { offered: sandboxProfileIds, labels: sandboxProfileIds.length, unexplained: [] },
  );
});
