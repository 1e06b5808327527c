import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { byteAt, type Pieces, slice, textOf } from "../../lib/pieces.ts";
import type { Piece } from "../../lib/servedHttp.ts";
import type { Span } from "./findMembers.ts";
import { readValue, type ScannedMessage, scanMessage } from "./scanMessage.ts";
import { afterSpace, withoutMember } from "./withoutMember.ts";

/**
 * A result that nobody here has to see, in the bytes in which its server wrote it. Whoever does look at it finds `isError`
 * and `toJSON`: what writes it as JSON without knowing of this writes what the bytes say.
 */
export type CarriedResult = {
  readonly toJSON: () => unknown;
  /** A tool's own failure, where the result says so or denies it. */
  readonly isError?: boolean;
};

/** Where `toJSON` has what to write: known to all bundles, since one reads the answer and another may write it. */
const PIECES = Symbol.for("gateway-connect.carriedPieces");
const IDENTIFIED = Symbol.for("gateway-connect.carriedIdentified");

type Identified = (name: string, value: unknown) => readonly Piece[];

type ToJson = { (): unknown; readonly [PIECES]?: readonly Piece[]; readonly [IDENTIFIED]?: Identified };

function carry(pieces: readonly Piece[], identified: Identified | undefined, isError: unknown): CarriedResult {
  const read = (): unknown => JSON.parse(textIn(pieces));
  const toJSON: ToJson = Object.assign(read, { [PIECES]: pieces, ...(identified && { [IDENTIFIED]: identified }) });
  return { toJSON, ...(typeof isError === "boolean" && { isError }) };
}

const textIn = (pieces: readonly Piece[]): string =>
  textOf(pieces.map((piece) => (typeof piece === "string" ? new TextEncoder().encode(piece) : piece)));

/** The pieces to write for a result that is carried; `undefined` for one that is to be written from what was read. */
export function carriedBytes(result: unknown): readonly Piece[] | undefined {
  const { toJSON } = (result ?? {}) as { readonly toJSON?: ToJson };
  return typeof toJSON === "function" ? toJSON[PIECES] : undefined;
}

/** A result as everybody reads it, for who does not know of those that are carried. */
export const readResult = (result: JsonObject): JsonObject =>
  carriedBytes(result) === undefined ? result : ((result as CarriedResult).toJSON() as JsonObject);

/**
 * A carried result as one of 2026-07-28: with its type, and with a member of `_meta` that names who gives it, unless the
 * server has named somebody.
 *
 * @returns `undefined` for one that is to be written from what was read
 */
export function identifiedResult(result: unknown, name: string, value: unknown): CarriedResult | undefined {
  const { toJSON, isError } = (result ?? {}) as { readonly toJSON?: ToJson; readonly isError?: boolean };
  const identified = typeof toJSON === "function" ? toJSON[IDENTIFIED] : undefined;
  return identified && carry(identified(name, value), undefined, isError);
}

/** Marks the parameters of a request whose result may be carried. JSON does not show it, and copies have it too. */
const MAY_CARRY = Symbol("may carry");

type Params = Readonly<Record<string, unknown>> | undefined;

/** What is answered with something for the caller alone. */
const carriable = new Set(["tools/call", "prompts/get", "resources/read"]);

export function toBeCarried(method: string, params: Params): Params {
  if (!carriable.has(method)) return params;
  const marked: Record<string | symbol, unknown> = { ...params };
  marked[MAY_CARRY] = true;
  return marked;
}

export const mayCarry = (message: object): boolean =>
  (message as { readonly params?: { readonly [MAY_CARRY]?: true } }).params?.[MAY_CARRY] === true;

/**
 * An answer as a message whose result is carried, where that changes nothing for anybody: a plain result, without the
 * `resultType` that only 2026-07-28 has and every reader takes off.
 *
 * @returns `undefined` for what is to be read as a whole: any other message, a result that asks for input, one with
 *   members that are the protocol's own, one that does not stand on a line, and what may have to be mended for its caller
 */
export function carriedAnswer(
  pieces: Pieces,
): { readonly jsonrpc: "2.0"; readonly id: string | number; readonly result: CarriedResult } | undefined {
  // Whoever read them has counted them.
  const found = scanMessage(pieces, { maxBytes: Number.POSITIVE_INFINITY });
  if (found.kind !== "message" || !isPlainResult(found) || !found.isOneLine || isOdd(found)) return undefined;
  const { id: idSpan, jsonrpc, isError, result, resultType } = found;
  if (idSpan === undefined || jsonrpc === undefined || result === undefined) return undefined;
  const id = idOf(found, idSpan);
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return undefined;
  if (!isWritten(found, jsonrpc, '"2.0"')) return undefined;
  if (resultType !== undefined && !isWritten(found, resultType, '"complete"')) return undefined;
  const plain =
    resultType === undefined ? slice(pieces, result.start, result.end) : withoutMember(pieces, result, resultType);
  const identified: Identified = (name, value) => withIdentity(found, result, name, value);
  const carried = carry(plain, identified, isError && readValue(found, isError));
  return { jsonrpc: "2.0", id: id as string | number, result: carried };
}

