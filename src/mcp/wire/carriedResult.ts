import { type ScannedMessage, scanMessage } from "./scanMessage.ts";
import { withoutMember } from "./withoutMember.ts";

/**
 * A result that nobody here has to see, in the bytes in which its server wrote it. Whoever does look at it finds nothing
 * but `toJSON`: what writes it as JSON without knowing of this writes what the bytes say.
 */
export type CarriedResult = { readonly toJSON: () => unknown };

const bytesOf = new WeakMap<object, Uint8Array>();

function carry(bytes: Uint8Array): CarriedResult {
  const toJSON = (): unknown => JSON.parse(utf8.decode(bytes));
  bytesOf.set(toJSON, bytes);
  return { toJSON };
}

/** The pieces to write for a result that is carried; `undefined` for one that is to be written from what was read. */
export function carriedBytes(result: unknown): readonly Uint8Array[] | undefined {
  const { toJSON, [AS_WRITTEN]: written } = (result ?? {}) as Partial<CarriedResult> & Written;
  if (written !== undefined) return written;
  const bytes = typeof toJSON === "function" ? bytesOf.get(toJSON) : undefined;
  return bytes && [bytes];
}

/** Where a result that was read has the bytes to write for it. JSON does not show it, and copies have it too. */
const AS_WRITTEN = Symbol("as written");
type Written = { readonly [AS_WRITTEN]?: readonly Uint8Array[] };

/**
 * A message whose result was read, since the SDK judges those of 2026-07-28, made to be written in the bytes that it came
 * in: without the `resultType` that the revisions before do not have. What is not plain, and what asks for input, is
 * left to be written from what was read.
 */
export function asWritten<M extends object>(message: M, bytes: Uint8Array): M {
  const { result } = message as { readonly result?: unknown };
  if (typeof result !== "object" || result === null) return message;
  if ((result as { readonly resultType?: unknown }).resultType !== "complete") return message;
  const found = scanMessage(bytes);
  if (found.kind !== "message" || !found.isPlain || found.result === undefined) return message;
  const pieces = found.resultType && withoutMember(bytes, found.result, found.resultType, "resultType");
  if (pieces === undefined || pieces.some(hasBreak)) return message;
  return { ...message, result: { ...result, [AS_WRITTEN]: pieces } };
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
 * An answer as a message whose result is carried, where that changes nothing for anybody.
 *
 * @returns `undefined` for what is to be read as a whole: anything that is no plain result of 2025-11-25 or earlier, one
 *   with `_meta` or `resultType`, which are the protocol's own, and one that does not stand on a line
 */
export function carriedAnswer(
  bytes: Uint8Array,
): { readonly jsonrpc: "2.0"; readonly id: string | number; readonly result: CarriedResult } | undefined {
  const found = scanMessage(bytes);
  if (found.kind !== "message" || !isPlainResult(found)) return undefined;
  const { id: idSpan, jsonrpc, result } = found;
  if (idSpan === undefined || jsonrpc === undefined || result === undefined) return undefined;
  const id: unknown = JSON.parse(utf8.decode(bytes.subarray(idSpan.start, idSpan.end)));
  if (typeof id !== "string" && !Number.isSafeInteger(id)) return undefined;
  if (JSON.parse(utf8.decode(bytes.subarray(jsonrpc.start, jsonrpc.end))) !== "2.0") return undefined;
  const carried = bytes.subarray(result.start, result.end);
  if (hasBreak(carried)) return undefined;
  return { jsonrpc: "2.0", id: id as string | number, result: carry(carried) };
}

const hasBreak = (bytes: Uint8Array): boolean => bytes.includes(0x0a) || bytes.includes(0x0d);
const BEGIN_OBJECT = 0x7b;

const isPlainResult = ({ bytes, isPlain, method, params, error, result, resultType, resultMeta }: ScannedMessage) =>
  isPlain &&
  method === undefined &&
  params === undefined &&
  error === undefined &&
  resultType === undefined &&
  resultMeta === undefined &&
  result !== undefined &&
  bytes[result.start] === BEGIN_OBJECT;

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });
