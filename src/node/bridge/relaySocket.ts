import { randomBytes, timingSafeEqual } from "node:crypto";
import { chmod, lstat, mkdir, rm, rmdir } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { userInfo } from "node:os";
import type { Duplex } from "node:stream";
import { GatewayFailure } from "../../failures/failure.ts";
import { MAX_MESSAGE_BYTES, MOST_SILENT_CONNECTIONS } from "../../lib/limits.ts";
import type { Log } from "../../lib/log.ts";
import type { HttpReply, ServedRequest } from "../../lib/servedHttp.ts";
import { keepConnections } from "../../system/keepConnections.ts";
import { wholeRequest } from "../../system/nodeRequest.ts";
import { onRemoved } from "../../system/onRemoved.ts";
import { sendReply } from "../../system/sendReply.ts";
import { boundSilent } from "../../system/silentConnections.ts";
import { admitBridge, type BridgeAdmission, type PipeEnd } from "./bridgeDoor.ts";
import { type LocalSocketAddress, socketUri } from "./localSocketAddress.ts";

/** The header with the secret that proves that a request comes from this relay's editor window. */
export const SECRET_HEADER = "x-gateway-connect-window";

/** The largest request body that is accepted: one message. */
const MAX_REQUEST_BYTES = MAX_MESSAGE_BYTES;

/** Answers the requests for one gateway. */
export interface RelayHandle extends PipeEnd {
  handle(request: ServedRequest): Promise<HttpReply>;
}

export interface RelaySocket {
  readonly address: LocalSocketAddress;
  /** The URI for the editor: `unix:///…/relay.sock#/<id>`. */
  uri(id: string): string;
  /** The headers that the editor has to send with each request. */
  readonly headers: Readonly<Record<string, string>>;
  /** The key that a bridge and this window prove to each other that they know. */
  readonly bridgeKey: string;
  stop(): Promise<void>;
}

/**
 * Listens where only this user can connect, and passes each request to the relay of its gateway. It admits requests of
 * this window's editor, which send the secret, and bridges of hosts with an mcp.json, which know the key.
 *
 * No token passes through the socket in either direction. The secret only distinguishes this window's editor from other
 * programs.
 *
 * @throws GatewayFailure `relay_not_started`
 */
export async function startRelaySocket({
  address,
  secret,
  find,
  refusal,
  log,
}: {
  readonly address: LocalSocketAddress;
  readonly secret: string;
  readonly find: (id: string) => RelayHandle | undefined | Promise<RelayHandle | undefined>;
  /** See `BridgeAdmission.refusal`. */
  readonly refusal?: BridgeAdmission["refusal"];
  readonly log: Log;
}): Promise<RelaySocket> {
  const expected = Buffer.from(secret);
  const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => {
    const isAdmitted = admitted(incoming, expected);
    if (isAdmitted) silent.heard(incoming.socket);
    serve(incoming, outgoing, { isAdmitted, find }).catch((error: unknown) => {
      log.debug("relay socket: request ended early", { error: error instanceof Error ? error.name : "unknown" });
      outgoing.destroy();
    });
  });
  const silent = boundSilent(server, MOST_SILENT_CONNECTIONS);
  const bridgeKey = randomBytes(32).toString("hex");
  const bridges = new Set<Duplex>();
  server.on("upgrade", (incoming, socket) => {
    bridges.add(socket);
    socket.once("close", () => bridges.delete(socket));
    const proven = async (id: string) => {
      silent.heard(socket);
      return await find(id);
    };
    const admission = { key: bridgeKey, find: proven, refusal };
    admitBridge(incoming, socket, admission).catch((error: unknown) => {
      log.debug("relay socket: bridge ended early", { error: error instanceof Error ? error.name : "unknown" });
      socket.destroy();
    });
  });
  // The editor's streams may be silent for hours.
  server.timeout = 0;
  keepConnections(server);
  try {
    await listen(server, address);
  } catch (error) {
    server.close();
    const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
    throw new GatewayFailure("relay_not_started", { path: address.path, reason }, { cause: error });
  }
  server.on("error", (error) => log.warn("relay socket: failed", { error: error.name }));
  log.debug("relay socket: listening", { kind: address.kind });
  const place = keptPlace(server, address, log);
  return {
    address,
    uri: (id) => socketUri(address, id),
    headers: { [SECRET_HEADER]: secret },
    bridgeKey,
    async stop() {
      await place.leave();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      for (const bridge of bridges) bridge.destroy();
      await closed;
      if (address.kind !== "unix") return;
      // What cannot be removed is no reason not to end. The folder goes too, unless it contains something else.
      await rm(address.path).catch(() => {});
      await rmdir(address.directory).catch(() => {});
    },
  };
}

