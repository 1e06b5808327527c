import { type ChildProcess, spawn } from "node:child_process";

/** What a program of the computer answered. */
export interface ToolAnswer {
  readonly code: number | undefined;
  readonly output: string;
  readonly complaint: string;
}

/** Runs a program of the computer. What is secret goes through its standard input, never through its arguments. */
export type RunTool = (command: string, args: readonly string[], input: string) => Promise<ToolAnswer>;

/**
 * Runs tools as processes that get what is secret on their standard input.
 *
 * @param timeoutMs when a tool that does not end is killed, in milliseconds
 * @param env the whole environment of the tools
 * @returns rejects where there is no such tool
 */
export function runTool(timeoutMs: number, env: Readonly<Record<string, string | undefined>>): RunTool {
  return (command, args, input) =>
    new Promise((resolve, reject) => {
      const child: ChildProcess = spawn(command, args, { env, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
      const timer = setTimeout(() => child.kill("SIGKILL"), timeoutMs);
      let output = "";
      let complaint = "";
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        output += text;
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        complaint += text;
      });
      child.once("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      child.once("close", (code) => {
        clearTimeout(timer);
        resolve({ code: code ?? undefined, output, complaint });
      });
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
}
