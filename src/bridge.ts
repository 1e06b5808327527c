import { type ChildProcess, spawn } from "node:child_process";
import { createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync, statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import type { Duplex, Writable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";

/**
 * The bridge, which hosts with an mcp.json start. It connects its parent's standard streams with the relay in a window
 * of the editor. It finds windows by the files in which they announce themselves
 * (`src/node/bridge/windowAnnouncement.ts`); `src/node/bridge/bridgeDoor.ts` is the other side of the socket. It knows
 * no token and uses no network.
 *
 * When no window is open, it starts the standalone program (`src/standalone.ts`) instead.
 *
 * The bridge is one file of more than 300 lines: hosts start it with whatever Node they find, once for every entry, so
 * it imports nothing but `node:*`, and its parts share the state of a single connection.
 */
const folder = process.env.GATEWAY_CONNECT_FOLDER ?? "";
const id = (process.env.GATEWAY_CONNECT_ENTRY ?? "").split(":")[0] ?? "";

/** How long to wait for an editor that is starting, before the standalone program is started instead. */
const EDITOR_START_MS = Number(process.env.GATEWAY_CONNECT_WAIT_MS ?? 5_000);
/** How long a call waits for a window to return. */
const WINDOW_TIMEOUT_MS = EDITOR_START_MS + 15_000;
const WINDOW_CHECK_MS = 100;

/** The longest message, as `MAX_MESSAGE_BYTES` of `src/lib/limits.ts` has it, and the most that waits for a window. */
const MAX_LINE_BYTES = 32 * 1024 * 1024;
/** The same of a window, which has read it within what is set for its gateway: `resultMiB`, and what is around it. */
const MAX_ANSWER_BYTES = 257 * 1024 * 1024;
const MAX_WAITING_BYTES = MAX_LINE_BYTES;
/** The largest file of the extension that is read, in bytes. */
const MAX_FILE_BYTES = 64 * 1024 * 1024;

interface Window {
  readonly pid: number;
  readonly socket: string;
  readonly key: string;
  readonly folders: readonly string[];
  readonly since: number;
}

/** Lines from the host that no window has received yet. */
let waiting: Buffer[] = [];
let window: Duplex | undefined;
/** The host's handshake, which the next window has to receive first. */
let initialize: { readonly id: unknown; readonly line: Buffer } | undefined;
let initialized: Buffer | undefined;
/** The ids of the host's open requests, which get an error if their window closes. */
const open = new Set<string>();
let standalone: ChildProcess | undefined;

const say = (text: string) => process.stderr.write(`gateway-connect: ${text}\n`);

if (folder === "" || id === "") {
  say("this program is started by an entry of an mcp.json, which Gateway Connect writes. See its README.");
  process.exit(2);
}
// The host's log has what it says here, and nothing else would tell why its server is gone.
process.on("uncaughtException", (error) => {
  say(`unforeseen failure (unexpected): ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
process.on("SIGTERM", leave);
process.on("SIGINT", leave);
process.on("SIGHUP", leave);
// Windows has it: a host can send Ctrl-Break.
process.on("SIGBREAK", leave);
process.stdout.on("error", leave);
// A host may read no more of what is said for its log.
process.stderr.on("error", () => {});
process.stdin.on("error", leave);
eachLine(process.stdin, fromHost, MAX_LINE_BYTES, leave);
const parent = process.ppid;
// On Windows the parent keeps its id when it is gone.
setInterval(() => (process.ppid !== parent || !isAlive(parent)) && leave(), 1_000).unref();
void connect();

/** Ends everything of ours, since the host is gone. */
function leave(): void {
  window?.destroy();
  standalone?.stdin?.end();
  // The standalone program revokes or stores its tokens and then ends by itself.
  if (!standalone) process.exit(0);
  setTimeout(() => standalone?.kill(), 3_000).unref();
  standalone.once("exit", () => process.exit(0));
}

/** Finds a window to use, or starts the standalone program when there is none. */
async function connect(): Promise<void> {
  const from = Date.now();
  for (;;) {
    // Whoever uninstalled the extension left an entry behind that they had changed.
    if (existsSync(join(folder, "bridge", "uninstalled")))
      return giveUp("Gateway Connect was uninstalled. Remove its entry from the mcp.json. (extension_gone)");
    for (const candidate of windows()) {
      const socket = await meet(candidate).catch(() => undefined);
      if (typeof socket === "string" && socket !== "gone") return giveUp(socket);
      if (socket === "gone")
        return giveUp("This gateway was removed from Gateway Connect. Remove its entry from the mcp.json.");
      if (socket) return use(socket);
    }
    const since = Date.now() - from;
    if (since >= EDITOR_START_MS && startStandalone()) return;
    if (since >= WINDOW_TIMEOUT_MS) {
      waiting = waiting.filter((line) => (parse(line) as { id?: unknown } | undefined)?.id === undefined);
      fail("No window of the editor is open. Open one, then try again.");
    }
    await delay(WINDOW_CHECK_MS);
  }
}

/** The open windows: first those of the folder we were started in, then the newest. */
function windows(): readonly Window[] {
  const here = ignoringCase(process.cwd());
  const found: Window[] = [];
  for (const name of list(join(folder, "windows"))) {
    const read = readJson(join(folder, "windows", name)) as Window | undefined;
    if (read && name.endsWith(".json") && isAlive(read.pid)) found.push(read);
  }
  const ours = (one: Window) => Number(one.folders.some((path) => ignoringCase(path) === here));
  return found.sort((one, other) => ours(other) - ours(one) || other.since - one.since);
}

/** Windows does not tell upper from lower case in paths: an editor writes `c:`, and a program is started in `C:`. */
function ignoringCase(path: string): string {
  return process.platform === "win32" ? path.toLowerCase() : path;
}

/** Connects to a window. Both sides prove that they know the key; then the socket carries messages. */
function meet({ socket: socketPath, key }: Window): Promise<Duplex | string | undefined> {
  return new Promise((resolve, reject) => {
    const nonce = randomBytes(16).toString("hex");
    const proof = (side: string, other: string) =>
      createHmac("sha256", key).update([side, nonce, other, id].join("\n")).digest("hex");
    const headers = { connection: "Upgrade", upgrade: "gateway-connect-bridge", "x-nonce": nonce };
    const asked = request({ socketPath, path: `/${id}`, headers, timeout: 5_000 });
    asked.on("error", reject);
    asked.on("timeout", () => asked.destroy(new Error("no answer")));
    asked.on("response", () => asked.destroy(new Error("no bridge door")));
    asked.on("upgrade", ({ headers: answer }, socket, head) => {
      const theirs = String(answer["x-nonce"]);
      const shown = Buffer.from(String(answer["x-proof"]));
      const expected = Buffer.from(proof("window", theirs));
      // Another program listens there, and must not receive the host's messages.
      if (shown.length !== expected.length || !timingSafeEqual(shown, expected)) {
        socket.destroy();
        reject(new Error("not a window of ours"));
        return;
      }
      socket.setTimeout(0);
      socket.once("error", reject);
      socket.once("close", () => reject(new Error("closed")));
      socket.write(`${proof("bridge", theirs)}\n`);
      if (head.length > 0) socket.unshift(head);
      socket.once("readable", function read() {
        const answer = socket.read() as Buffer | null;
        if (answer === null) return void socket.once("readable", read);
        const end = answer.indexOf(10);
        const said = answer.subarray(0, end).toString();
        // The administrator of this computer does not allow it; the window says why.
        if (said.startsWith("refused ")) return resolve(said.slice("refused ".length));
        if (said !== "welcome") return resolve("gone");
        if (end + 1 < answer.length) socket.unshift(answer.subarray(end + 1));
        resolve(socket);
      });
    });
    asked.end();
  });
}

function use(socket: Duplex): void {
  window = socket;
  socket.on("error", () => socket.destroy());
  socket.once("close", () => lost(socket));
  const again = initialize !== undefined && initialized !== undefined;
  // The previous window gave the host the answer to `initialize`, so the new window's is dropped.
  let droppedId = again ? JSON.stringify(initialize?.id) : undefined;
  const take = (line: Buffer) => {
    const answered = answeredId(line);
    if (answered !== undefined && answered === droppedId) {
      droppedId = undefined;
      if (initialized !== undefined) socket.write(initialized);
      flush(socket);
      // The new window may offer other tools.
      process.stdout.write('{"jsonrpc":"2.0","method":"notifications/tools/list_changed"}\n');
      return;
    }
    if (answered !== undefined) open.delete(answered);
    if (!process.stdout.write(line)) {
      socket.pause();
      process.stdout.once("drain", () => socket.resume());
    }
  };
  eachLine(socket, take, MAX_ANSWER_BYTES);
  if (again && initialize) socket.write(initialize.line);
  else flush(socket);
}

function flush(socket: Duplex): void {
  const lines = waiting;
  waiting = [];
  process.stdin.resume();
  for (const line of lines) send(socket, line);
}

function send(socket: Writable, line: Buffer): void {
  if (socket.write(line)) return;
  process.stdin.pause();
  socket.once("drain", () => process.stdin.resume());
}

function fromHost(line: Buffer): void {
  if (standalone) return void (standalone.stdin && send(standalone.stdin, line));
  const message = parse(line) as { id?: unknown; method?: unknown } | undefined;
  if (message?.method !== undefined && message.id !== undefined) open.add(JSON.stringify(message.id));
  if (message?.method === "initialize") {
    initialize = { id: message.id, line };
    initialized = undefined;
  }
  if (message?.method === "notifications/initialized") initialized = line;
  if (window) return void send(window, line);
  waiting.push(line);
  // The host is not read on before a window is there, or nobody waits for one.
  if (waiting.reduce((bytes, { length }) => bytes + length, 0) >= MAX_WAITING_BYTES) process.stdin.pause();
}

/** Answers the open calls of a window that closed, and looks for another window. */
function lost(socket: Duplex): void {
  if (window !== socket) return;
  window = undefined;
  process.stdin.resume();
  fail("The editor's window was closed during the call. Check what it was to change before you try it again.");
  void connect();
}

function giveUp(why: string): void {
  say(why);
  fail(why);
  // We stay and answer further requests too, since a host would start us again and again if we ended.
  const answer = () => {
    waiting = [];
    process.stdin.resume();
    fail(why);
  };
  setInterval(answer, WINDOW_CHECK_MS);
}

/** Answers every open request with an error. */
function fail(message: string): void {
  for (const request of open) {
    process.stdout.write(`{"jsonrpc":"2.0","id":${request},"error":${JSON.stringify({ code: -32000, message })}}\n`);
  }
  open.clear();
}

/** Starts the standalone program. @returns false when it is missing, or when a window has served this host before */
function startStandalone(): boolean {
  const program = join(folder, "bridge", "standalone.mjs");
  const { connections } = (readJson(join(folder, "connections.json")) ?? {}) as { connections?: readonly Connection[] };
  const connection = connections?.find((one) => one.id === id);
  if (!connection) {
    giveUp("This gateway is not known to Gateway Connect any more. Remove its entry from the mcp.json.");
    return true;
  }
  if (!existsSync(program) || initialized !== undefined) return false;
  // That program looks closer. Here it is refused to a host that waits for an answer.
  const unusable = settingsFault(connection.url);
  if (unusable !== undefined) {
    giveUp(
      `${unusable} Open the editor once, so that it writes your settings for this gateway again, then start this server again. (editor_settings_unusable)`,
    );
    return true;
  }
  const { clientId, clientSource, scopes, resource } = connection.authorization;
  const args = [program, connection.url];
  if (clientId && clientSource !== "registered") args.push("--client-id", clientId);
  if (scopes && scopes.length > 0) args.push("--scopes", scopes.join(" "));
  if (clientId && resource === undefined) args.push("--resource", "none");
  if (connection.sends === "id") args.push("--use-id-token");
  // It has a sign-in of its own, and can say that the editor might share the one that it has.
  const isSignedIn = connection.sessionId !== undefined && connection.authorization.kind === "oauth";
  const env = { ...networkEnvironment(), ...process.env, ...(isSignedIn && { GATEWAY_CONNECT_EDITOR: "signed-in" }) };
  standalone = spawn(process.execPath, args, { env, stdio: ["pipe", "inherit", "inherit"], windowsHide: true });
  standalone.once("exit", (code) => process.exit(code ?? 1));
  standalone.once("error", (error) => giveUp(error.message));
  standalone.stdin?.on("error", () => {});
  for (const line of waiting) standalone.stdin?.write(line);
  waiting = [];
  process.stdin.resume();
  return true;
}

/** Why what the person has set in the editor is not known, see `src/connections/settings/handedSettings.ts`. */
function settingsFault(url: string): string | undefined {
  const path = join(folder, "bridge", "settings.json");
  try {
    const { uid, mode } = lstatSync(path);
    const owner = process.getuid?.();
    if (owner !== undefined && (uid !== owner || (mode & 0o022) !== 0)) return `Somebody else can write ${path}.`;
  } catch {
    return `${path} is not there.`;
  }
  const read = (readJson(path) ?? {}) as { version?: unknown; gateways?: Readonly<Record<string, unknown>> };
  if (read.version !== 1) return `${path} is damaged, or of another version.`;
  return read.gateways?.[url] ? undefined : `This gateway is not in ${path}.`;
}

/**
 * What the standalone program needs and hosts do not hand on, by the names that programs know: the proxy and the certificates
 * that the entry names, and the bus on which Linux has its keychain.
 */
function networkEnvironment(): NodeJS.ProcessEnv {
  const {
    GATEWAY_CONNECT_PROXY: proxy,
    GATEWAY_CONNECT_NO_PROXY: direct,
    GATEWAY_CONNECT_CA_FILE: trusted,
  } = process.env;
  const bus = process.platform === "linux" ? `/run/user/${process.getuid?.()}/bus` : "";
  return {
    ...(proxy && { HTTPS_PROXY: proxy, HTTP_PROXY: proxy }),
    ...(direct && { NO_PROXY: direct }),
    ...(trusted && { NODE_EXTRA_CA_CERTS: trusted }),
    ...(bus && existsSync(bus) && { DBUS_SESSION_BUS_ADDRESS: `unix:path=${bus}` }),
  };
}

interface Connection {
  readonly id: string;
  readonly url: string;
  /** Which of its tokens the gateway gets. */
  readonly sends?: string;
  /** Which sign-in of the editor's it uses. */
  readonly sessionId?: string;
  readonly authorization: {
    readonly kind?: string;
    readonly clientId?: string;
    readonly clientSource?: string;
    readonly scopes?: readonly string[];
    readonly resource?: string;
  };
}

/** How much of a line is looked at for the id of an answer: longer ids than that are not met. */
const HEAD_BYTES = 64 * 1024;

/** The id of an answer. Windows write it first, so that a large result need not be read here. */
function answeredId(line: Buffer): string | undefined {
  const head = line.toString("utf8", 0, HEAD_BYTES);
  return /^\{"jsonrpc":"2\.0","id":("(?:[^"\\]|\\.)*"|-?\d+),"(?:result|error)"/.exec(head)?.[1];
}

/** Lines stay the bytes that they are: most are only handed on, and some are large. */
function eachLine(stream: NodeJS.ReadableStream, take: (line: Buffer) => void, most: number, end?: () => void): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  stream.on("data", (chunk: Buffer) => {
    let rest = chunk;
    for (let at = rest.indexOf(10); at >= 0; at = rest.indexOf(10)) {
      const last = rest.subarray(0, at + 1);
      const line = parts.length > 0 ? Buffer.concat([...parts, last]) : last;
      parts = [];
      bytes = 0;
      rest = rest.subarray(at + 1);
      if (!isBlank(line)) take(line);
    }
    if (rest.length > 0) parts.push(rest);
    bytes += rest.length;
    if (bytes > most) tooLong(stream);
  });
  if (end) stream.once("end", end).once("close", end);
}

/** Which request it belongs to is not known: a window is left, which ends its calls, and a host is told as it ends us. */
function tooLong(stream: NodeJS.ReadableStream): void {
  if (stream !== process.stdin) return void (stream as Duplex).destroy();
  say("a message of the host is larger than 32 MiB.");
  fail("A message was larger than 32 MiB.");
  process.exit(1);
}

const isBlank = (line: Buffer): boolean => line.every((byte) => byte <= 0x20);

function list(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function readJson(path: string): unknown {
  try {
    const found = statSync(path);
    return found.isFile() && found.size <= MAX_FILE_BYTES ? JSON.parse(readFileSync(path, "utf8")) : undefined;
  } catch {
    return undefined;
  }
}

function parse(line: Buffer): unknown {
  try {
    return JSON.parse(line.toString());
  } catch {
    return undefined;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
