import type { TestContext } from "node:test";

/**
 * Holds the clock of this process from now to the end of the test, and of every sandbox or gateway that is started in
 * it after. Timers go on, and other processes have clocks of their own.
 *
 * @returns moves the clock on by so many seconds
 */
export function holdClock({ mock }: TestContext): (seconds: number) => void {
  mock.timers.enable({ apis: ["Date"], now: Date.now() });
  return (seconds) => mock.timers.tick(seconds * 1000);
}