async function listen(server: Server, address: LocalSocketAddress): Promise<void> {
  if (address.kind === "unix") await prepareFolder(address.directory, address.path);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address.path, () => {
      server.off("error", reject);
      resolve();
    });
  });
  if (address.kind === "unix") await chmod(address.path, 0o600);
}

/**
 * Listens anew at the same place when the socket was removed, alone or with its folder: the editor knows this place
 * alone, and systems tidy up temporary folders. Who is connected stays so. Pipes are in no folder.
 */
function keptPlace(server: Server, address: LocalSocketAddress, log: Log): { leave(): Promise<void> } {
  if (address.kind === "pipe") return { leave: async () => {} };
  let returning = Promise.resolve();
  let isLeft = false;
  const comeBack = async () => {
    if (isLeft) return;
    // Ends the listening and no connection.
    server.close();
    try {
      await listen(server, address);
      log.info("relay socket: it was removed, and is there again");
      look();
    } catch (error) {
      const { code = "unknown" } = error as NodeJS.ErrnoException;
      log.warn("relay socket: it was removed, and could not be made again", { path: address.path, reason: code });
    }
  };
  let stopLooking = () => {};
  const look = () => {
    stopLooking = onRemoved(address.path, () => {
      returning = comeBack();
    });
  };
  look();
  return {
    async leave() {
      isLeft = true;
      stopLooking();
      await returning;
      stopLooking();
    },
  };
}

/** Makes a folder that only this user can open, and refuses one that another user could have created. */
async function prepareFolder(directory: string, path: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const found = await lstat(directory);
  if (!found.isDirectory()) throw new Error("the folder is not a folder");
  if (found.uid !== userInfo().uid) throw new Error("the folder belongs to another user");
  if ((found.mode & 0o077) !== 0) await chmod(directory, 0o700);
  // A window that ended without closing may have left its socket.
  await rm(path, { force: true });
}

interface Admission {
  readonly isAdmitted: boolean;
  readonly find: (id: string) => RelayHandle | undefined | Promise<RelayHandle | undefined>;
}

async function serve(
  incoming: IncomingMessage,
  outgoing: ServerResponse,
  { isAdmitted, find }: Admission,
): Promise<void> {
  const relay = isAdmitted ? await find(idOf(incoming.url)) : undefined;
  if (relay === undefined) {
    // One answer for every refusal, and never 401 or 403, to which editors react with a sign-in of their own.
    outgoing.writeHead(404, { "content-length": "0", connection: "close" }).end();
    return;
  }
  const limits = { maxBodyBytes: MAX_REQUEST_BYTES, hidden };
  const { request, isTooLarge } = await wholeRequest(incoming, outgoing, limits);
  if (isTooLarge) {
    outgoing.writeHead(413, { "content-length": "0", connection: "close" }).end();
    return;
  }
  await sendReply(await relay.handle(request), outgoing);
}

const hidden: ReadonlySet<string> = new Set([SECRET_HEADER]);

function admitted(incoming: IncomingMessage, secret: Buffer): boolean {
  // A page in a browser sends its origin, and must not get in.
  if (incoming.headers.origin !== undefined) return false;
  const header = incoming.headers[SECRET_HEADER];
  if (typeof header !== "string") return false;
  const given = Buffer.from(header);
  // How long a secret is, is none: all of them are made alike.
  return given.length === secret.length && timingSafeEqual(given, secret);
}

function idOf(url = "/"): string {
  // As the editor was told it: nothing of it was encoded.
  if (/^\/[\w-]+$/.test(url)) return url.slice(1);
  try {
    return decodeURIComponent(new URL(url, "http://localhost").pathname.slice(1));
  } catch {
    return "";
  }
}
