/** From how many bytes on a piece is kept as it came. A view of fewer would keep the whole buffer that it is of. */
const LARGE = 16 * 1024;

/**
 * Bytes that come in pieces, and are put together once, when all are here. Small pieces share room, which doubles, so that
 * many of them cost no more than a few large ones.
 */
export class GrowingBytes {
  #pieces: Uint8Array[] = [];
  /** What has come since the last large piece. */
  #room = new Uint8Array(0);
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    this.#length += piece.length;
    if (piece.length >= LARGE) {
      this.#closeRoom();
      this.#pieces.push(piece);
      return;
    }
    const needed = this.#used + piece.length;
    if (needed > this.#room.length) {
      const room = new Uint8Array(Math.max(1024, needed, this.#room.length * 2));
      room.set(this.#room.subarray(0, this.#used));
      this.#room = room;
    }
    this.#room.set(piece, this.#used);
    this.#used = needed;
  }

  /** All that came, which is forgotten here. */
  take(): Uint8Array {
    this.#closeRoom();
    const pieces = this.#pieces;
    const [only] = pieces;
    const taken = pieces.length === 1 && only !== undefined ? only : inOne(pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    return taken;
  }

  #closeRoom(): void {
    if (this.#used > 0) this.#pieces.push(this.#room.subarray(0, this.#used));
    this.#room = new Uint8Array(0);
    this.#used = 0;
  }
}

function inOne(pieces: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
