import { MAX_DEPTH, MAX_MESSAGE_BYTES } from "../../lib/limits.ts";
import { findMembers, type Span, wantedMembers } from "./findMembers.ts";

/**
 * One JSON-RPC message as its bytes have it. Each span is the JSON text of a member's value; `readValue` reads it.
 *
 * A span within `params` or `result` is there only where that is an object.
 */
export interface ScannedMessage {
  readonly kind: "message";
  readonly bytes: Uint8Array;
  readonly jsonrpc: Span | undefined;
  readonly id: Span | undefined;
  readonly method: Span | undefined;
  readonly params: Span | undefined;
  /** `params.name`: which tool or prompt is meant. */
  readonly name: Span | undefined;
  /** `params._meta.progressToken` */
  readonly progressToken: Span | undefined;
  readonly result: Span | undefined;
  /** `result.isError`: a tool's own failure. */
  readonly isError: Span | undefined;
  /** `result.resultType`: what kind of result it is (2026-07-28). */
  readonly resultType: Span | undefined;
  /** `result._meta` */
  readonly resultMeta: Span | undefined;
  readonly error: Span | undefined;
  /**
   * Whether all readers agree on what the message says: no member that is named here appears twice, and the message has
   * no others of its own. What is not plain is to be read as a whole, and not handed on as it is.
   */
  readonly isPlain: boolean;
  /** Whether it stands on one line. */
  readonly isOneLine: boolean;
}

/** Why a text is no message that could be scanned. A batch is `unreadable` too: it is read as a whole. */
export interface NotScanned {
  readonly kind: "unreadable" | "tooDeep" | "tooLarge";
}

export interface ScanLimits {
  /** In bytes; `MAX_MESSAGE_BYTES` when absent. */
  readonly maxBytes?: number;
  /** How many arrays and objects may stand in each other; `MAX_DEPTH` when absent. */
  readonly maxDepth?: number;
}

const wanted = wantedMembers({
  jsonrpc: {},
  id: {},
  method: {},
  params: { name: {}, _meta: { progressToken: {} } },
  result: { isError: {}, resultType: {}, _meta: {} },
  error: {},
});

/**
 * Finds in a JSON-RPC message what decides about its way, so that the rest can be handed on in the bytes that it came in.
 *
 * It accepts what `JSON.parse` accepts and finds what that finds, member by member.
 */
export function scanMessage(
  bytes: Uint8Array,
  { maxBytes = MAX_MESSAGE_BYTES, maxDepth = MAX_DEPTH }: ScanLimits = {},
): ScannedMessage | NotScanned {
  if (bytes.length > maxBytes) return { kind: "tooLarge" };
  const found = findMembers(bytes, wanted, maxDepth);
  if (found.kind !== "members") return found;
  const [jsonrpc, id, method, params, name, , progressToken, result, isError, resultType, resultMeta, error] =
    found.values;
  const isPlain = !found.repeated && !found.others;
  return {
    kind: "message",
    bytes,
    jsonrpc,
    id,
    method,
    params,
    name,
    progressToken,
    result,
    isError,
    resultType,
    resultMeta,
    error,
    isPlain,
    isOneLine: found.isOneLine,
  };
}

/** The value of a member, as `JSON.parse` makes it. */
export function readValue({ bytes }: ScannedMessage, span: Span): unknown {
  return JSON.parse(utf8.decode(bytes.subarray(span.start, span.end)));
}

const utf8 = new TextDecoder();
