import {
  type JSONRPCMessage,
  ProtocolError,
  StreamableHTTPClientTransport,
  type TransportSendOptions,
} from "@modelcontextprotocol/client";

/** What the SDK's transport takes; its base type allows explicit `undefined`, which it treats alike. */
type SendOptions = NonNullable<Parameters<StreamableHTTPClientTransport["send"]>[1]>;

/** Our own mark, from the range that JSON-RPC leaves to implementations, for an answer that cannot come any more. */
export const streamEnded = { code: -32099, message: "the stream ended before the answer" };

/** Whether a call failed because the stream of its answer ended before the answer. */
export const isStreamEnd = (error: unknown): error is ProtocolError =>
  ProtocolError.isInstance(error) && error.code === streamEnded.code && error.message === streamEnded.message;

/**
 * The SDK's transport, made to say when an answer can no longer come: by itself it leaves a call waiting whose stream
 * the server dropped. Such a call fails with an error that `isStreamEnd` knows.
 */
export class WatchedTransport extends StreamableHTTPClientTransport {
  override async send(message: JSONRPCMessage | JSONRPCMessage[], sendOptions?: TransportSendOptions): Promise<void> {
    const options = sendOptions as SendOptions | undefined;
    const id = !Array.isArray(message) && "method" in message && "id" in message ? message.id : undefined;
    if (id === undefined || options?.onRequestStreamEnd !== undefined) return await super.send(message, options);
    return await super.send(message, {
      ...options,
      // After the answer this is a response nobody waits for, which the client ignores.
      onRequestStreamEnd: () => this.onmessage?.({ jsonrpc: "2.0", id, error: streamEnded }),
    });
  }
}
