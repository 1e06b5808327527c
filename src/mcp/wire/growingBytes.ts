/** Bytes that come in pieces. Room doubles as they grow, so that many small pieces cost no more than a few large ones. */
export class GrowingBytes {
  #room = new Uint8Array(0);
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const needed = this.#length + piece.length;
    if (needed > this.#room.length) {
      const room = new Uint8Array(Math.max(1024, needed, this.#room.length * 2));
      room.set(this.#room.subarray(0, this.#length));
      this.#room = room;
    }
    this.#room.set(piece, this.#length);
    this.#length = needed;
  }

  /** All that came, which is forgotten here. */
  take(): Uint8Array {
    const taken = this.#room.subarray(0, this.#length);
    this.#room = new Uint8Array(0);
    this.#length = 0;
    return taken;
  }
}
