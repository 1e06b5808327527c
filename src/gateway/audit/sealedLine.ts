import { createHash, createHmac } from "node:crypto";

/** What ties a line of the audit to the one before it. */
export interface Link {
  /** From 1. */
  readonly sequence: number;
  /** The seal of the line before; empty for the first. */
  readonly previous: string;
  /** SHA-256 over sequence, `previous` and the line's bytes, in base64url. */
  readonly hash: string;
  /** HMAC-SHA-256 of the hash under the key, in base64url; absent where the chain has no key. */
  readonly mac?: string;
}

/** Where a chain stands: what its next line is tied to. */
export interface ChainPosition {
  readonly sequence: number;
  readonly seal: string;
}

export const chainStart: ChainPosition = { sequence: 0, seal: "" };

/** A line as it was read, split into what was sealed and its seal. */
export interface ReadLine {
  /** The record's bytes as they were before they were sealed. */
  readonly record: Buffer;
  readonly link: Link;
}

/** The seal of a line, which the next one names. */
export const sealOf = ({ hash, mac }: Pick<Link, "hash" | "mac">): string => mac ?? hash;

/** @param record the bytes of a line without its end, as they were before they were sealed */
function hashOf({ sequence, previous }: Pick<Link, "sequence" | "previous">, record: string | Buffer): string {
  return createHash("sha256").update(`${sequence}\n${previous}\n`).update(record).digest("base64url");
}

const macOf = (hash: string, key: Buffer): string => createHmac("sha256", key).update(hash).digest("base64url");

/**
 * Seals the record of a line, and gives the position behind it.
 *
 * @param record an object as JSON
 * @param key without it the chain finds accidents, not attackers
 */
export function sealed(
  record: string,
  { sequence, seal }: ChainPosition,
  key: Buffer | undefined,
): { readonly line: string; readonly position: ChainPosition } {
  const place = { sequence: sequence + 1, previous: seal };
  const hash = hashOf(place, record);
  const link: Link = { ...place, hash, ...(key && { mac: macOf(hash, key) }) };
  return {
    line: `${record.slice(0, -1)},"chain":${JSON.stringify(link)}}`,
    position: { sequence: place.sequence, seal: sealOf(link) },
  };
}

const ending =
  /,"chain":\{"sequence":([1-9]\d{0,15}),"previous":"([\w-]{43}|)","hash":"([\w-]{43})"(?:,"mac":"([\w-]{43})")?\}\}$/;
/** The longest `ending`, in bytes. */
const LONGEST_ENDING = 256;

/** @param line its bytes, without its end @returns undefined where no seal ends the line */
export function readLine(line: Buffer): ReadLine | undefined {
  const from = Math.max(0, line.length - LONGEST_ENDING);
  const found = ending.exec(line.toString("latin1", from));
  if (!found) return undefined;
  const [whole, sequence, previous = "", hash = "", mac] = found;
  const record = Buffer.concat([line.subarray(0, line.length - whole.length), Buffer.from("}")]);
  return { record, link: { sequence: Number(sequence), previous, hash, ...(mac !== undefined && { mac }) } };
}

/** Whether a line is as it was sealed: `otherKey` where only its mac differs, which takes a key to make. */
export function checked({ record, link }: ReadLine, key: Buffer | undefined): "good" | "changed" | "otherKey" {
  if (hashOf(link, record) !== link.hash) return "changed";
  if (!key) return "good";
  if (link.mac === undefined) return "otherKey";
  return macOf(link.hash, key) === link.mac ? "good" : "otherKey";
}
