import { type JSONRPCMessage, StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";

/** An editor's messages, in order, both ways: stdio or a socket. */
export type MessageStream = Transport;

/** What the relay's other door offers: requests as HTTP has them. */
export interface PipedRelay {
  handle(request: Request): Promise<Response>;
}

export interface PipeOptions {
  /** Changes messages on their way. */
  readonly rules?: {
    toRelay(message: JSONRPCMessage): JSONRPCMessage;
    toEditor(message: JSONRPCMessage): JSONRPCMessage;
  };
  /** How long a call may wait for a person, which must be less than the host waits for the call. */
  readonly timeout?: {
    readonly ms: number;
    /** Whether a person is being waited for. */
    readonly isWaiting: () => boolean;
    /** What a tool call is answered with then. */
    readonly text: string;
  };
}

/** An editor's messages as HTTP requests to a relay that lives in the same process. */
export async function pipeToRelay(editor: MessageStream, relay: PipedRelay, options: PipeOptions = {}): Promise<void> {
  const { rules, timeout } = options;
  const door = new StreamableHTTPClientTransport(new URL("http://localhost/"), {
    fetch: (url, init) => relay.handle(new Request(url, init)),
  });
  const timers = new Map<string | number, ReturnType<typeof setTimeout>>();
  const settled = (id: string | number) => {
    clearTimeout(timers.get(id));
    timers.delete(id);
  };
  /** Calls that timed out here, so that the relay's late answer is dropped. */
  const answered = new Set<string | number>();
  const waitFor = (id: string | number, { ms, isWaiting, text }: NonNullable<PipeOptions["timeout"]>) => {
    const timer = setTimeout(() => {
      timers.delete(id);
      if (!isWaiting()) return;
      answered.add(id);
      void editor.send({ jsonrpc: "2.0", id, result: { content: [{ type: "text", text }], isError: true } });
      void door
        .send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: id, reason: text } })
        .catch(() => {});
    }, ms);
    // In Node a timer would keep the process alive.
    (timer as { unref?: () => void }).unref?.();
    timers.set(id, timer);
  };

  let initialize: string | number | undefined;
  /** Some hosts do not wait for the answer that names the session, which everything after has to carry. */
  let opened: Promise<unknown> = Promise.resolve();
  const send = (message: JSONRPCMessage): Promise<unknown> => {
    if (!("method" in message) || message.method !== "initialize") return opened.then(() => door.send(message));
    const sent = door.send(message);
    opened = sent.catch(() => {});
    return sent;
  };
  editor.onmessage = (given) => {
    const message = rules?.toRelay(given) ?? given;
    const id = "method" in message && "id" in message ? message.id : undefined;
    if (id !== undefined && "method" in message) {
      if (message.method === "initialize") initialize = id;
      if (message.method === "tools/call" && timeout) waitFor(id, timeout);
    }
    void send(message).catch(() => {
      if (id === undefined) return;
      settled(id);
      const error = { code: -32603, message: "The connection to the gateway ended." };
      void editor.send({ jsonrpc: "2.0", id, error }).catch(() => {});
    });
  };
  door.onmessage = (given) => {
    const id = "method" in given ? undefined : given.id;
    if (id !== undefined) {
      settled(id);
      if (answered.delete(id)) return;
    }
    if ("result" in given && given.id === initialize) {
      door.setProtocolVersion?.(String((given.result as { protocolVersion?: unknown }).protocolVersion));
    }
    void editor.send(rules?.toEditor(given) ?? given).catch(() => {});
  };
  editor.onclose = () => {
    for (const id of [...timers.keys()]) settled(id);
    // The session ends with its editor, here and at the gateway.
    void door
      .terminateSession()
      .catch(() => {})
      .then(() => door.close());
  };
  door.onclose = () => void editor.close();
  await door.start();
  await editor.start();
}
