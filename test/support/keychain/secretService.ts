import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { runTool } from "../../../src/system/runTool.ts";
import { removeFolder } from "../removeFolder.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { until } from "../until.ts";
import { ensureSystemParts, onPath, type SystemPart } from "../vscode/systemParts.ts";

const parts: readonly SystemPart[] = [
  { name: "dbus-daemon", debianPackage: "dbus-daemon", isThere: () => onPath("dbus-daemon") !== undefined },
  {
    name: "gnome-keyring-daemon",
    debianPackage: "gnome-keyring",
    isThere: () => onPath("gnome-keyring-daemon") !== undefined,
  },
  { name: "secret-tool", debianPackage: "libsecret-tools", isThere: () => onPath("secret-tool") !== undefined },
];

/** Why these tests say nothing on this system; false on Linux, where they run. */
export const noSecretService: string | false =
  process.platform !== "linux" &&
  "only Linux has a Secret Service; its own keychain is asked by systemKeychain.test.ts";

/** A desktop's Secret Service, with a bus of its own and nobody at the screen. */
export interface SecretService {
  /** What a program needs to find it, and nothing else of this computer's session. */
  readonly env: Readonly<Record<string, string>>;
  /** The names of our entries, locked or not. */
  entries(): Promise<readonly string[]>;
  /** Every start of `secret-tool`: its command line as other programs see it, and its environment. */
  calls(): readonly string[];
  /** Ends the daemon and starts it again, as at the next login, whose password was not given yet. */
  lock(): Promise<void>;
  unlock(): Promise<void>;
  /** Kills the daemon; the bus stays, and nothing starts another. */
  kill(): Promise<void>;
}

/**
 * A private bus and `gnome-keyring-daemon` for as long as `act` takes, in a home of its own.
 *
 * @throws Error where what it takes is neither there nor to be installed
 */
export async function withSecretService(act: (service: SecretService) => Promise<void>): Promise<void> {
  await ensureSystemParts(parts, (line) => console.error(line));
  const folder = makeTemporaryFolder("gwc-keyring");
  const programs = join(folder, "programs");
  const runtime = join(folder, "run");
  for (const path of [programs, runtime]) mkdirSync(path, { mode: 0o700 });
  const calls = watchedTool(folder, programs);
  const env = {
    PATH: `${programs}${delimiter}${process.env.PATH}`,
    HOME: folder,
    XDG_RUNTIME_DIR: runtime,
    XDG_DATA_HOME: join(folder, "data"),
    XDG_CACHE_HOME: join(folder, "cache"),
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(runtime, "bus")}`,
  };
  const bus = startBus(folder, env);
  let daemon: ChildProcess | undefined;
  const stop = async () => daemon && (await ended(daemon, "SIGKILL"));
  // Without a password on its input it is as at a login: there, and locked.
  const start = async (password?: string) => {
    await stop();
    // A daemon that finds no bus goes on without one.
    await until(() => existsSync(join(runtime, "bus")), "the bus is there");
    const args = ["--foreground", "--components=secrets", `--control-directory=${join(runtime, "keyring")}`];
    daemon = spawn("gnome-keyring-daemon", [...args, ...(password === undefined ? [] : ["--unlock"])], {
      env,
      stdio: ["pipe", "ignore", "ignore"],
    });
    daemon.stdin?.end(password);
    await until(async () => (await search(env)).code === 0, "the Secret Service answers");
  };
  const password = "of a test";
  try {
    await start(password);
    await act({
      env,
      entries: async () => {
        const { complaint } = await search(env);
        return [...complaint.matchAll(/^attribute\.(?:gkr:compat:hashed:)?entry = (.*)$/gm)].map(
          ([, name = ""]) => name,
        );
      },
      calls: () => readFileSync(calls, "utf8").split("\n==\n").slice(0, -1),
      lock: () => start(),
      unlock: () => start(password),
      kill: async () => void (await stop()),
    });
  } finally {
    await stop();
    await ended(bus, "SIGTERM");
    removeFolder(folder);
  }
}

/** The real one, past the watch on it. It ends well on a locked entry, of which it complains, and where nobody answers it does not. */
const search = (env: Readonly<Record<string, string>>) =>
  runTool(10_000, { ...env, PATH: process.env.PATH })(
    "secret-tool",
    ["search", "--all", "service", "gateway-connect"],
    "",
  );

/** A `secret-tool` that notes how it was started before it becomes the real one. */
function watchedTool(folder: string, programs: string): string {
  const calls = join(folder, "calls");
  writeFileSync(calls, "");
  const tool = join(programs, "secret-tool");
  const real = onPath("secret-tool");
  writeFileSync(
    tool,
    `#!/bin/sh\n{ cat /proc/$$/cmdline /proc/$$/environ; printf '\\n==\\n'; } >>"${calls}"\nexec "${real}" "$@"\n`,
  );
  chmodSync(tool, 0o755);
  return calls;
}

/** No service is started by it, so that who is not there stays away. */
function startBus(folder: string, env: Readonly<Record<string, string>>): ChildProcess {
  const configuration = join(folder, "bus.conf");
  writeFileSync(
    configuration,
    `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>${env.DBUS_SESSION_BUS_ADDRESS}</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*"/>
    <allow receive_sender="*"/>
    <allow own="*"/>
  </policy>
</busconfig>
`,
  );
  return spawn("dbus-daemon", [`--config-file=${configuration}`, "--nofork", "--nopidfile"], { env, stdio: "ignore" });
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((done) => {
    child.once("exit", () => done());
    child.kill(signal);
  });
}
