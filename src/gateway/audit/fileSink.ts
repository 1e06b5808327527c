import { closeSync, fstatSync, ftruncateSync, openSync, statSync, write } from "node:fs";
import { promisify } from "node:util";
import { type AuditChain, auditTail, type ChainSettings, openChain } from "./auditChain.ts";
import type { AuditSink, SinkAnswer } from "./auditSink.ts";
import { firstSequence } from "./fileLines.ts";
import { dayOf, type RotationSettings, rotate, rotatedFiles } from "./rotation.ts";
import { tornRecord } from "./tornLine.ts";

export interface FileSettings {
  readonly rotate?: RotationSettings | undefined;
  readonly chain?: ChainSettings | undefined;
  /** Called with the reason when what is written is not where it is looked for. */
  readonly onGap?: (reason: string) => void;
  /** Called with words for people, about what has become of the chain or the rotation. */
  readonly say?: (words: string) => void;
}

export interface FileSink extends AuditSink {
  isAtPath(): boolean;
  /** @throws Error of the file system */
  reopen(): void;
}

/** How often the path is looked at while lines are written, in milliseconds. */
const LOOK_MS = 1000;

const ELSEWHERE = "its path does not lead to the file that was opened";

const written = promisify(write);

/** A line, and what the chain says once it is written. */
interface Piece {
  readonly text: string;
  readonly done: (() => void) | undefined;
}

/**
 * Appends the audit to a file, a batch of whole lines at a time.
 *
 * @throws Error of the file system, or with words for people about the chain's head
 */
