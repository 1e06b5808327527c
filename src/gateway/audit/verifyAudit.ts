import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import type { AuditFault } from "./auditFinding.ts";
import { chainOrder } from "./chainOrder.ts";
import { EVENT_SOURCE } from "./cloudTrailRecord.ts";
import type { LineBytes } from "./linesIn.ts";
import { type ChainPosition, checked, readLine } from "./sealedLine.ts";
import { TORN, tornHash } from "./tornLine.ts";

/** A line and where it stands. */
export interface FileLine extends LineBytes {
  readonly file: string;
  readonly line: number;
}

export interface VerifyOptions {
  /** Without it, only accidents are found. */
  readonly key?: Buffer | undefined;
  /** Where the chain ended last; without it, lines that were cut off the end are not missed. */
  readonly head?: ChainPosition | undefined;
  /** The number of the line that the files begin with. */
  readonly from?: number | undefined;
  /** Told each fault, in the order of the lines. */
  readonly found: (fault: AuditFault) => void;
}

/** What was looked at. */
export interface VerifiedAudit {
  /** How many lines are as they were written. */
  readonly good: number;
  /** The numbers of the first and the last good line; absent where there is none. */
  readonly first?: number;
  readonly last?: number;
  /** Lines before the chain begins, of which nothing is known. */
  readonly before: number;
  /** Lines that a crash cut off, of which the next line says so. */
  readonly torn: number;
  /** Good lines behind the head, which was not written any more when the gateway ended. */
  readonly beyondHead: number;
}

/** Looks whether the lines of an audit are those that were written, all of them, once and in order. */
export function verifyAudit(lines: Iterable<FileLine>, { key, head, from = 1, found }: VerifyOptions): VerifiedAudit {
  const order = chainOrder(from, found);
  let [good, before, torn, beyondHead] = [0, 0, 0, 0];
  let [first, last]: (number | undefined)[] = [];
  let headSeal: string | undefined;
  let lastLine: FileLine | undefined;
  /** Lines that are no part of the chain, until the next line says whether it knows of them. */
  let loose: { readonly at: FileLine; readonly hash: string }[] = [];
  const tell = (code: AuditFault["code"], { file, line }: FileLine) => found({ code, file, line });
  const tellLoose = () => {
    for (const { at } of loose) tell("notChained", at);
    loose = [];
  };

  for (const one of lines) {
    lastLine = one;
    const read = readLine(one.bytes);
    if (!one.isEnded) {
      // What stands there is whole or not: its end is missing.
      tellLoose();
      tell("torn", one);
      if (!read || checked(read, key) !== "good") continue;
    }
    if (!read) {
      if (good === 0 && order.isAtStart() && from === 1 && isRecord(one.bytes)) {
        before++;
        continue;
      }
      loose.push({ at: one, hash: tornHash(one.bytes) });
      // An endless file of something else is not kept in memory.
      if (loose.length > MOST_LOOSE) tellLoose();
      order.untrusted();
      continue;
    }
    const state = checked(read, key);
    if (state !== "good") {
      tellLoose();
      tell(state, one);
      order.untrusted();
      continue;
    }
    if (loose.length === 1 && saysTorn(read.record, loose[0]?.hash ?? "")) {
      loose = [];
      torn++;
      order.explained();
    }
    tellLoose();
    order.take(read.link, one);
    good++;
    first ??= read.link.sequence;
    last = Math.max(last ?? 0, read.link.sequence);
    if (head && read.link.sequence === head.sequence) headSeal = read.link.mac ?? read.link.hash;
    if (head && read.link.sequence > head.sequence) beyondHead++;
  }
  tellLoose();
  order.end();
  if (good === 0 && before > 0 && lastLine) tell("notChained", { ...lastLine, line: 1 });
  const at = { file: lastLine?.file ?? "the audit" };
  if (head && head.sequence > (last ?? from - 1)) {
    found({ code: "truncated", ...at, from: (last ?? from - 1) + 1, to: head.sequence });
  } else if (head && head.sequence >= from && headSeal !== undefined && headSeal !== head.seal) {
    found({ code: "headDiffers", ...at, from: head.sequence, to: head.sequence });
  }
  return { good, ...(first !== undefined && { first }), ...(last !== undefined && { last }), before, torn, beyondHead };
}

const MOST_LOOSE = 1000;

/** Whether it is a line of an audit without a chain. */
const isRecord = (bytes: Buffer): boolean => parsed(bytes)?.eventSource === EVENT_SOURCE;

function saysTorn(record: Buffer, hash: string): boolean {
  const { eventName, additionalEventData } = parsed(record) ?? {};
  return eventName === TORN && isJsonObject(additionalEventData) && additionalEventData.sha256 === hash;
}

function parsed(bytes: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
