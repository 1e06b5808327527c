import { getDefaultEnvironment } from "@modelcontextprotocol/client/stdio";
import { withVariables } from "../../system/environment.ts";
import { endTree, startTree } from "../../system/processTree.ts";
import { withoutSecrets } from "../router/targetSecrets.ts";
import { type Interceptor, InterceptorFailure } from "./interceptor.ts";

/** Lambda's limit for what a function is told and answers, in bytes. */
const MOST_BYTES = 6 * 1024 * 1024;
/** How much of what a program said on its standard error is told. */
const LONGEST_COMPLAINT = 500;
/** How many programs of one interceptor run at a time; others wait for their turn. */
const MOST_AT_A_TIME = 8;

/** Runs an interceptor's program on an event, and gives what it wrote. */
export type RunInterceptor = (event: object) => Promise<string>;

/**
 * Makes the runner of an interceptor: each event starts its program, which reads the event from its standard input and
 * writes its output. Nothing of the event is in its arguments or its environment.
 *
 * @returns a runner that rejects with InterceptorFailure
 */
export function interceptorRunner(interceptor: Interceptor): RunInterceptor {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (event) => {
    const input = JSON.stringify(event);
    if (Buffer.byteLength(input) > MOST_BYTES)
      throw new InterceptorFailure("tooLarge", "what it would be told is larger than 6 MiB");
    if (running >= MOST_AT_A_TIME) await new Promise<void>((go) => waiting.push(go));
    running++;
    try {
      return await outputOf(interceptor, input);
    } finally {
      running--;
      waiting.shift()?.();
    }
  };
}

function outputOf({ command, args = [], env = {}, cwd, timeoutMs }: Interceptor, input: string): Promise<string> {
  const { platform } = process;
  return new Promise((resolve, reject) => {
    const child = startTree(command, args, platform, {
      env: withVariables(getDefaultEnvironment(), env, platform),
      stdio: ["pipe", "pipe", "pipe"],
      windowsHide: true,
      ...(cwd !== undefined && { cwd }),
    });
    const pieces: Buffer[] = [];
    let size = 0;
    let complaint = "";
    let failure: InterceptorFailure | undefined;
    const give = (code: InterceptorFailure["code"], words: string) => {
      failure ??= new InterceptorFailure(code, words);
      endTree(child, platform);
      // A descendant that left the process group may hold the pipes open.
      for (const pipe of child.stdio) pipe?.destroy();
      end(null);
    };
    const timer = setTimeout(() => give("timeout", `it did not answer within ${timeoutMs / 1000} s`), timeoutMs);
    const end = (code: number | null) => {
      clearTimeout(timer);
      if (failure) return reject(failure);
      if (code === 0) return resolve(Buffer.concat(pieces).toString());
      const shown = withoutSecrets(complaint.trim(), Object.values(env)).slice(-LONGEST_COMPLAINT);
      const said = shown === "" ? "" : `: ${shown}`;
      reject(new InterceptorFailure("exit", `it ended with ${code ?? "a signal"}${said}`));
    };
    child.stdout?.on("data", (piece: Buffer) => {
      size += piece.length;
      if (size > MOST_BYTES) give("tooLarge", "its output is larger than 6 MiB");
      else pieces.push(piece);
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-4 * LONGEST_COMPLAINT);
    });
    child.once("error", ({ code, message }: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      reject(new InterceptorFailure("notStarted", `it could not be started: ${code ?? message}`));
    });
    child.once("close", end);
    // One that does not read what it is told has decided without it.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
  });
}
