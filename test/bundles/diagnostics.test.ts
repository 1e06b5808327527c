import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startBundleHost } from "../support/bundleHost.ts";
import { withEditor, withHome } from "../support/editorWorld.ts";
import { withVariables } from "../support/withVariables.ts";

const secrets = ["planted-proxy-user", "planted-proxy-pass", "planted-token-1", "planted-secret-2", "planted-argument"];
const [user, password, token, secret, argument] = secrets as [string, string, string, string, string];

test("diagnostics tell of the editor's machine what a help desk asks for, and no secret that was planted there", () =>
  withHome(async (home) => {
    mkdirSync(join(home, ".cursor"));
    const servers = {
      one: { command: `/bin/${argument}`, args: ["standalone.mjs", `https://${user}:${password}@a.example/mcp`] },
    };
    writeFileSync(join(home, ".cursor", "mcp.json"), JSON.stringify({ mcpServers: servers }));
    const environment = {
      HTTPS_PROXY: `http://${user}:${password}@proxy.example.com:8080`,
      NODE_EXTRA_CA_CERTS: join(home, "not-there.pem"),
      GITHUB_TOKEN: token,
      TEAM_SECRET: secret,
    };
    const settings = () => ({ "http.proxy": `http://${user}:${password}@editor-proxy.example.com` });
    await withVariables(environment, () =>
      withEditor({ settings }, async (host) => {
        await host.run("copyDiagnostics");
        const { clipboard } = host.editor;
        for (const expected of [
          /ok {7}http\.proxy: http:\/\/editor-proxy\.example\.com, with a name and a password/,
          /ok {7}HTTPS_PROXY: http:\/\/proxy\.example\.com:8080, with a name and a password/,
          /PROBLEM {2}NODE_EXTRA_CA_CERTS: .*not-there\.pem cannot be read \(ENOENT\)/,
          /Cursor: .*mcp\.json, 1 server, 1 of them ours/,
          /PROBLEM {2}Cursor, "one": its program .* is not there/,
          /Administrator's file: none on this machine/,
        ]) {
          assert.match(clipboard, expected);
        }
        assert.deepEqual(
          secrets.filter((one) => one !== argument && clipboard.includes(one)),
          [],
          clipboard,
        );
      }),
    );
  }));

test("a machine that cannot be looked at keeps nobody from the rest of the diagnostics", async () => {
  const host = await startBundleHost({ missing: ["machine.cjs"] });
  await host.run("copyDiagnostics");
  assert.match(host.editor.clipboard, /No gateway is connected\.\n\nThis machine: part_not_loaded\n$/);
  await host.stop();
});
