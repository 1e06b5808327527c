import assert from "node:assert/strict";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { npmPackage } from "../support/npmPackage.ts";
import { runCommand } from "../support/vscode/runCommand.ts";
import { startWebServer } from "../support/webServer.ts";

const vsce = resolve("node_modules", "@vscode", "vsce", "vsce");
/** The program that publishes to Open VSX, where Kiro, Cursor and others look. EPL-2.0, and not a part of anything. */
const OVSX_VERSION = "1.4.0";

test("the packager of the marketplace takes the extension as it is, with nothing allowed that it warns of", async () => {
  const folder = await mkdtemp(join(tmpdir(), "gateway-connect-vsix-"));
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
  const folder = await mkdtemp(join(tmpdir(), "gateway-connect-ovsx-"));
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
