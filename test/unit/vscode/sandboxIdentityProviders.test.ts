import assert from "node:assert/strict";
import { test } from "node:test";
import { sandboxChoices } from "../../../src/sandbox/sandboxArguments.ts";
import { sandboxIdentityProviders } from "../../../src/vscode/commands/sandboxIdentityProviders.ts";

test("the editor offers every identity provider the sandbox knows, the generic one first, each by a name of its own", () => {
  const labels = new Set(sandboxIdentityProviders.map(({ label }) => label));
  const unexplained = sandboxIdentityProviders.filter(({ detail }) => detail.length < 20 || detail.length > 130);
  assert.deepEqual(
    { offered: sandboxIdentityProviders.map(({ profile }) => profile), labels: labels.size, unexplained },
    { offered: sandboxChoices, labels: sandboxChoices.length, unexplained: [] },
  );
});
