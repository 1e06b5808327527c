import { spawn } from "node:child_process";
import { createWriteStream, type WriteStream } from "node:fs";

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** A file that receives everything the command prints. */
  readonly logFile?: string;
  readonly timeoutMs?: number;
}

/** A server that a command leaves behind has its output for as long as it runs, and closes it no sooner. */
const lastWordsMs = 1_000;

/** Runs a command without a terminal, quietly; when it fails, the end of what it printed is the error. */
export async function runCommand(
  command: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<string> {
  const log: WriteStream | undefined = options.logFile ? createWriteStream(options.logFile, { flags: "a" }) : undefined;
  let output = "";
  try {
    return await new Promise<string>((resolve, reject) => {
      const child = spawn(command, args, {
        cwd: options.cwd,
        env: options.env ?? process.env,
        stdio: ["ignore", "pipe", "pipe"],
        // npm and npx are command scripts there, which only a shell starts.
        shell: process.platform === "win32",
        ...(options.timeoutMs === undefined ? {} : { timeout: options.timeoutMs }),
      });
      const take = (chunk: Buffer) => {
        output += chunk;
        log?.write(chunk);
      };
      child.stdout.on("data", take);
      child.stderr.on("data", take);
      child.on("error", reject);
      const ended = (code: number | null, signal: NodeJS.Signals | null) => {
        if (code === 0) return resolve(output);
        const how = signal ? `was ended by ${signal}` : `ended with ${code}`;
        reject(new Error(`${command} ${args.join(" ")} ${how}\n${output.slice(-4000).trim()}`));
      };
      child.on("close", ended);
      child.on("exit", (code, signal) => {
        setTimeout(() => {
          child.stdout.destroy();
          child.stderr.destroy();
          ended(code, signal);
        }, lastWordsMs).unref();
      });
    });
  } finally {
    log?.end();
  }
}
