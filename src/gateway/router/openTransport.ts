import type { JSONRPCMessage, Transport, TransportSendOptions } from "@modelcontextprotocol/client";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import type { Target } from "./target.ts";

type SendOptions = NonNullable<Parameters<StreamableHTTPClientTransport["send"]>[1]>;

/** Opens the way to a target. */
export async function openTransport(target: Target): Promise<Transport> {
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
      }) as unknown as Transport;
  }
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
