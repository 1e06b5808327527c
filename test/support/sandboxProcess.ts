import type { AuthorizerConfiguration } from "../../src/agentcore/authorizer/authorizerConfiguration.ts";
import { program } from "./programs.ts";
import type { SandboxPlace } from "./sandboxClient.ts";
import { type StartedProcess, startProcess } from "./vscode/startProcess.ts";

export interface SandboxProcess extends SandboxPlace {
  readonly profile: string;
  readonly authorizer: AuthorizerConfiguration;
  readonly process: StartedProcess;
  /** Sends one command and gives its answer without the `id`. */
  ask(command: object): Promise<Readonly<Record<string, unknown>>>;
  /** Closes the process's stdin, as the end of the editor does. */
  closeStdin(): void;
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

export const sandboxProgram = program("sandbox");

/** Starts the sandbox as a process and waits until it says that it is ready. */
export async function startSandboxProcess(
  options: readonly string[] = [],
  how: { readonly script?: readonly string[]; readonly cwd?: string } = {},
): Promise<SandboxProcess> {
  const { script = sandboxProgram, cwd } = how;
  const started = startProcess(process.execPath, [...script, ...options], {
    stdin: true,
    ...(cwd !== undefined && { cwd }),
  });
  const ended: SandboxProcess["ended"] = new Promise((resolve) => {
    started.child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const ready = await started.line((line) => {
    const found = parse(line) as (SandboxProcess & { readonly ready?: boolean }) | undefined;
    return found?.ready ? found : undefined;
  }, "the sandbox did not start");
  let asked = 0;
  return {
    gatewayUrl: ready.gatewayUrl,
    issuer: ready.issuer,
    clientId: ready.clientId,
    profile: ready.profile,
    authorizer: ready.authorizer,
    process: started,
    ended,
    closeStdin: () => started.child.stdin?.end(),
    async ask(command) {
      asked += 1;
      const id = asked;
      started.child.stdin?.write(`${JSON.stringify({ id, ...command })}\n`);
      const { id: _, ...answer } = await started.line((line) => {
        const found = parse(line) as { readonly id?: unknown } | undefined;
        return found?.id === id ? found : undefined;
      }, "the sandbox did not answer");
      return answer;
    },
  };
}

function parse(line: string): unknown {
  try {
    return line.startsWith("{") ? JSON.parse(line) : undefined;
  } catch {
    return undefined;
  }
}
