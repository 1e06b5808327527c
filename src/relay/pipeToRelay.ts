import type { JSONRPCMessage } from "@modelcontextprotocol/client";
import { inProcess } from "../lib/inProcess.ts";
import type { HttpReply, ServedRequest } from "../lib/servedHttp.ts";
import type { CallerLine } from "../mcp/peer.ts";
import { namedVersion } from "../mcp/requestHeaders.ts";
import { StreamableHttp } from "../mcp/streamableHttp.ts";
import { AnswersInTime, type TimeLimit } from "./answersInTime.ts";
import { LineSession } from "./lineSession.ts";
import { SessionlessRequests } from "./sessionlessRequests.ts";

/** An editor's messages, in order, both ways: stdio or a socket. */
export type MessageStream = CallerLine;

/** What the relay's other doors offer. */
export interface PipedRelay {
  /** Requests as HTTP has them. */
  handle(request: ServedRequest): Promise<HttpReply>;
  /** Begins a session over a line: that of an editor that speaks 2025-11-25 or earlier. */
  openSession(line: MessageStream): Promise<{ close(): Promise<void> }>;
}

export interface PipeOptions {
  /** Changes messages on their way. */
  readonly rules?: {
    toRelay(message: JSONRPCMessage): JSONRPCMessage;
    toEditor(message: JSONRPCMessage): JSONRPCMessage;
  };
  /** How long a call may wait for a person: whoever started us gives a call up at a time of its own. */
  readonly timeout?: TimeLimit;
}

const GONE = { code: -32603, message: "The connection to the gateway ended." };

/**
 * An editor's messages to a relay that lives in the same process.
 *
 * Those of a session go straight into it. What belongs to none, as all that 2026-07-28 has, goes as the HTTP requests
 * that it would be elsewhere: each of them says for itself who asks.
 */
export async function pipeToRelay(editor: MessageStream, relay: PipedRelay, options: PipeOptions = {}): Promise<void> {
  const { rules, timeout } = options;
  const door = new StreamableHttp(new URL("http://localhost/"), {
    fetch: inProcess((request) => relay.handle(request)),
  });
  const tell = (message: JSONRPCMessage) => void editor.send(message).catch(() => {});
  const inTime = new AnswersInTime(timeout, tell);
  const sessionless = new SessionlessRequests(door);
  const toEditor = (message: JSONRPCMessage): void => {
    if ("method" in message || inTime.takes(message.id)) tell(rules?.toEditor(message) ?? message);
  };
  const session = new LineSession(relay, toEditor, () => editor.drain?.());
  const send = async (message: JSONRPCMessage): Promise<void> => {
    if (sessionless.giveUp(message)) return;
    const isSession = session.isBegun && namedVersion(message) === undefined;
    if (isSession || isInitialize(message)) await session.receive(message);
    else await sessionless.send(message);
  };
  editor.onmessage = (given) => {
    const message = rules?.toRelay(given) ?? given;
    const id = "method" in message && "id" in message ? message.id : undefined;
    inTime.asked(message, (cancelled) => void send(rules?.toRelay(cancelled) ?? cancelled).catch(() => {}));
    void send(message).catch(() => {
      if (id !== undefined && inTime.takes(id)) tell({ jsonrpc: "2.0", id, error: GONE });
    });
  };
  door.onmessage = (message) => {
    if (!("method" in message)) sessionless.answered(message.id);
    toEditor(message);
  };
  editor.onclose = () => {
    inTime.close();
    // The session ends with its editor, here and at the gateway.
    void session.close().then(() => door.close());
  };
  door.onclose = () => void editor.close();
  await door.start();
  await editor.start();
}

const isInitialize = (message: JSONRPCMessage): boolean =>
  "method" in message && "id" in message && message.method === "initialize";
