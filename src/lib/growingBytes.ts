import type { Pieces } from "./pieces.ts";

/**
 * From how many bytes on a piece is kept as it came. A view of fewer would keep the whole buffer that it is of; the first piece,
 * which mostly is the only one, is kept where it has a buffer of its own.
 */
const LARGE = 16 * 1024;

/** How much room small pieces share at the most, in bytes: beyond it there is another. */
const ROOM = 64 * 1024;

const none = new Uint8Array(0);

/**
 * Bytes that come in pieces and stay in them. Small pieces share room, which doubles up to a size, so that many of them cost
 * no more than a few large ones, and nothing that came is copied again and again.
 */
export class GrowingBytes {
  #pieces: Uint8Array[] = [];
  /** What has come since the last piece that is kept. */
  #room = none;
  #used = 0;
  #length = 0;

  get length(): number {
    return this.#length;
  }

  append(piece: Uint8Array): void {
    const isAlone = this.#length === 0 && piece.length > 0 && piece.length === piece.buffer.byteLength;
    this.#length += piece.length;
    if (piece.length >= LARGE || isAlone) {
      this.#closeRoom();
      this.#pieces.push(piece);
      return;
    }
    if (this.#used + piece.length > this.#room.length) this.#widen(piece.length);
    this.#room.set(piece, this.#used);
    this.#used += piece.length;
  }

  /** All that came, which is forgotten here. */
  take(): Pieces {
    this.#closeRoom();
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#length = 0;
    return pieces;
  }

  #widen(more: number): void {
    const before = this.#room.subarray(0, this.#used);
    const isFull = this.#used + more > ROOM;
    if (isFull) this.#closeRoom();
    const room = new Uint8Array(
      isFull ? ROOM : Math.min(ROOM, Math.max(1024, before.length + more, before.length * 2)),
    );
    if (!isFull) room.set(before);
    this.#room = room;
  }

  #closeRoom(): void {
    if (this.#used > 0) this.#pieces.push(this.#room.subarray(0, this.#used));
    this.#room = none;
    this.#used = 0;
  }
}
