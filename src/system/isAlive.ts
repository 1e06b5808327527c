/**
 * Whether a process of this number runs, ours or somebody else's.
 *
 * @see https://nodejs.org/docs/latest-v20.x/api/process.html#processkillpid-signal signal 0 only asks.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It runs, as another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
