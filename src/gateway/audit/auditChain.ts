import { closeSync, fstatSync, openSync } from "node:fs";
import { type ChainHead, type HeadPosition, openHead, readHead } from "./chainHead.ts";
import { linesIn } from "./linesIn.ts";
import { type ChainPosition, chainStart, checked, readLine, sealed, sealOf } from "./sealedLine.ts";

/** The chain that an audit's lines are tied into. */
export interface ChainSettings {
  /** Without it the chain finds accidents, not attackers. */
  readonly key?: Buffer | undefined;
  /** The file of the head. */
  readonly head: string;
}

/** The chain of one audit, from its next line on. */
export interface AuditChain {
  /** Seals records, and gives the position behind each. Nothing counts as written until `wrote` says so. */
  seal(records: readonly string[]): readonly { readonly line: string; readonly position: ChainPosition }[];
  /** @throws Error of the file system, when the head cannot be written */
  wrote(position: ChainPosition): void;
  /** Hears that older files were removed, and that the audit begins with this line now. */
  beginsWith(sequence: number): void;
  close(): void;
}

/** How much of a file's end is searched for its last line, in bytes. */
const TAIL_BYTES = 4 * 1024 * 1024;

/** The end of an audit file. */
export interface AuditTail {
  /** Where its last good line leaves the chain; absent where there is none. */
  readonly position?: ChainPosition;
  /** What stands behind the last line end: a line that was cut off. */
  readonly torn: Buffer;
  /** Whether that lacks nothing but its end. */
  readonly isWhole: boolean;
  readonly isEmpty: boolean;
}

/** @param key absent where the chain has none */
export function auditTail(path: string, key: Buffer | undefined): AuditTail {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return { torn: Buffer.alloc(0), isWhole: true, isEmpty: true };
  }
  try {
    const { size } = fstatSync(file);
    const lines = [...linesIn(file, Math.max(0, size - TAIL_BYTES), TAIL_BYTES)];
    const torn = lines.find(({ isEnded }) => !isEnded)?.bytes ?? Buffer.alloc(0);
    for (const { bytes, isEnded } of lines.reverse()) {
      const position = positionOf(bytes, key);
      if (position) return { position, torn, isWhole: !isEnded || torn.length === 0, isEmpty: false };
    }
    return { torn, isWhole: torn.length === 0, isEmpty: size === 0 };
  } finally {
    closeSync(file);
  }
}

function positionOf(line: Buffer, key: Buffer | undefined): ChainPosition | undefined {
  const read = readLine(line);
  if (!read || checked(read, key) !== "good") return undefined;
  return { sequence: read.link.sequence, seal: sealOf(read.link) };
}

/**
 * Goes on with the chain where the file or the head leaves it, whichever is further: after a crash the head may lack
 * lines, and where lines were cut off the file does. Then their numbers stay missing for good.
 *
 * @param said called with words for people where lines are missing
 * @throws Error with words for people, where the head cannot be used
 */
export function openChain({ key, head }: ChainSettings, tail: AuditTail, said: (words: string) => void): AuditChain {
  let known: HeadPosition | undefined;
  let file: ChainHead;
  try {
    known = readHead(head);
    file = openHead(head);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`local.audit.chain.head: ${head} cannot be used: ${code ?? message}`);
  }
  const inFile = tail.position ?? chainStart;
  let position: ChainPosition = known && known.sequence > inFile.sequence ? known : inFile;
  let from = known?.from ?? 1;
  if (known && known.sequence > inFile.sequence && !tail.isEmpty) {
    said(`lines ${inFile.sequence + 1} to ${known.sequence} are missing (auditTruncated)`);
  }
  return {
    seal(records) {
      let at = position;
      return records.map((record) => {
        const one = sealed(record, at, key);
        at = one.position;
        return one;
      });
    },
    wrote(next) {
      position = next;
      file.write({ ...position, from });
    },
    beginsWith(sequence) {
      from = sequence;
    },
    close: () => file.close(),
  };
}
