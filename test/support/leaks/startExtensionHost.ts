import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { testProgram } from "../programs.ts";
import { visit } from "../signInByHttp.ts";
import { temporaryVariables } from "../suites/temporaryFolders.ts";
import { startProcess } from "../vscode/startProcess.ts";
import type { HostCommand, HostOptions } from "./extensionHost.ts";

type Said = { readonly id?: number; readonly ready?: boolean; readonly opened?: string } & Readonly<
  Record<string, unknown>
>;

export interface StartedHost {
  readonly pid: number;
  /** All that it printed. */
  readonly logs: readonly string[];
  ask<T = unknown>(what: Omit<HostCommand, "id">): Promise<T>;
  stop(): Promise<void>;
}

/**
 * Starts the extension's bundles in a process, with a person in front of a browser. All that it leaves, as it is ended at
 * once, is in the folder.
 */
export async function startExtensionHost(
  folder: string,
  options: HostOptions,
  { env = process.env, flags = [] }: { readonly env?: NodeJS.ProcessEnv; readonly flags?: readonly string[] } = {},
): Promise<StartedHost> {
  const file = join(folder, "host.json");
  writeFileSync(file, JSON.stringify(options));
  const temporary = join(folder, "tmp");
  mkdirSync(temporary, { recursive: true });
  const args = [...flags, testProgram("test/support/leaks/extensionHost.ts"), file];
  const started = startProcess(process.execPath, args, {
    stdin: true,
    env: { ...env, ...temporaryVariables(temporary) },
  });
  const visited = new Set<string>();
  started.child.stdout?.on("data", () => {
    for (const line of started.logs) {
      const opened = said(line)?.opened;
      if (opened === undefined || visited.has(opened)) continue;
      visited.add(opened);
      void visit(opened).catch(() => {});
    }
  });
  await started.line((line) => said(line)?.ready, "the extension host did not start");
  let asked = 0;
  return {
    pid: started.pid,
    logs: started.logs,
    async ask<T>(what: Omit<HostCommand, "id">) {
      asked += 1;
      const id = asked;
      started.child.stdin?.write(`${JSON.stringify({ id, ...what })}\n`);
      const answer = await started.line(
        (line) => (said(line)?.id === id ? said(line) : undefined),
        `no answer to ${what.do} ${what.command ?? ""}`,
        120_000,
      );
      if (answer.failed !== undefined) throw new Error(`${what.do} ${what.command ?? ""}: ${answer.failed}`);
      return answer.answer as T;
    },
    stop: () => started.stop(),
  };
}

function said(line: string): Said | undefined {
  try {
    return line.startsWith("{") ? (JSON.parse(line) as Said) : undefined;
  } catch {
    return undefined;
  }
}
