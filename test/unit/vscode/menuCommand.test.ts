import assert from "node:assert/strict";
import { test } from "node:test";
import type { Connection } from "../../../src/connections/connection.ts";
import { useFakeEditor } from "../../support/fakeEditor.ts";
import { resolvedConnection } from "../../support/resolved.ts";

const labels: string[] = [];
useFakeEditor({
  window: {
    async showQuickPick(items: readonly { readonly label: string }[]) {
      labels.push(...items.map(({ label }) => label));
    },
  },
});
const { menuCommand } = await import("../../../src/vscode/commands/menuCommand.ts");

const connection: Connection = {
  id: "c1",
  name: "Work",
  url: "https://gw.example.com/mcp",
  authorization: {
    kind: "oauth",
    server: { issuer: "https://login.example.com", device_authorization_endpoint: "https://login.example.com/device" },
    clientId: "app",
    clientSource: "configured",
    scopes: [],
  },
};

test("the menu offers what the flow allows that the settings name now", async () => {
  const offered = async (settings: Readonly<Record<string, unknown>>) => {
    labels.length = 0;
    const resolved = resolvedConnection(connection.authorization, settings);
    await menuCommand([{ connection, state: { kind: "signedOut" }, resolved, tools: 1 }], false);
    return labels.filter((label) => /Code|Secret/.test(label)).map((label) => label.replace(/^\S+ /, ""));
  };
  assert.deepEqual(
    { people: await offered({}), machine: await offered({ signIn: "clientCredentials" }) },
    { people: ["Sign In to Work with a Code…"], machine: ["Change the Secret of Work…"] },
  );
});
