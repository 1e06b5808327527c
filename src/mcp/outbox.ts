/** What is being told to a caller during one request: its result has to wait for it, or would overtake it. */
export class Outbox {
  #sent: Promise<unknown> = Promise.resolve();

  /** A caller who is gone misses what is told. */
  add(sending: Promise<unknown>): void {
    this.#sent = Promise.all([this.#sent, sending.catch(() => {})]);
  }

  async flushed(): Promise<void> {
    await this.#sent;
  }
}
