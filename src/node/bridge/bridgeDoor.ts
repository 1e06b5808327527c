import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { MessageStream } from "../../relay/pipeToRelay.ts";
import { LineStream } from "../lineStream.ts";

/** The protocol to which a bridge asks this socket to switch; `src/bridge.ts` is the other side. */
const BRIDGE_PROTOCOL = "gateway-connect-bridge";

/** How long a bridge may take to prove that it knows the key. */
const PROOF_TIMEOUT_MS = 5_000;

/** Proves that one side knows the key. The proof holds for this connection, this gateway and this side only. */
export function proof(
  key: string,
  side: "window" | "bridge",
  { id, nonces }: { readonly id: string; readonly nonces: readonly [string, string] },
): string {
  return createHmac("sha256", key)
    .update([side, ...nonces, id].join("\n"))
    .digest("hex");
}

/** The relay of a gateway, to which a bridge is connected. */
export interface PipeEnd {
  pipe(stream: MessageStream): Promise<void>;
}

export interface BridgeAdmission {
  readonly key: string;
  readonly find: (id: string) => Promise<PipeEnd | undefined>;
  /** Says in one line why no host may use this gateway, where that is so. */
  readonly refusal?: ((id: string) => Promise<string | undefined>) | undefined;
}

/**
 * Admits a bridge: first this window proves that it knows the key, then the bridge does, and neither sends the key.
 * From then on the socket carries JSON-RPC messages, one per line.
 *
 * @param find called only after both proofs, so that no other program learns which gateways are connected
 */
export async function admitBridge(
  incoming: IncomingMessage,
  socket: Duplex,
  { key, find, refusal }: BridgeAdmission,
): Promise<void> {
  socket.on("error", () => socket.destroy());
  const id = (incoming.url ?? "/").slice(1);
  const theirs = incoming.headers["x-nonce"];
  const asked = incoming.headers.upgrade === BRIDGE_PROTOCOL && incoming.headers.origin === undefined;
  if (!asked || typeof theirs !== "string" || !/^[0-9a-f]{32,64}$/.test(theirs)) {
    socket.end("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    return;
  }
  const nonces = [theirs, randomBytes(16).toString("hex")] as const;
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: ${BRIDGE_PROTOCOL}\r\n` +
      `X-Nonce: ${nonces[1]}\r\nX-Proof: ${proof(key, "window", { id, nonces })}\r\n\r\n`,
  );
  const expected = Buffer.from(proof(key, "bridge", { id, nonces }));
  const given = await firstLine(socket, expected.length).catch(() => undefined);
  if (given?.length !== expected.length || !timingSafeEqual(given, expected)) {
    socket.destroy();
    return;
  }
  const relay = await find(id);
  if (relay === undefined) {
    socket.end("gone\n");
    return;
  }
  const why = await refusal?.(id);
  if (why !== undefined) {
    socket.end(`refused ${why.replace(/\s+/g, " ")}\n`);
    return;
  }
  socket.write("welcome\n");
  await relay.pipe(new LineStream(socket, socket));
}

/** Reads the first line, without its end. The bytes after it go back into the stream. */
function firstLine(socket: Duplex, length: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let found = Buffer.alloc(0);
    const timer = setTimeout(() => end(() => reject(new Error("no proof came"))), PROOF_TIMEOUT_MS);
    const end = (act: () => void) => {
      clearTimeout(timer);
      socket.off("data", onData);
      socket.off("close", onClose);
      socket.pause();
      act();
    };
    const onClose = () => end(() => reject(new Error("closed")));
    const onData = (chunk: Buffer) => {
      found = Buffer.concat([found, chunk]);
      const at = found.indexOf(10);
      if (at < 0 && found.length <= length) return;
      end(() => {
        if (at >= 0 && at + 1 < found.length) socket.unshift(found.subarray(at + 1));
        resolve(at < 0 ? found : found.subarray(0, at));
      });
    };
    socket.on("data", onData);
    socket.once("close", onClose);
  });
}
