import assert from "node:assert/strict";
import { manifest } from "./ourExtension.ts";
import { ideTest } from "./suite.ts";

ideTest("the manifest asks for no proposed API, so the vendor's VS Code and Kiro run it too", () => {
  assert.deepEqual(manifest().enabledApiProposals ?? [], []);
});

ideTest("the command a person looks for begins with Connect Gateway, with nothing before it", () => {
  const connect = manifest().contributes.commands.find(({ command }) => command === "gatewayConnect.connect");
  assert.match(connect?.title ?? "", /^Connect Gateway\b/);
  assert.equal(connect?.category, undefined);
});

ideTest("the authentication provider and the MCP provider are declared under one id", () => {
  const { authentication, mcpServerDefinitionProviders } = manifest().contributes;
  assert.deepEqual(
    { accounts: authentication?.map(({ id }) => id), servers: mcpServerDefinitionProviders?.map(({ id }) => id) },
    { accounts: ["gateway-connect"], servers: ["gateway-connect"] },
  );
});
