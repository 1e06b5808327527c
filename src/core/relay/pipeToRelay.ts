import { StreamableHTTPClientTransport, type Transport } from "@modelcontextprotocol/client";

/** An editor's messages as HTTP requests to a relay that lives in the same process. */
export async function pipeToRelay(
  editor: Transport,
  relay: { handle(request: Request): Promise<Response> },
): Promise<void> {
  const door = new StreamableHTTPClientTransport(new URL("http://localhost/"), {
    fetch: (url, init) => relay.handle(new Request(url, init)),
  });
  let initialize: string | number | undefined;
  editor.onmessage = (message) => {
    if ("method" in message && "id" in message && message.method === "initialize") initialize = message.id;
    void door.send(message).catch(() => {
      if ("method" in message && "id" in message) {
        const error = { code: -32603, message: "The connection to the gateway ended." };
        void editor.send({ jsonrpc: "2.0", id: message.id, error }).catch(() => {});
      }
    });
  };
  door.onmessage = (message) => {
    if ("result" in message && message.id === initialize) {
      door.setProtocolVersion?.(String((message.result as { protocolVersion?: unknown }).protocolVersion));
    }
    void editor.send(message).catch(() => {});
  };
  editor.onclose = () => void door.close();
  door.onclose = () => void editor.close();
  await door.start();
  await editor.start();
}
