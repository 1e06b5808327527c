import { endTree, startTree } from "./processTree.ts";

/** What a program of the computer answered. */
export interface ToolAnswer {
  /** Undefined where a signal ended it, or we did. */
  readonly code: number | undefined;
  readonly output: string;
  readonly complaint: string;
  /** It was still running when its time was over. */
  readonly late?: boolean;
}

/** Runs a program of the computer. What is secret goes through its standard input, never through its arguments. */
export type RunTool = (command: string, args: readonly string[], input: string) => Promise<ToolAnswer>;

/**
 * Runs tools as processes that get what is secret on their standard input.
 *
 * @param timeoutMs when the answer is there at the latest, in milliseconds; a tool that still runs is ended then, with
 *   what it has started
 * @param env the whole environment of the tools
 * @returns rejects where there is no such tool
 */
export function runTool(
  timeoutMs: number,
  env: Readonly<Record<string, string | undefined>>,
  platform: NodeJS.Platform = process.platform,
): RunTool {
  return (command, args, input) =>
    new Promise((resolve, reject) => {
      const child = startTree(command, args, platform, { env, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
      let output = "";
      let complaint = "";
      const answer = (code: number | null, late: boolean) => {
        clearTimeout(timer);
        resolve({ code: code ?? undefined, output, complaint, late });
      };
      const timer = setTimeout(() => {
        const late = child.exitCode === null && child.signalCode === null;
        if (late) endTree(child, platform);
        // Something that it started, and that left its group, may hold the pipes for as long as it likes.
        for (const pipe of child.stdio) pipe?.destroy();
        answer(child.exitCode, late);
      }, timeoutMs);
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
      child.once("close", (code) => answer(code, false));
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
}
