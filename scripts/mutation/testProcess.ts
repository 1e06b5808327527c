import { type ChildProcess, fork } from "node:child_process";
import type { Trial, TrialEnd } from "./triedTests.ts";

/** How many changes are tried in one process: what they leave behind in it is not to add up. */
const MOST_IN_ONE = 40;

/** The process that tests run in, which begins anew after each change that it did not survive. */
export class TestProcess {
  readonly #runner: string;
  readonly #program: string;
  #child: ChildProcess | undefined;
  #runs = 0;

  /**
   * @param runner `triedTests.ts` as JavaScript: what takes time is to begin it
   * @param program the tests, see `changedProgram.ts`
   */
  constructor(runner: string, program: string) {
    this.#runner = runner;
    this.#program = program;
  }

  /** @param limitMs how long it may take, in milliseconds; one that has not ended by then has failed */
  async run(trial: Trial, limitMs: number): Promise<TrialEnd> {
    if (++this.#runs % MOST_IN_ONE === 0) this.stop();
    const child = this.#child ?? this.#begin();
    this.#child = child;
    return await new Promise((resolve) => {
      const ended = (end: TrialEnd) => {
        clearTimeout(timer);
        child.off("message", onEnd).off("exit", onExit);
        resolve(end);
      };
      const gone = (failure: string) => {
        if (this.#child === child) this.#child = undefined;
        child.kill("SIGKILL");
        ended({ failure, reached: {}, tookMs: [] });
      };
      const onEnd = (end: unknown) => ended(end as TrialEnd);
      const onExit = () => gone("the process ended");
      const timer = setTimeout(() => gone("it did not end"), limitMs);
      child.on("message", onEnd).on("exit", onExit);
      child.send(trial);
    });
  }

  stop(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
  }

  #begin(): ChildProcess {
    const env = { ...process.env, TEST_PATIENCE_MS: "5000", TEST_SHARE: "100" };
    return fork(this.#runner, [this.#program], { execArgv: ["--no-warnings"], env });
  }
}
