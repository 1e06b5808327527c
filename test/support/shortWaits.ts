/** How many times as short what takes longer than a second is for `shortWaits`. */
const times = 20;

/** Makes what this process waits for between two looks shorter, for as long as `act` takes. */
export async function shortWaits(act: () => Promise<void>): Promise<void> {
  const { setTimeout } = globalThis;
  const short = (run: () => void, ms = 0, ...args: unknown[]) =>
    setTimeout(run, ms > 1_000 && ms < 10_000 ? ms / times : ms, ...(args as []));
  globalThis.setTimeout = Object.assign(short, setTimeout) as typeof setTimeout;
  try {
    await act();
  } finally {
    globalThis.setTimeout = setTimeout;
  }
}
