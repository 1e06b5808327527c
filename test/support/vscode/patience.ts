/**
 * How long anything in an editor may take to be seen. On a machine that is busy with other suites it takes up to half of it;
 * who waits here does not measure.
 */
export const PATIENCE_MS = 60_000;

/** Tries what may come too early or be taken back, for as long as anything may take. */
export async function again(act: () => Promise<void>): Promise<void> {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await act();
    } catch (cause) {
      if (Date.now() > end) throw cause;
    }
  }
}
