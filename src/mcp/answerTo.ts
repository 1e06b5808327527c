import { type JSONRPCMessage, ProtocolError } from "@modelcontextprotocol/client";
import { sizeText } from "../lib/httpPort.ts";
import { lostSession } from "./lostSession.ts";
import type { Json } from "./passThrough.ts";

/** Our own mark, from the range that JSON-RPC leaves to implementations, for an answer that cannot come any more. */
const NO_ANSWER = -32099;

/** What is said in place of an answer when the stream that would bring it has ended. */
export const streamEnded = { code: NO_ANSWER, message: "the stream ended before the answer" };
/** The same where the answer was larger than anybody reads. */
export const answerTooLarge = (maxBytes: number) => ({
  ...{ code: NO_ANSWER, message: `${tooLarge}${sizeText(maxBytes)}`, data: { maxBytes } },
});
const tooLarge = "the answer is larger than ";
/** The same where the server took the request and said nothing. */
export const answerEmpty = { code: NO_ANSWER, message: "the answer was empty" };
/** The same where something else was answered. */
const otherAnswered = { code: NO_ANSWER, message: "the answer was to another request" };

/** The same where it was refused for its session, before the server knew which request it was; `data` is what it said. */
const sessionRefused = { code: NO_ANSWER, message: "the session is not known" };

const missing = new Set([streamEnded.message, answerEmpty.message, otherAnswered.message]);

/** Whether a call failed because its answer cannot come any more. */
export const isAnswerMissing = (error: unknown): error is ProtocolError =>
  ProtocolError.isInstance(error) && error.code === NO_ANSWER && missing.has(error.message);

/** Whether a call failed because the server did not know its session, so that it ran nothing of it. */
export const isSessionRefused = (error: unknown): boolean =>
  ProtocolError.isInstance(error) && error.code === NO_ANSWER && error.message === sessionRefused.message;

/** Whether a call failed because its answer was larger than anybody reads. */
export const isAnswerTooLarge = (
  error: unknown,
): error is ProtocolError & { readonly data: { readonly maxBytes: number } } =>
  ProtocolError.isInstance(error) &&
  error.code === NO_ANSWER &&
  error.message.startsWith(tooLarge) &&
  typeof (error.data as Json | undefined)?.maxBytes === "number";

/**
 * A response as the answer to the one request that it came for, by HTTP: nothing else will bring that. One without an id is of
 * that request: an error where the server could not read it (JSON-RPC 2.0, 5), a result where the server forgets to say it. Any
 * other id leaves the request without answer.
 *
 * @param id of the request
 * @param message no request and no notification
 * @param hadSession whether the request named one
 */
export function answerTo(id: string | number, message: JSONRPCMessage, hadSession: boolean): JSONRPCMessage {
  const { id: answered } = message as Json;
  // Some servers write the number as a text, which the SDK reads as the number.
  if (String(answered) === String(id)) return message;
  const isOfNobody = answered === undefined || answered === null;
  if (!isOfNobody) return { jsonrpc: "2.0", id, error: otherAnswered };
  const error = "error" in message ? message.error : undefined;
  const refusal = error && { status: 200, text: error.message, code: error.code, ofNoRequest: true };
  if (hadSession && refusal && lostSession(refusal, hadSession)?.ranNothing) {
    return { jsonrpc: "2.0", id, error: { ...sessionRefused, data: error } };
  }
  return { ...message, id } as JSONRPCMessage;
}
