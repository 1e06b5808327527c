import assert from "node:assert/strict";
import { chmod, realpath, rm, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { findBridgeRuntime, reducedEnvironment } from "../../../../src/node/bridge/bridgeRuntime.ts";
import { failureOf } from "../../../support/fakePorts.ts";
import { makeTemporaryFolder } from "../../../support/temporaryFolder.ts";

const platform = process.platform;
const posix = platform !== "win32";

/** Programs that stand in for editors: one that runs scripts, one that opens windows instead, one too old. */
async function programs() {
  const folder = await realpath(makeTemporaryFolder("bridge-runtime"));
  const script = async (name: string, text: string) => {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`);
    await chmod(join(folder, name), 0o755);
    return join(folder, name);
  };
  return {
    folder,
    editor: await script("editor", `[ "$ELECTRON_RUN_AS_NODE" = 1 ] && [ -z "$SECRET" ] && echo 22.22.0`),
    fused: await script("fused", "exit 1"),
    old: await script("old", "echo 16.20.0"),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

test("the bridge is run by the first that can: the editor itself, a node of this computer, the person's choice", {
  skip: !posix && "shell scripts stand in for editors",
}, async (t) => {
  const { folder, editor, fused, old, remove } = await programs();
  t.after(remove);
  const node = join(folder, "node");
  await symlink(process.execPath, node);
  const PATH = `${join(folder, "nowhere")}:${folder}`;
  const find = (execPath: string, env: Record<string, string>, chosen?: string) =>
    failureOf(() => findBridgeRuntime(chosen, { execPath, env: { PATH, ...env }, platform }));
  const world = (execPath: string, env: Record<string, string> = {}) => ({ execPath, env: { PATH, ...env }, platform });
  const found = [
    await findBridgeRuntime(undefined, world(editor, { SECRET: "marked" })),
    await findBridgeRuntime(undefined, world(fused)),
    await findBridgeRuntime(undefined, world(old)),
    await findBridgeRuntime(undefined, world(editor, { APPIMAGE: "/x.AppImage" })),
    await findBridgeRuntime(editor, world(fused)),
    await findBridgeRuntime(undefined, world(process.execPath)),
  ];
  assert.deepEqual(found, [editor, node, node, node, editor, process.execPath]);
  assert.deepEqual(
    [
      await find(fused, { PATH: "/nowhere" }),
      await find(editor, {}, old),
      await find(join(folder, "gone"), { PATH: "" }),
    ],
    [fused, old, join(folder, "gone")].map((path) => ({ code: "runtime_not_found", facts: { tried: [path] } })),
  );
});

test("for a host that strips the variable which makes an editor run as Node, a Node is found and no editor", {
  skip: !posix && "shell scripts stand in for editors",
}, async (t) => {
  const { folder, editor, remove } = await programs();
  t.after(remove);
  // Started without the variable it would open a window.
  await writeFile(editor, `#!/bin/sh\ncase "$2" in *versions.electron*) echo 0;; *) echo 22.22.0;; esac\n`);
  const world = (PATH: string) => ({ execPath: editor, env: { PATH }, platform, wantsNode: true });
  const nowhere = await failureOf(() => findBridgeRuntime(undefined, world("/nowhere")));
  await symlink(process.execPath, join(folder, "node"));
  assert.deepEqual(
    {
      nowhere,
      found: await findBridgeRuntime(undefined, world(folder)),
      chosen: await failureOf(() => findBridgeRuntime(editor, world(folder))),
      others: await findBridgeRuntime(undefined, { ...world(folder), wantsNode: false }),
    },
    {
      nowhere: { code: "runtime_not_found", facts: { tried: [editor] } },
      found: join(folder, "node"),
      chosen: { code: "runtime_not_found", facts: { tried: [editor] } },
      others: editor,
    },
  );
});

test("a node that only the person's shell knows is found", { skip: !posix && "there is no such shell" }, async (t) => {
  const { folder, fused, remove } = await programs();
  t.after(remove);
  await writeFile(join(folder, "shell"), `#!/bin/sh\necho welcome\necho ${process.execPath}\n`);
  await chmod(join(folder, "shell"), 0o755);
  const env = { PATH: "/nowhere", SHELL: join(folder, "shell") };
  assert.equal(await findBridgeRuntime(undefined, { execPath: fused, env, platform }), process.execPath);
});

test("of the environment only what hosts hand on is left", () => {
  const name = posix ? "HOME" : "USERPROFILE";
  assert.deepEqual(reducedEnvironment({ [name]: "h", HTTPS_PROXY: "p", AWS_SECRET_ACCESS_KEY: "s" }), { [name]: "h" });
});
