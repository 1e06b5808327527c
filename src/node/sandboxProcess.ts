import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { GatewayFailure } from "../core/failure.ts";
import type { Log } from "../core/log.ts";

export interface SandboxProcess {
  readonly gatewayUrl: string;
  readonly issuer: string;
  readonly clientId: string;
  stop(): Promise<void>;
}

/** What a program needs of the environment; everything else of the editor's stays with the editor. */
const inherited = [
  "PATH",
  "HOME",
  "TMPDIR",
  "TEMP",
  "TMP",
  "SystemRoot",
  "USERPROFILE",
  "APPDATA",
  "LOCALAPPDATA",
  "LANG",
];

const startTimeoutMs = 20_000;
const stopPatienceMs = 3_000;

/**
 * Starts the sandbox gateway as a process of its own. It ends when its standard input closes, so it cannot outlive us.
 *
 * @param execPath the editor's own runtime, which `ELECTRON_RUN_AS_NODE` makes a Node
 * @param onEnded called when it ended without being asked to
 * @throws GatewayFailure `sandbox_not_started` with the last thing it said
 */
export async function startSandboxProcess({
  execPath,
  script,
  args = [],
  onEnded,
  log,
}: {
  readonly execPath: string;
  readonly script: string;
  readonly args?: readonly string[];
  readonly onEnded?: () => void;
  readonly log: Log;
}): Promise<SandboxProcess> {
  const env: NodeJS.ProcessEnv = { ELECTRON_RUN_AS_NODE: "1" };
  for (const name of inherited) if (process.env[name] !== undefined) env[name] = process.env[name];
  const child = spawn(execPath, [script, ...args], { env, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
  let lastWords = "it said nothing";
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.trim() !== "") lastWords = line.trim();
    log.debug("sandbox", { said: line });
  });
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      lastWords = error.message;
      resolve();
    });
    child.once("close", () => resolve());
  });
  child.stdin.on("error", () => {});

  let asked = false;
  const stop = async (): Promise<void> => {
    asked = true;
    child.stdin.end();
    const killer = setTimeout(() => child.kill("SIGKILL"), stopPatienceMs);
    await ended;
    clearTimeout(killer);
  };
  const ready = await readyLine(child, ended);
  if (!ready) {
    await stop();
    throw new GatewayFailure("sandbox_not_started", { reason: lastWords });
  }
  log.info("sandbox gateway started", { gateway: ready.gatewayUrl, issuer: ready.issuer });
  void ended.then(() => {
    if (asked) return;
    log.warn("the sandbox gateway ended", { reason: lastWords });
    onEnded?.();
  });
  return { ...ready, stop };
}

async function readyLine(child: ChildProcess, ended: Promise<void>): Promise<Omit<SandboxProcess, "stop"> | undefined> {
  if (!child.stdout) return undefined;
  const lines = createInterface({ input: child.stdout });
  const found = new Promise<Omit<SandboxProcess, "stop">>((resolve) => {
    lines.on("line", (line) => {
      if (!line.startsWith("{")) return;
      const { ready, gatewayUrl, issuer, clientId } = JSON.parse(line) as Record<string, unknown>;
      if (ready === true) {
        resolve({ gatewayUrl: String(gatewayUrl), issuer: String(issuer), clientId: String(clientId) });
      }
    });
  });
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), startTimeoutMs);
  });
  const first = await Promise.race([found, ended.then(() => undefined), tooLong]);
  clearTimeout(timer);
  return first;
}
