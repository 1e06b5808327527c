import type { JSONRPCMessage, Transport, TransportSendOptions } from "@modelcontextprotocol/client";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import type { Target } from "./target.ts";

type SendOptions = NonNullable<Parameters<StreamableHTTPClientTransport["send"]>[1]>;

/**
 * Opens the way to a target.
 *
 * @param life ends every request when the caller is gone, also those with which the SDK finds out what is there
 */
export async function openTransport(target: Target, life: AbortSignal): Promise<Transport> {
  switch (target.kind) {
    case "inProcess": {
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      await target.create(undefined).connect(theirs);
      return ours as unknown as Transport;
    }
    case "stdio":
      return new StdioClientTransport({
        command: target.command,
        args: [...(target.args ?? [])],
        env: { ...getDefaultEnvironment(), ...target.env },
        stderr: "ignore",
        ...(target.cwd !== undefined && { cwd: target.cwd }),
      });
    case "http":
      return new WatchedTransport(new URL(target.url), {
        requestInit: { headers: { ...target.headers } },
        fetch: (url, init) =>
          fetch(url, { ...init, signal: init?.signal ? AbortSignal.any([init.signal, life]) : life } as RequestInit),
      }) as unknown as Transport;
  }
}

/**
 * Gives each message its own turn. The SDK handles a notification a moment after it came, but an answer at once: when
 * both come in one piece, progress would be told to nobody any more.
 */
export function inTurns(transport: Transport): void {
  const deliver = transport.onmessage;
  let turn = Promise.resolve();
  transport.onmessage = (...message) => {
    turn = turn.then(() => deliver?.(...message)).catch(() => {});
  };
}

/** The SDK's transport leaves a call waiting whose stream the target dropped; this one fails it. */
class WatchedTransport extends StreamableHTTPClientTransport {
  override async send(message: JSONRPCMessage | JSONRPCMessage[], sendOptions?: TransportSendOptions): Promise<void> {
    const options = sendOptions as SendOptions | undefined;
    const id = !Array.isArray(message) && "method" in message && "id" in message ? message.id : undefined;
    if (id === undefined || options?.onRequestStreamEnd !== undefined) return await super.send(message, options);
    return await super.send(message, {
      ...options,
      // After the answer this is a response nobody waits for, which the client ignores.
      onRequestStreamEnd: () => this.onmessage?.({ jsonrpc: "2.0", id, error: { code: STREAM_ENDED, message: "" } }),
    });
  }
}

/** Our own mark, from the range that JSON-RPC leaves to implementations, for an answer that cannot come any more. */
export const STREAM_ENDED = -32099;
