import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";

type Message = { readonly id: number; readonly answer?: unknown; readonly error?: string };

/** A built module that runs in a process of its own and answers one question after the other. */
export interface Asked {
  readonly pid: number;
  ask<T>(question: object): Promise<T>;
  stop(): Promise<void>;
}

/** The path of a built module beside this one. */
export const builtModule = (module: string): string => fileURLToPath(new URL(module, import.meta.url));

/** Starts a module beside this one that calls `answerParent`. */
export function startChild(module: string, execArgv: readonly string[] = []): Asked {
  // Warnings of Node and of libraries about each other are no part of a measurement.
  return asked(fork(builtModule(module), { execArgv: [...execArgv], stdio: ["ignore", "ignore", "pipe", "ipc"] }));
}

/** A process that was started with `ipc` and calls `answerParent`. */
export function asked(child: ChildProcess): Asked {
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-4_000);
  });
  const ended = new Promise<void>((resolve) => child.once("close", () => resolve()));
  let questions = 0;
  return {
    pid: child.pid ?? 0,
    async ask<T>(question: object): Promise<T> {
      questions += 1;
      return (await answerTo(child, questions, question, () => said)) as T;
    },
    async stop() {
      child.kill();
      await ended;
    },
  };
}

function answerTo(child: ChildProcess, id: number, question: object, said: () => string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onMessage = (message: Message) => {
      if (message.id !== id) return;
      done();
      if (message.error === undefined) resolve(message.answer);
      else reject(new Error(message.error));
    };
    const onClose = () => {
      done();
      reject(new Error(`a process of the measurement ended early: ${said()}`));
    };
    const done = () => {
      child.off("message", onMessage);
      child.off("close", onClose);
    };
    child.on("message", onMessage);
    child.once("close", onClose);
    child.send({ id, question });
  });
}

/** The other end of `startChild`. It ends with its parent. */
export function answerParent<Question>(answer: (question: Question) => unknown): void {
  process.on("message", async ({ id, question }: { id: number; question: Question }) => {
    try {
      process.send?.({ id, answer: await answer(question) });
    } catch (error) {
      process.send?.({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
  process.once("disconnect", () => process.exit());
}
