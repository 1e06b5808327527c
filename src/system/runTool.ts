import { foreignPlaces, type IsForeign, ownProgram } from "./ownPrograms.ts";
import { endTree, startTree } from "./processTree.ts";

/** The outcome of a program that we ran. */
export interface ToolAnswer {
  /** The exit code; undefined when a signal or our time-out ended it. */
  readonly code: number | undefined;
  readonly output: string;
  readonly complaint: string;
  /** It was still running at its time-out. */
  readonly late?: boolean;
  /** It printed more than anybody reads, and was ended for that. */
  readonly tooMuch?: boolean;
}

/** The most that a program may print, in characters. */
const MAX_OUTPUT = 8 * 1024 * 1024;

/** Runs a program. Secrets go to its standard input and never into its arguments. */
export type RunTool = (command: string, args: readonly string[], input: string) => Promise<ToolAnswer>;

interface ToolWorld {
  readonly platform?: NodeJS.Platform;
  /** Where no tool is taken from; by default the current directory. */
  readonly isForeign?: IsForeign | undefined;
}

/**
 * Runs tools as processes that receive secrets on their standard input.
 *
 * @param timeoutMs after this many milliseconds a tool that still runs is killed with all its descendants
 * @param env the complete environment of the tools
 * @returns a runner that rejects when there is no such tool
 */
export function runTool(
  timeoutMs: number,
  env: Readonly<Record<string, string | undefined>>,
  { platform = process.platform, isForeign = foreignPlaces() }: ToolWorld = {},
): RunTool {
  return (command, args, input) =>
    new Promise((resolve, reject) => {
      const program = ownProgram(command, { env, platform }, isForeign);
      const child = startTree(program, args, platform, { env, stdio: ["pipe", "pipe", "pipe"], windowsHide: true });
      let output = "";
      let complaint = "";
      const answer = (code: number | null, ended: Pick<ToolAnswer, "late" | "tooMuch">) => {
        clearTimeout(timer);
        resolve({ code: code ?? undefined, output, complaint, ...ended });
      };
      /** @returns whether it was still running */
      const end = (): boolean => {
        const runs = child.exitCode === null && child.signalCode === null;
        if (runs) endTree(child, platform);
        // A descendant that left the process group may hold the pipes open indefinitely.
        for (const pipe of child.stdio) pipe?.destroy();
        return runs;
      };
      const timer = setTimeout(() => answer(child.exitCode, { late: end() }), timeoutMs);
      const within = (text: string, more: string): string => {
        if (text.length + more.length <= MAX_OUTPUT) return text + more;
        end();
        answer(null, { late: false, tooMuch: true });
        return "";
      };
      child.stdout?.setEncoding("utf8").on("data", (text: string) => {
        output = within(output, text);
      });
      child.stderr?.setEncoding("utf8").on("data", (text: string) => {
        complaint = within(complaint, text);
      });
      child.once("error", (error) => {
        clearTimeout(timer);
        reject(error);
      });
      child.once("close", (code) => answer(code, { late: false }));
      child.stdin?.on("error", () => {});
      child.stdin?.end(input);
    });
}
