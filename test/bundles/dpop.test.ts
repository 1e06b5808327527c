import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { decodeJwt } from "jose";
import { bridgeEntry, startHost } from "../support/bridgeHost.ts";
import { pageOf, refuse, withEditor } from "../support/editorWorld.ts";
import { withRefusingProvider } from "../support/refusingProvider.ts";
import { until } from "../support/until.ts";

/** Whether the page to sign in is asked to bind the code to a key (RFC 9449, 10). */
async function bindsCode(gateway: Readonly<Record<string, unknown>>): Promise<boolean> {
  let binds = false;
  await withRefusingProvider(async (issuer) => {
    await withEditor(
      { gateway: () => ({ issuer, clientId: "app", ...gateway }), browse: refuse },
      async (host, sandbox) => {
        sandbox.setGatewayFaults({ noAuthorizationServers: true });
        await host.run("connect", sandbox.gatewayUrl);
        const asked = pageOf(host);
        assert.ok(asked.has("code_challenge"), "a page was opened");
        binds = /^[\w-]{43}$/.test(asked.get("dpop_jkt") ?? "");
      },
    );
  });
  return binds;
}

test("a window asks for bound tokens, or for none, as it is set for the gateway", async () => {
  assert.deepEqual(
    [await bindsCode({}), await bindsCode({ dpop: true }), await bindsCode({ dpop: false })],
    [false, true, false],
  );
});

test("a window sends bound tokens with proofs to a gateway that takes no others, with the nonces of both, and a host calls through it", () =>
  withEditor({ sandbox: { dpop: "require", dpopNonces: true, recordSecrets: true } }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await until(() => host.editor.shown.some((text) => text.includes("Connected to")), "the connection");
    await host.editor.servers?.provideMcpServerDefinitions();
    const { connections } = JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8"));
    const { id } = connections[0] as { id: string };
    const agent = await startHost(bridgeEntry(host.storage, { id }));
    const answer = await agent.client.callTool({ name: "sample___echo", arguments: { text: "hello" } });
    await agent.stop();
    assert.match(JSON.stringify(answer), /hello/);
    const [token = ""] = sandbox.issuedSecrets().flatMap(({ kind, value }) => (kind === "access_token" ? [value] : []));
    assert.ok((decodeJwt(token).cnf as { jkt?: string }).jkt);
    // The key is a secret as the tokens are: nowhere but in the secret storage.
    const files = readdirSync(host.storage, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    const kept = files.map((file) => readFileSync(join(file.parentPath, file.name), "utf8")).join("\n");
    assert.doesNotMatch(kept, /proofKey/);
    assert.match(kept, new RegExp(id));
  }));
