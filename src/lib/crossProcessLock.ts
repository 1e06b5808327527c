/** Lets one window of the editor at a time do something, wherever the others run. */
export interface CrossProcessLock {
  run<T>(name: string, act: () => Promise<T>): Promise<T>;
}
