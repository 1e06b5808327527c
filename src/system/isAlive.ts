/**
 * Whether a process with this id is running, no matter whose.
 *
 * @see https://nodejs.org/docs/latest-v20.x/api/process.html#processkillpid-signal signal 0 only tests.
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // The process runs as another user.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
