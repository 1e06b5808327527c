import { type JSONRPCMessage, SdkError, SdkErrorCode } from "@modelcontextprotocol/client";
import { AnswerTooLarge, bodyStart, drained, type HttpAnswer, type HttpBody } from "../lib/httpPort.ts";
import { type Pieces, textOf } from "../lib/pieces.ts";
import { listStart } from "./longLists.ts";
import { messagesIn } from "./readMessage.ts";
import { mayCarry } from "./wire/carriedResult.ts";

/** What came as the answer to one request: a stream of events that has it, or the messages of the body, of which there may be none. */
export type PostedAnswer =
  | { readonly kind: "stream"; readonly body: HttpBody | null }
  | { readonly kind: "messages"; readonly messages: readonly JSONRPCMessage[] };

/**
 * Reads the answer to a request that was posted (2025-11-25, basic/transports). JSON is JSON, and events are events, whatever the
 * content type: servers were seen to call JSON text, a page, or nothing, and events JSON.
 *
 * @param maxBytes the largest body that is read
 * @throws SdkError for what is no JSON, SyntaxError for JSON that is no message, AnswerTooLarge
 */
export async function postedAnswer(
  request: JSONRPCMessage,
  answer: HttpAnswer,
  maxBytes: number,
): Promise<PostedAnswer> {
  const contentType = answer.headers.get("content-type");
  const mediaType = contentType === "application/json" ? contentType : mediaTypeOf(contentType);
  if (mediaType === "text/event-stream") return { kind: "stream", body: answer.body };
  const isCalledJson = mediaType === "application/json";
  const begun = isCalledJson ? { isJson: true, isEvents: false, body: answer.body } : await beginning(answer.body);
  if (begun.isJson === false && begun.isEvents) return { kind: "stream", body: begun.body };
  if (begun.isJson === false) {
    await drained(begun.body);
    throw new SdkError(SdkErrorCode.ClientHttpUnexpectedContent, `Unexpected content type: ${contentType}`, {
      contentType,
    });
  }
  const { pieces, isWhole } = await bodyStart(begun.body, maxBytes);
  if (pieces.every(({ length }) => length === 0)) return { kind: "messages", messages: [] };
  const long = isWhole ? undefined : listStart(request, pieces);
  if (!isWhole && long === undefined) throw new AnswerTooLarge(maxBytes);
  if (isCalledJson && isEvents(pieces[0] ?? new Uint8Array())) return { kind: "stream", body: bodyOf(pieces) };
  return { kind: "messages", messages: long === undefined ? messagesIn(pieces, mayCarry(request)) : [long] };
}

/**
 * The stream of what a server says by itself, or goes on with. A page or a word for whoever asks with GET is none (2025-11-25,
 * basic/transports): it would end at once, each time that it is asked for. Who does not say what comes may have one.
 *
 * @returns `undefined` where there is none
 */
export async function standingStream({ status, headers, body }: HttpAnswer): Promise<HttpBody | null | undefined> {
  const mediaType = mediaTypeOf(headers.get("content-type"));
  if (status !== 204 && (mediaType === undefined || mediaType === "text/event-stream")) return body;
  await drained(body);
  return undefined;
}

const mediaTypeOf = (contentType: string | null) => contentType?.split(";", 1)[0]?.trim().toLowerCase();

const space = new Set([0x20, 0x09, 0x0a, 0x0d, 0xef, 0xbb, 0xbf]);
const BEGIN_OBJECT = 0x7b;
const BEGIN_LIST = 0x5b;

/**
 * Looks how a body begins. Nothing else of one is read that will not be used.
 *
 * @returns the same body, whether it may be JSON, undefined for one with nothing in it, and whether it may be events
 */
async function beginning(
  body: HttpBody | null,
): Promise<{ readonly isJson: boolean | undefined; readonly isEvents: boolean; readonly body: HttpBody | null }> {
  if (body === null) return { isJson: undefined, isEvents: false, body };
  const rest = body[Symbol.asyncIterator]();
  const read: Uint8Array[] = [];
  let first: number | undefined;
  while (first === undefined) {
    const { value, done } = await rest.next();
    if (done) break;
    read.push(value);
    first = value.find((byte: number) => !space.has(byte));
  }
  const whole: HttpBody = {
    async *[Symbol.asyncIterator]() {
      try {
        yield* read;
        for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
      } finally {
        await rest.return?.();
      }
    },
    cancel: async () => void (await rest.return?.()),
  };
  const isJson = first === undefined ? undefined : first === BEGIN_OBJECT || first === BEGIN_LIST;
  return { isJson, isEvents: isEvents(read.at(-1) ?? new Uint8Array()), body: whole };
}

/** Whether a body that begins so is one of events (HTML, 9.2.5): with a field that they have, or a comment. */
function isEvents(piece: Uint8Array): boolean {
  const at = piece.findIndex((byte) => !space.has(byte));
  if (at < 0 || !mayBeginEvents.has(piece[at] ?? 0)) return false;
  return /^(?:data|event|id|retry)?:/.test(textOf([piece.subarray(at, at + LONGEST_FIELD)]));
}

const mayBeginEvents = new Set([...":deir"].map((letter) => letter.charCodeAt(0)));
const LONGEST_FIELD = 8;

function bodyOf(pieces: Pieces): HttpBody {
  return {
    async *[Symbol.asyncIterator]() {
      yield* pieces;
    },
    cancel: async () => {},
  };
}