export function fileSink(
  path: string,
  { rotate: rotation, chain: chained, onGap, say = () => {} }: FileSettings,
): FileSink {
  let file = openSync(path, "a", 0o600);
  /** What takes the place of `file` before the next batch. */
  let next: number | undefined;
  let opened = fstatSync(file, { bigint: true });
  let size = Number(opened.size);
  let day = dayOf(Number(opened.mtimeMs));
  let lookedAt = Number.NEGATIVE_INFINITY;
  let [isElsewhere, isNameless, headFailed] = [false, false, false];
  let rotateAgainAt = Number.NEGATIVE_INFINITY;
  // A full disk may have cut the last line off. It stays a line of its own.
  const tail = auditTail(path, chained?.key);
  let torn = tail.torn.length > 0;
  let tellTorn = tail.isWhole ? undefined : tail.torn;
  const chain: AuditChain | undefined = chained && startChain();

  function startChain(): AuditChain {
    try {
      return openChain(chained as ChainSettings, tail, say);
    } catch (error) {
      closeSync(file);
      throw error;
    }
  }

  const isAtPath = () => {
    const there = statSync(path, { bigint: true, throwIfNoEntry: false });
    return there?.ino === opened.ino && there.dev === opened.dev;
  };

  function take(fresh: number): void {
    closeSync(file);
    file = fresh;
    opened = fstatSync(file, { bigint: true });
    [size, torn, isElsewhere, isNameless] = [Number(opened.size), false, false, false];
    day = size === 0 ? "" : dayOf(Number(opened.mtimeMs));
  }

  function look(at: number): void {
    if (next !== undefined) {
      take(next);
      next = undefined;
    }
    if (at - lookedAt < LOOK_MS) return;
    lookedAt = at;
    if (!isElsewhere && !isAtPath()) {
      isElsewhere = true;
      if (fstatSync(file).nlink > 0) onGap?.(ELSEWHERE);
    }
    isNameless = isElsewhere && fstatSync(file).nlink === 0;
    // Others may have cut it, as logrotate does with `copytruncate`.
    size = fstatSync(file).size;
  }

  const fits = (bytes: number): boolean =>
    isElsewhere || size + bytes <= (rotation?.maxBytes ?? Number.POSITIVE_INFINITY);

  function isFull(bytes: number, at: number): boolean {
    if (!rotation || size === 0 || isElsewhere || at < rotateAgainAt) return false;
    return !fits(bytes) || (rotation.daily === true && day !== "" && day !== dayOf(at));
  }

  function turn(at: number): void {
    if (!rotation) return;
    try {
      const removed = rotate(path, at, rotation);
      take(openSync(path, "a", 0o600));
      if (removed && chain) {
        const [oldest] = rotatedFiles(path);
        const first = oldest === undefined ? undefined : firstSequence(oldest);
        if (first !== undefined) chain.beginsWith(first);
      }
    } catch (error) {
      rotateAgainAt = at + LOOK_MS * 60;
      say(`the audit goes on in the same file, which could not be rotated (auditNotRotated): ${codeOf(error)}`);
    }
  }

  function piecesOf(records: readonly string[], at: number): readonly Piece[] {
    if (!chain) return records.map((record) => ({ text: `${record}\n`, done: undefined }));
    const all = tellTorn ? [JSON.stringify(tornRecord(at, tellTorn)), ...records] : records;
    return chain.seal(all).map(({ line, position }) => ({ text: `${line}\n`, done: () => head(position) }));
  }

  function head(position: Parameters<AuditChain["wrote"]>[0]): void {
    try {
      chain?.wrote(position);
      headFailed = false;
    } catch (error) {
      if (!headFailed)
        say(`the head of the audit's chain could not be written (auditHeadNotWritten): ${codeOf(error)}`);
      headFailed = true;
    }
  }

  /** @returns how many of the pieces stand there whole, and why not all */
  async function put(pieces: readonly Piece[], at: number): Promise<SinkAnswer> {
    const lead = torn ? 1 : 0;
    const bytes = Buffer.from((torn ? "\n" : "") + pieces.map(({ text }) => text).join(""));
    const before = size;
    let done = 0;
    try {
      while (done < bytes.length) done += (await written(file, bytes, done)).bytesWritten;
    } catch (error) {
      const { whole, end } = wholeIn(pieces, done - lead);
      if (whole > 0) tellTorn = undefined;
      // What there is of a line is taken back, so that it is no line by itself.
      if (done > 0 && !cutTo(before + lead + end)) {
        size = before + done;
        torn = done > lead + end;
        if (torn) tellTorn = bytes.subarray(lead + end, done);
      } else if (done > 0) torn = false;
      pieces[whole - 1]?.done?.();
      return { written: whole, problem: codeOf(error) };
    }
    [torn, day, tellTorn] = [false, dayOf(at), undefined];
    size = before + bytes.length;
    pieces.at(-1)?.done?.();
    return { written: pieces.length };
  }

  function cutTo(length: number): boolean {
    try {
      ftruncateSync(file, length);
      size = length;
      return true;
    } catch {
      return false;
    }
  }

  return {
    async write(records, at) {
      look(at);
      if (isNameless) return { written: 0, problem: ELSEWHERE };
      const pieces = piecesOf(records, at);
      const extra = pieces.length - records.length;
      let count = 0;
      for (let from = 0; from < pieces.length; ) {
        if (isFull(lengthOf(pieces[from]), at)) turn(at);
        let to = from + 1;
        let bytes = lengthOf(pieces[from]);
        while (to < pieces.length && fits(bytes + lengthOf(pieces[to]))) bytes += lengthOf(pieces[to++]);
        const { written: some, problem } = await put(pieces.slice(from, to), at);
        count += some;
        if (problem !== undefined) return { written: Math.max(0, count - extra), problem };
        from = to;
      }
      return { written: records.length };
    },
    isOver: () => false,
    isAtPath,
    reopen() {
      const fresh = openSync(path, "a", 0o600);
      if (next !== undefined) closeSync(next);
      next = fresh;
    },
    async close() {
      for (const one of [file, next]) if (one !== undefined) closeSync(one);
      chain?.close();
    },
  };
}

const lengthOf = (piece: Piece | undefined): number => Buffer.byteLength(piece?.text ?? "");

/** How many pieces stand whole in as many bytes, and where the last of them ends. */
function wholeIn(pieces: readonly Piece[], bytes: number): { readonly whole: number; readonly end: number } {
  let [whole, end] = [0, 0];
  for (const piece of pieces) {
    const after = end + lengthOf(piece);
    if (after > bytes) break;
    [whole, end] = [whole + 1, after];
  }
  return { whole, end };
}

const codeOf = (error: unknown): string => (error as NodeJS.ErrnoException).code ?? String(error);
