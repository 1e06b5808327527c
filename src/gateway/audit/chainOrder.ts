import type { AuditFault } from "./auditFinding.ts";
import { type Link, sealOf } from "./sealedLine.ts";

/** Where a line stands. */
interface Place {
  readonly file: string;
  readonly line: number;
}

/** Watches the numbers of the lines of a chain, and what each goes on from. */
export interface ChainOrder {
  /** Hears of the next good line. */
  take(link: Link, place: Place): void;
  /** Hears of a line whose number cannot be believed. It may be one that would be missed. */
  untrusted(): void;
  /** The last untrusted line never was one of the chain. */
  explained(): void;
  /** Tells what is missing still. */
  end(): void;
  /** Whether no line was taken yet. */
  isAtStart(): boolean;
}

interface Gap {
  readonly from: number;
  readonly to: number;
  readonly place: Place;
}

/** The most gaps that are remembered; those before are told at once. */
const MOST_GAPS = 1000;

/** @param first the number of the line that is expected first */
export function chainOrder(first: number, found: (fault: AuditFault) => void): ChainOrder {
  let last = first - 1;
  /** The seal of the line `last`; undefined where it was not read. */
  let seal: string | undefined = first === 1 ? "" : undefined;
  let unsure = 0;
  let gaps: Gap[] = [];
  const tell = ({ place: { file, line }, from, to }: Gap) => found({ code: "missing", file, line, from, to });

  /** A line that was missed has come after all. */
  function isLate(sequence: number): boolean {
    const gap = gaps.find(({ from, to }) => from <= sequence && sequence <= to);
    if (!gap) return false;
    const parts = [
      { ...gap, to: sequence - 1 },
      { ...gap, from: sequence + 1 },
    ].filter(({ from, to }) => from <= to);
    gaps = gaps.flatMap((one) => (one === gap ? parts : [one]));
    return true;
  }

  return {
    take(link, place) {
      const { sequence, previous } = link;
      const about = { file: place.file, line: place.line, from: sequence, to: sequence };
      if (sequence <= last) {
        found({ code: isLate(sequence) ? "outOfOrder" : "repeated", ...about });
        return;
      }
      const skipped = sequence - last - 1;
      if (skipped > unsure) {
        gaps.push({ from: last + 1, to: sequence - 1, place });
        const told = gaps.length > MOST_GAPS ? gaps.shift() : undefined;
        if (told) tell(told);
      } else if (skipped === 0 && seal !== undefined && previous !== seal) {
        found({ code: "otherChain", ...about });
      }
      [last, seal, unsure] = [sequence, sealOf(link), 0];
    },
    untrusted() {
      unsure++;
    },
    explained() {
      unsure--;
    },
    end() {
      for (const gap of gaps) tell(gap);
    },
    isAtStart: () => last === first - 1,
  };
}
