import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

export interface StartedProcess {
  readonly pid: number;
  readonly child: ChildProcess;
  /** Everything it printed so far, line by line. */
  readonly logs: readonly string[];
  /** The first line that `find` accepts, printed or yet to be printed; rejects when the process ends before. */
  line<T>(find: (line: string) => T | undefined, what: string, timeoutMs?: number): Promise<T>;
  /** Ends the process and everything it started. */
  stop(): Promise<void>;
}

export interface StartOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** Leaves stdin open for writing. */
  readonly stdin?: boolean;
}

const running = new Set<number>();
// A test run that dies must not leave servers behind.
process.on("exit", () => {
  for (const pid of running) killTree(pid, "SIGKILL");
});

/** Starts a process as the head of its own group, so that `stop` reaches what it started too. */
export function startProcess(command: string, args: readonly string[], options: StartOptions = {}): StartedProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env ?? process.env,
    stdio: [options.stdin ? "pipe" : "ignore", "pipe", "pipe"],
    detached: process.platform !== "win32",
    windowsHide: true,
  });
  const logs: string[] = [];
  const watchers = new Set<(line: string | undefined) => void>();
  let ended = false;
  const exited = new Promise<void>((resolve) => {
    const end = (why?: Error) => {
      if (why) logs.push(String(why));
      ended = true;
      if (child.pid) running.delete(child.pid);
      for (const watcher of [...watchers]) watcher(undefined);
      resolve();
    };
    child.once("close", () => end());
    child.once("error", end);
  });
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      const lines = (rest + chunk).split(/\r?\n/);
      rest = lines.pop() ?? "";
      for (const line of lines) {
        logs.push(line);
        for (const watcher of [...watchers]) watcher(line);
      }
    });
  }
  const pid = child.pid ?? -1;
  if (pid > 0) running.add(pid);

  return {
    pid,
    child,
    logs,
    line(find, what, timeoutMs = 30_000) {
      for (const line of logs) {
        const found = find(line);
        if (found !== undefined) return Promise.resolve(found);
      }
      return new Promise((resolve, reject) => {
        const settle = (act: () => void) => {
          watchers.delete(watcher);
          clearTimeout(timer);
          act();
        };
        const fail = (why: string) =>
          settle(() => reject(new Error(`${what}: ${why}\n${logs.slice(-20).join("\n")}`.trim())));
        const watcher = (line: string | undefined) => {
          if (line === undefined) return fail("the process ended");
          const found = find(line);
          if (found !== undefined) settle(() => resolve(found));
        };
        const timer = setTimeout(() => fail(`not seen within ${timeoutMs / 1000} s`), timeoutMs);
        watchers.add(watcher);
        if (ended) watcher(undefined);
      });
    },
    async stop() {
      if (ended || pid < 0) return;
      killTree(pid, "SIGTERM");
      const hard = setTimeout(() => killTree(pid, "SIGKILL"), 3_000);
      await exited;
      clearTimeout(hard);
      // What left the group by starting a session of its own is found through the group that outlives its head.
      killTree(pid, "SIGKILL");
    },
  };
}

function killTree(pid: number, signal: NodeJS.Signals): void {
  if (process.platform === "win32") {
    try {
      // Nothing else happens here meanwhile, no test's own time limit either.
      execFileSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", timeout: 30_000 });
    } catch {}
    return;
  }
  for (const member of [...descendants(pid), -pid]) {
    try {
      process.kill(member, signal);
    } catch {}
  }
}

/** Every process below `pid`, where the system shows its process table as files; elsewhere none. */
export function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  let names: string[] = [];
  try {
    names = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {}
  for (const name of names) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // The second field is the command in parentheses and may hold spaces; the parent is the second after it.
      const parent = Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
    } catch {}
  }
  const found: number[] = [];
  const queue = [pid];
  for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
    for (const child of children.get(next) ?? []) {
      found.push(child);
      queue.push(child);
    }
  }
  return found;
}