/** An id, which mostly has digits alone. */
function idOf(found: ScannedMessage, span: Span): unknown {
  if (span.end - span.start > MOST_DIGITS) return readValue(found, span);
  let number = 0;
  for (let at = span.start; at < span.end; at++) {
    const digit = byteAt(found.pieces, at) - ZERO;
    if (digit < 0 || digit > 9) return readValue(found, span);
    number = number * 10 + digit;
  }
  return number;
}

/** All numbers of so many digits are exact. */
const MOST_DIGITS = 15;
const ZERO = 0x30;

/** Whether a value is written just so; what is written otherwise may mean the same, and is read as a whole. */
function isWritten({ pieces }: ScannedMessage, { start, end }: Span, text: string): boolean {
  if (end - start !== text.length) return false;
  for (let at = 0; at < text.length; at++) if (byteAt(pieces, start + at) !== text.charCodeAt(at)) return false;
  return true;
}

function withIdentity(found: ScannedMessage, object: Span, name: string, value: unknown): readonly Piece[] {
  const { pieces, resultType, resultMeta } = found;
  const type = resultType === undefined ? '"resultType":"complete",' : "";
  if (resultMeta !== undefined) {
    const given = readValue(found, resultMeta) as JsonObject;
    const meta = given[name] === undefined ? JSON.stringify({ ...given, [name]: value }) : undefined;
    const { start, end } = resultMeta;
    const head = slice(pieces, object.start + 1, meta === undefined ? object.end : start);
    return [`{${type}`, ...head, ...(meta === undefined ? [] : [meta, ...slice(pieces, end, object.end)])];
  }
  const isEmpty = byteAt(pieces, afterSpace(pieces, object.start + 1)) === END_OBJECT;
  const own = `{${type}"_meta":${JSON.stringify({ [name]: value })}${isEmpty ? "" : ","}`;
  return [own, ...slice(pieces, object.start + 1, object.end)];
}

const BEGIN_OBJECT = 0x7b;
const END_OBJECT = 0x7d;
const BEGIN_LIST = 0x5b;
const END_LIST = 0x5d;

/**
 * Whether a tool's result may have members that its caller refuses, see `usableToolResult`: other than an object or a list where
 * those belong, or null. A server that writes null writes it for each part, so that both ends show it.
 */
function isOdd({ pieces, result, content, structuredContent, isError }: ScannedMessage): boolean {
  const begin = (span: Span) => byteAt(pieces, span.start);
  if (content === undefined && structuredContent === undefined) return false;
  if (content === undefined || begin(content) !== BEGIN_LIST) return true;
  const first = byteAt(pieces, afterSpace(pieces, content.start + 1));
  if (first !== BEGIN_OBJECT && first !== END_LIST) return true;
  if (structuredContent !== undefined && begin(structuredContent) !== BEGIN_OBJECT) return true;
  if (isError !== undefined && begin(isError) !== TRUE && begin(isError) !== FALSE) return true;
  const { start = 0, end = 0 } = result ?? {};
  const ends = [
    slice(pieces, start, Math.min(end, start + LOOKED_AT)),
    slice(pieces, Math.max(start, end - LOOKED_AT), end),
  ];
  return ends.some((part) => /:\s*null\b/.test(textOf(part)));
}

const TRUE = 0x74;
const FALSE = 0x66;
/** How much of each end of a result is looked at, in bytes. */
const LOOKED_AT = 512;

const isPlainResult = (found: ScannedMessage): boolean => {
  const { pieces, isPlain, method, params, error, result, resultMeta, protocolMeta } = found;
  return (
    isPlain &&
    method === undefined &&
    params === undefined &&
    error === undefined &&
    result !== undefined &&
    byteAt(pieces, result.start) === BEGIN_OBJECT &&
    (resultMeta === undefined || byteAt(pieces, resultMeta.start) === BEGIN_OBJECT) &&
    protocolMeta === undefined
  );
};

/** Whether the `_meta` of a result has nothing that the protocol would read (2025-11-25, basic). */
export const isPlainMeta = (meta: unknown): boolean =>
  isJsonObject(meta) &&
  !Object.hasOwn(meta, "progressToken") &&
  !Object.hasOwn(meta, "io.modelcontextprotocol/related-task");
