import { MAX_DEPTH, MAX_MESSAGE_BYTES } from "../../lib/limits.ts";
import { lengthOf, type Pieces, slice, textOf } from "../../lib/pieces.ts";
import { findMembers, type MemberSpan, type Span, wantedMembers } from "./findMembers.ts";

/**
 * One JSON-RPC message as its bytes have it. Each span is the JSON text of a member's value; `readValue` reads it.
 *
 * A span within `params` or `result` is there only where that is an object.
 */
export interface ScannedMessage {
  readonly kind: "message";
  readonly pieces: Pieces;
  readonly jsonrpc: MemberSpan | undefined;
  readonly id: MemberSpan | undefined;
  readonly method: MemberSpan | undefined;
  readonly params: MemberSpan | undefined;
  /** `params.name`: which tool or prompt is meant. */
  readonly name: MemberSpan | undefined;
  /** `params._meta.progressToken` */
  readonly progressToken: MemberSpan | undefined;
  readonly result: MemberSpan | undefined;
  /** `result.isError`: a tool's own failure. */
  readonly isError: MemberSpan | undefined;
  /** `result.resultType`: what kind of result it is (2026-07-28). */
  readonly resultType: MemberSpan | undefined;
  /** `result._meta` */
  readonly resultMeta: MemberSpan | undefined;
  /** `result.content` and `result.structuredContent`: what a tool says. */
  readonly content: MemberSpan | undefined;
  readonly structuredContent: MemberSpan | undefined;
  /** A member of `result._meta` that the protocol itself reads (2025-11-25, basic). */
  readonly protocolMeta: MemberSpan | undefined;
  readonly error: MemberSpan | undefined;
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
  result: {
    ...{ isError: {}, resultType: {}, _meta: { progressToken: {}, "io.modelcontextprotocol/related-task": {} } },
    ...{ content: {}, structuredContent: {} },
  },
  error: {},
});

/**
 * Finds in a JSON-RPC message what decides about its way, so that the rest can be handed on in the bytes that it came in.
 *
 * It accepts what `JSON.parse` accepts and finds what that finds, member by member.
 */
export function scanMessage(
  pieces: Pieces,
  { maxBytes = MAX_MESSAGE_BYTES, maxDepth = MAX_DEPTH }: ScanLimits = {},
): ScannedMessage | NotScanned {
  if (lengthOf(pieces) > maxBytes) return { kind: "tooLarge" };
  const found = findMembers(pieces, wanted, maxDepth);
  if (found.kind !== "members") return found;
  const [jsonrpc, id, method, params, name, , progressToken, result, isError, resultType, resultMeta, ...others] =
    found.values;
  const [resultToken, relatedTask, content, structuredContent, error] = others;
  const isPlain = !found.repeated && !found.others;
  return {
    kind: "message",
    pieces,
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
    content,
    structuredContent,
    protocolMeta: resultToken ?? relatedTask,
    error,
    isPlain,
    isOneLine: found.isOneLine,
  };
}

/** The value of a member, as `JSON.parse` makes it. */
export function readValue({ pieces }: ScannedMessage, { start, end }: Span): unknown {
  return JSON.parse(textOf(slice(pieces, start, end), { ignoreBOM: true }));
}
