/** Runs an act in one process at a time: other windows of the editor and other programs wait for their turn. */
export interface CrossProcessLock {
  run<T>(name: string, act: () => Promise<T>): Promise<T>;
}
