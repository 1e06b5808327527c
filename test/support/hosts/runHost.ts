import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { finished } from "node:stream/promises";
import type { HostId } from "../../../src/hosts/hostIds.ts";
import { startToolModel } from "./toolModel.ts";

/** Where a host's own program runs. */
export interface HostRun {
  readonly command: string;
  readonly home: string;
  readonly folder: string;
}

/** Longer than any of them takes on a busy computer. */
const TIMEOUT_MS = 120_000;

/** What a host says of the servers in its file, once it has started them: the tools it got, or that it is connected. */
export const runHost = {
  codex: async (run) => {
    const init = { clientInfo: { name: "test", version: "1" } };
    const answer = await asked(
      run,
      ["app-server"],
      [
        { id: 1, method: "initialize", params: init },
        { method: "initialized" },
        { id: 2, method: "mcpServerStatus/list", params: {} },
      ],
    );
    const { result } = JSON.parse(answer) as { result: { data: readonly { tools: object }[] } };
    return result.data.flatMap(({ tools }) => Object.keys(tools));
  },
  "copilot-cli": (run) =>
    withModel(async ({ address, offered }) => {
      const variables = { COPILOT_OFFLINE: "true", COPILOT_PROVIDER_BASE_URL: address, COPILOT_MODEL: "model" };
      await said(run, ["-p", "say hello", "--allow-all-tools"], variables);
      return [...offered];
    }),
  "gemini-cli": async (run) => {
    const output = await said(run, ["mcp", "list"], { GEMINI_CLI_TRUST_WORKSPACE: "true" });
    return output.split("\n").filter((line) => line.endsWith("- Connected"));
  },
  "cline-cli": (run) =>
    withModel(async ({ address, offered }) => {
      await said(run, ["auth", "-p", "openai-compatible", "-k", "none", "-m", "model", "-b", address]);
      await said(run, ["--json", "-P", "openai-compatible", "-m", "model", "-t", "60", "say hello"]);
      return [...offered];
    }),
  opencode: async (run) => {
    const output = await said(run, ["mcp", "list"], { OPENCODE_DISABLE_AUTOUPDATE: "1" });
    return output.split("\n").filter((line) => /✓ tools.*connected/.test(line));
  },
} as const satisfies Partial<Record<HostId, (run: HostRun) => Promise<readonly string[]>>>;

type Model = Awaited<ReturnType<typeof startToolModel>>;

async function withModel(act: (model: Model) => Promise<readonly string[]>): Promise<readonly string[]> {
  const model = await startToolModel();
  try {
    return await act(model);
  } finally {
    await model.stop();
  }
}

/** Nothing of the environment of the tests but what finds programs; and a way to nobody but this computer. */
const environment = ({ home }: HostRun, more: Readonly<Record<string, string>> = {}) => ({
  PATH: process.env.PATH ?? "",
  HOME: home,
  LANG: "C.UTF-8",
  HTTPS_PROXY: "http://127.0.0.1:9",
  HTTP_PROXY: "http://127.0.0.1:9",
  NO_PROXY: "127.0.0.1,localhost",
  ...more,
});

function started(run: HostRun, args: readonly string[], more?: Readonly<Record<string, string>>) {
  return spawn(run.command, args, { cwd: run.folder, env: environment(run, more), timeout: TIMEOUT_MS });
}

/** All that a program prints until it ends by itself. What it leaves running may keep its streams open. */
async function said(run: HostRun, args: readonly string[], more?: Readonly<Record<string, string>>): Promise<string> {
  const child = started(run, args, more);
  child.stdin.end();
  let output = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
  const [code, signal] = await once(child, "exit");
  endLeft(run);
  await Promise.all([finished(child.stdout), finished(child.stderr)]);
  if (code !== 0) throw new Error(`${run.command} ${args[0]} ended with ${code ?? signal}: ${output}`);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal
  return output.replaceAll(/\u001b\[[0-9;]*m/g, "");
}

interface Sent {
  readonly id?: number;
  readonly method: string;
  readonly params?: object;
}

/** Sends messages of JSON-RPC, each after the answer to the one before, and gives the last answer. */
async function asked(run: HostRun, args: readonly string[], messages: readonly Sent[]): Promise<string> {
  const child = started(run, args);
  const left = [...messages];
  const send = () => {
    for (let next = left.shift(); next; next = left.shift()) {
      child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...next })}\n`);
      if (next.id !== undefined) return next.id;
    }
    return undefined;
  };
  let awaited = send();
  let buffer = "";
  try {
    for await (const chunk of child.stdout) {
      buffer += chunk;
      const lines = buffer.split("\n");
      buffer = lines.pop() ?? "";
      for (const line of lines) {
        if ((JSON.parse(line) as { id?: number }).id !== awaited) continue;
        if (left.length === 0) return line;
        awaited = send();
      }
    }
    throw new Error(`${run.command} ended without an answer`);
  } finally {
    child.kill();
  }
}

/** Ends what a program left running: on Linux all that has its home, which no other program has. */
export function endLeft({ home }: Pick<HostRun, "home">): void {
  if (!existsSync("/proc")) return;
  for (const name of readdirSync("/proc")) {
    try {
      if (/^\d+$/.test(name) && readFileSync(`/proc/${name}/environ`, "utf8").split("\0").includes(`HOME=${home}`)) {
        process.kill(Number(name), "SIGKILL");
      }
    } catch {
      // It ended meanwhile, or is somebody else's.
    }
  }
}
