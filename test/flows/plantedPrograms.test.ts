import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type TestContext, test } from "node:test";
import { silentLog } from "../../src/lib/log.ts";
import { findAwsCli } from "../../src/node/aws/awsCli.ts";
import { findBridgeRuntime } from "../../src/node/bridge/bridgeRuntime.ts";
import { withClaudeCode } from "../../src/node/hostFiles/claudeCode.ts";
import { browserCommands, openBrowser } from "../../src/node/redirect/openBrowser.ts";
import { credentialPlaces } from "../../src/node/secrets/credentialPlaces.ts";
import { editorKeychain } from "../../src/node/secrets/editorKeychain.ts";
import { openKeychain } from "../../src/node/secrets/keychain.ts";
import { findProgram } from "../../src/system/findProgram.ts";
import { foreignPlaces } from "../../src/system/ownPrograms.ts";
import { startTree } from "../../src/system/processTree.ts";
import { startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { temporaryFolder } from "../support/temporaryFolder.ts";
import { withSandbox } from "../support/withSandbox.ts";

const skip = process.platform === "win32" && "the planted programs are shells of POSIX";
const planted = ["claude", "aws", "git", "node", "xdg-open", "open", "secret-tool", "security", "pass", "dbus-send"];

/** A workspace with programs of these names in it, at its root, in a folder of tools and in one that a link leads to. */
function workspace(t: TestContext) {
  const folder = realpathSync(temporaryFolder(t, "planted"));
  const ran = join(folder, "ran");
  const tools = join(folder, "node_modules", ".bin");
  mkdirSync(tools, { recursive: true });
  for (const at of [folder, tools]) {
    for (const name of planted) {
      writeFileSync(join(at, name), `#!/bin/sh\necho "${name}" >> "${ran}"\necho 22.0.0\n`);
      chmodSync(join(at, name), 0o755);
    }
  }
  const outside = realpathSync(temporaryFolder(t, "linked"));
  symlinkSync(tools, join(outside, "bin"));
  /** Every way that a path leads into it: the current directory by nothing and by a dot, relative, absolute, by a link. */
  const PATH = ["", ".", "node_modules/.bin", "./node_modules/.bin", tools, join(outside, "bin")].join(delimiter);
  return { folder, PATH, hasRun: () => existsSync(ran) };
}

test("no program is taken from the workspace or a relative folder of the path, whatever it is called", {
  skip,
}, async (t) => {
  const { folder, PATH, hasRun } = workspace(t);
  const { platform } = process;
  const env = { PATH, HOME: tmpdir(), DISPLAY: ":0" };
  const isForeign = foreignPlaces([folder], folder);
  const before = process.cwd();
  process.chdir(folder);
  t.after(() => process.chdir(before));
  const found: unknown[] = [];
  for (const name of planted) for await (const path of findProgram(name, { platform, env })) found.push(path);
  const aws = await findAwsCli({ env, platform, foreignFolders: [folder], cwd: before });
  const none = { read: async () => undefined, change: async () => true };
  const host = withClaudeCode("/own", none, { platform, env, home: folder, isForeign: () => isForeign });
  const claude = await host
    .change("/own", () => '{"mcpServers":{"a":{"command":"x"}}}')
    .then(
      () => "changed",
      (failure: { code: string }) => failure.code,
    );
  const node = await findBridgeRuntime(undefined, { execPath: "/nowhere", env, platform, isForeign }).then(
    (path) => path,
    (failure: { code: string }) => failure.code,
  );
  const world = { platform, env };
  const opened = await openBrowser("https://login.test/", browserCommands(world), world);
  const named = await openBrowser("https://login.test/", [["xdg-open"], ["open"]], world);
  const keychain = await openKeychain(platform, env);
  process.chdir(before);
  const editors = await editorKeychain({ now: Date.now, log: silentLog, env, isForeign })
    .fresh.secrets.get("session:a")
    .then(
      () => "read",
      (failure: { code: string }) => failure.code,
    );
  process.chdir(folder);
  const secret = await credentialPlaces(env)
    .run(["pass", "show", "gateway"])
    .catch((error: Error) => error.message);
  assert.deepEqual(
    {
      found,
      aws: aws?.startsWith(folder) ?? false,
      claude,
      node,
      opened,
      named,
      keychain,
      editors,
      secret,
      ran: hasRun(),
    },
    {
      ...{ found: [], aws: false, claude: "host_file_protected", node: "runtime_not_found" },
      ...{
        opened: false,
        named: false,
        keychain: undefined,
        editors: "keychain_unavailable",
        secret: "it cannot be run (ENOENT)",
        ran: false,
      },
    },
  );
  // What somebody wrote into a configuration of the local gateway is theirs where its folder is absolute, and nowhere else.
  assert.throws(
    () => startTree("git", [], platform, { env: { PATH: ["", ".", "node_modules/.bin"].join(delimiter) } }),
    {
      code: "ENOENT",
    },
  );
});

test("a program of the person's own is found behind those of the workspace", { skip }, async (t) => {
  const { folder, PATH } = workspace(t);
  const own = realpathSync(temporaryFolder(t, "own"));
  mkdirSync(join(own, "folder", "claude"), { recursive: true });
  writeFileSync(join(own, "claude"), "#!/bin/sh\n");
  chmodSync(join(own, "claude"), 0o755);
  const env = { PATH: [PATH, join(own, "folder"), own].join(delimiter) };
  const world = { platform: process.platform, env, isForeign: foreignPlaces([folder], folder) };
  const { value } = await findProgram("claude", world).next();
  assert.equal(value, join(own, "claude"));
});

test(
  "the standalone that is started in a workspace runs none of its programs, and keeps nothing in a keychain of its",
  { skip },
  (t) =>
    withSandbox({}, (sandbox) =>
      withComputer({}, async (computer) => {
        const { folder, PATH, hasRun } = workspace(t);
        const env = { ...computer.env, PATH, DISPLAY: ":0" };
        // Nothing of the person can open a page, so that they are shown a code.
        const standalone = await startStandalone([sandbox.gatewayUrl], env, { cwd: folder });
        await standalone.says(/To sign in to \S+, open/);
        await standalone.close();
        assert.equal(hasRun(), false);
      }),
    ),
);
