import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { promisify } from "node:util";
import { checkClientMetadata } from "../../src/oauth/clientMetadata/checkClientMetadata.ts";
import { ownRedirects } from "../../src/oauth/clientMetadata/ownClientMetadata.ts";
import { withEditor } from "../support/editorWorld.ts";
import { makeComputer, startStandalone } from "../support/standalone/startStandalone.ts";
import { temporaryFolder } from "../support/temporaryFolder.ts";
import { until } from "../support/until.ts";
import { startWorldGateway } from "../world/support/gateway.ts";
import { startProvider } from "../world/support/provider.ts";

const url = "https://company.example/oauth/gateway-connect.json";

const folderFor = (t: TestContext): string => {
  const folder = temporaryFolder(t, "metadata");
  return folder;
};

test("a window writes the document that an administrator publishes, and checks it there as often as they ask", async (t) => {
  const file = join(folderFor(t), "gateway-connect.json");
  const company = { body: "", status: 404 };
  let checks = 0;
  await withEditor(
    {
      settings: () => ({ "gatewayConnect.redirectPorts": [4000] }),
      answer: ({ text = "", choices = [] }: { readonly text?: string; readonly choices?: readonly string[] }) => {
        if (text.includes("https address at which")) return url;
        if (text.includes("Save the Client Metadata")) return file;
        const isOffer = text.includes("Publish the document at") || text.includes("is not right");
        if (!isOffer || checks >= 2) return undefined;
        checks += 1;
        if (checks === 2) Object.assign(company, { body: readFileSync(file, "utf8"), status: 200 });
        return choices.find((choice) => choice.startsWith("Check")) ?? "Check";
      },
    },
    async (host) => {
      const { fetch } = globalThis;
      globalThis.fetch = async (input, init) => {
        if (String(input) !== url) return await fetch(input, init);
        const headers = { "content-type": "application/json" };
        return new Response(company.body, { status: company.status, headers });
      };
      try {
        await host.run("writeClientMetadata");
        await until(() => host.editor.shown.some((text) => text.includes("is right")), "the check");
      } finally {
        globalThis.fetch = fetch;
      }
      const written = JSON.parse(readFileSync(file, "utf8"));
      assert.deepEqual(
        [written.client_id, written.redirect_uris[0], checks],
        [url, "http://localhost:4000/oauth/callback", 2],
      );
      assert.match(host.editor.shown.join("\n"), /client metadata document is not right[\s\S]*Found 404/);
      await host.run("writeClientMetadata", "http://company.example/a.json");
      await until(
        () => host.editor.shown.some((text) => text.includes("cannot be a client ID")),
        "the refusal of an address",
      );
    },
  );
});

test("a build that is told where our own document will be writes it, and is that client where a provider takes such", async (t) => {
  const dist = folderFor(t);
  const env = { ...process.env, GATEWAY_CONNECT_DIST: dist, GATEWAY_CONNECT_CLIENT_METADATA_URL: url };
  await promisify(execFile)(process.execPath, ["--import", import.meta.resolve("tsx"), "scripts/build.ts"], { env });
  const document = readFileSync(join(dist, "client-metadata.json"), "utf8");
  await checkClientMetadata(url, ownRedirects, {
    fetch: async () => new Response(document, { headers: { "content-type": "application/json" } }),
  });
  assert.equal(existsSync("dist/client-metadata.json"), false);

  const provider = await startProvider(t);
  Object.assign(provider.server, { client_id_metadata_document_supported: true });
  const gateway = await startWorldGateway(t, provider);
  const client = async (script: readonly string[], args: readonly string[]) => {
    const computer = makeComputer({});
    const before = provider.count("register");
    const program = await startStandalone(
      [gateway.url, "--keychain", "off", ...computer.browser(), ...args],
      computer.env,
      { script },
    );
    assert.match(await program.call("echo", { text: "hello" }), /hello/);
    await program.close();
    computer.remove();
    const [asked] = provider.forms.filter(({ endpoint }) => endpoint === "authorize").slice(-1);
    return { isOwn: asked?.form.client_id === url, registered: provider.count("register") - before };
  };
  const ours = [join(dist, "standalone.mjs")];
  assert.deepEqual(
    [
      await client(ours, []),
      // The document does not name this redirect URI.
      await client(ours, ["--redirect-path", "/other"]),
      await client(["dist/standalone.mjs"], []),
    ],
    [
      { isOwn: true, registered: 0 },
      { isOwn: false, registered: 1 },
      { isOwn: false, registered: 1 },
    ],
  );
});
