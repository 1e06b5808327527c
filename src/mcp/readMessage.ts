import { isInitializeRequest, type JSONRPCMessage, parseJSONRPCMessage } from "@modelcontextprotocol/client";
import { isJsonObject } from "../lib/json/jsonObject.ts";
import { MAX_DEPTH } from "../lib/limits.ts";
import { type Pieces, textOf } from "../lib/pieces.ts";
import type { Json } from "./passThrough.ts";
import { isPlainInitialize } from "./plainInitialize.ts";
import { plainKind } from "./plainKind.ts";
import { usableAnswer } from "./usableAnswer.ts";
import { usableIntroduction } from "./usableIntroduction.ts";
import { carriedAnswer } from "./wire/carriedResult.ts";
import { isDeeperThan } from "./wire/depth.ts";

/**
 * The message that an event is.
 *
 * @param carries whether its result may be carried in its bytes
 * @throws what `readMessage` does
 */
export function messageIn(pieces: Pieces, carries: boolean): JSONRPCMessage {
  const carried = carries ? carriedAnswer(pieces) : undefined;
  return carried ?? ofServer(jsonIn(pieces));
}

/** The messages that a body is, which may be a batch. @throws what `readMessage` does */
export function messagesIn(pieces: Pieces, carries: boolean): readonly JSONRPCMessage[] {
  const carried = carries ? carriedAnswer(pieces) : undefined;
  if (carried !== undefined) return [carried];
  const value = jsonIn(pieces);
  return (Array.isArray(value) ? value : [value]).map(ofServer);
}

/** Who reads the answer to one request knows whose a result is that names nobody, see `answerTo`. */
function ofServer(value: unknown): JSONRPCMessage {
  if (plainKind(value) === undefined) {
    const read = usableAnswer(value);
    if (isJsonObject(read) && isJsonObject(read.result) && read.id === undefined)
      return { ...read, result: usableIntroduction(read.result) } as unknown as JSONRPCMessage;
  }
  return asMessage(value);
}

/** A text of brackets alone takes a parser twenty times its length. @throws SyntaxError */
function jsonIn(pieces: Pieces): unknown {
  if (isDeeperThan(pieces, MAX_DEPTH)) throw new SyntaxError(`more than ${MAX_DEPTH} levels of brackets`);
  return JSON.parse(textOf(pieces));
}

/**
 * Reads one JSON-RPC message, as the SDK reads it. Its schemas are asked only about messages that are not plain results:
 * they take several times what `JSON.parse` does, and of a result they would look at two members of `_meta` alone.
 *
 * @throws SyntaxError where it is no JSON or no message
 */
export const readMessage = (text: string): JSONRPCMessage => asMessage(JSON.parse(text));

/** @throws SyntaxError where a value is no message */
export function asMessage(value: unknown): JSONRPCMessage {
  if (plainKind(value) !== undefined) return introduced(value as JSONRPCMessage);
  try {
    return introduced(parseJSONRPCMessage(usableAnswer(value)));
  } catch {
    // The schemas' own error is a page long, and has what was found in it.
    throw new SyntaxError("no JSON-RPC message");
  }
}

function introduced(message: JSONRPCMessage): JSONRPCMessage {
  const { result } = message as { readonly result?: unknown };
  if (!isJsonObject(result)) return message;
  const usable = usableIntroduction(result);
  return usable === result ? message : ({ ...message, result: usable } as JSONRPCMessage);
}

/** Whether a message begins a session, as the SDK judges it. */
export function isInitialize(value: unknown): boolean {
  if ((value as Json | null | undefined)?.method !== "initialize") return false;
  return (plainKind(value) === "Request" && isPlainInitialize((value as Json).params)) || isInitializeRequest(value);
}

/** The error answer that a text is, if it is one. */
export function errorIn(text: string | null): (JSONRPCMessage & { readonly id?: unknown }) | undefined {
  try {
    const message = readMessage(text ?? "");
    return "error" in message ? message : undefined;
  } catch {
    return undefined;
  }
}
