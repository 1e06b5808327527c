import { readValue, type ScannedMessage, scanMessage } from "./scanMessage.ts";
import { withoutMember } from "./withoutMember.ts";

/**
 * A result that nobody here has to see, in the bytes in which its server wrote it. Whoever does look at it finds `isError`
 * and `toJSON`: what writes it as JSON without knowing of this writes what the bytes say.
 */
export type CarriedResult = {
  readonly toJSON: () => unknown;
  /** A tool's own failure, where the result says so or denies it. */
  readonly isError?: boolean;
};

/** Where `toJSON` has the bytes: known to all bundles, since one reads the answer and another may write it. */
const PIECES = Symbol.for("gateway-connect.carriedPieces");

type ToJson = { (): unknown; readonly [PIECES]?: readonly Uint8Array[] };

function carry(pieces: readonly Uint8Array[], isError: unknown): CarriedResult {
  const read = (): unknown => JSON.parse(pieces.map((piece) => utf8.decode(piece)).join(""));
  const toJSON: ToJson = Object.assign(read, { [PIECES]: pieces });
  return { toJSON, ...(typeof isError === "boolean" && { isError }) };
}

/** The pieces to write for a result that is carried; `undefined` for one that is to be written from what was read. */
export function carriedBytes(result: unknown): readonly Uint8Array[] | undefined {
  const { toJSON } = (result ?? {}) as { readonly toJSON?: ToJson };
  return typeof toJSON === "function" ? toJSON[PIECES] : undefined;
}

/** Marks the parameters of a request whose result may be carried. JSON does not show it, and copies have it too. */
const MAY_CARRY = Symbol("may carry");

type Params = Readonly<Record<string, unknown>> | undefined;

/** What is answered with something for the caller alone. */
const carriable = new Set(["tools/call", "prompts/get", "resources/read"]);

export const toBeCarried = (method: string, params: Params): Params =>
  carriable.has(method) ? { ...params, [MAY_CARRY]: true } : params;

export const mayCarry = (message: object): boolean =>
  (message as { readonly params?: { readonly [MAY_CARRY]?: true } }).params?.[MAY_CARRY] === true;

/**
 * An answer as a message whose result is carried, where that changes nothing for anybody: a plain result, without the
 * `resultType` that only 2026-07-28 has and every reader takes off.
 *
 * @returns `undefined` for what is to be read as a whole: any other message, a result that asks for input, one with
 *   members that are the protocol's own, and one that does not stand on a line
 */
export function carriedAnswer(
  bytes: Uint8Array,
): { readonly jsonrpc: "2.0"; readonly id: string | number; readonly result: CarriedResult } | undefined {
  const found = scanMessage(bytes);
  if (found.kind !== "message" || !isPlainResult(found)) return undefined;
  const { id: idSpan, jsonrpc, isError } = found;
  if (idSpan === undefined || jsonrpc === undefined) return undefined;
  const id = readValue(found, idSpan);
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return undefined;
  if (readValue(found, jsonrpc) !== "2.0") return undefined;
  const pieces = resultPieces(found);
  if (pieces === undefined || !found.isOneLine) return undefined;
  return { jsonrpc: "2.0", id: id as string | number, result: carry(pieces, isError && readValue(found, isError)) };
}

function resultPieces(found: ScannedMessage): readonly Uint8Array[] | undefined {
  const { bytes, result, resultType } = found;
  if (result === undefined) return undefined;
  if (resultType === undefined) return [bytes.subarray(result.start, result.end)];
  return readValue(found, resultType) === "complete"
    ? withoutMember(bytes, result, resultType, "resultType")
    : undefined;
}

const BEGIN_OBJECT = 0x7b;

const isPlainResult = (found: ScannedMessage): boolean => {
  const { bytes, isPlain, method, params, error, result, resultMeta } = found;
  return (
    isPlain &&
    method === undefined &&
    params === undefined &&
    error === undefined &&
    result !== undefined &&
    bytes[result.start] === BEGIN_OBJECT &&
    (resultMeta === undefined || isPlainMeta(readValue(found, resultMeta)))
  );
};

/** Whether the `_meta` of a result has nothing that the protocol would read (2025-11-25, basic). */
export const isPlainMeta = (meta: unknown): boolean =>
  typeof meta === "object" &&
  meta !== null &&
  !Array.isArray(meta) &&
  !Object.hasOwn(meta, "progressToken") &&
  !Object.hasOwn(meta, "io.modelcontextprotocol/related-task");

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
