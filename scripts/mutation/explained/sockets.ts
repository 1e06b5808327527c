import type { Explanations } from "../judged.ts";

const logged = "What a log says is for people; no program reads its words.";
const pipes =
  "Only Windows has such pipes; elsewhere there is a file in their place that may as well be closed or watched.";
const never = "It is never so: Node has it as optional for messages of the other direction.";
const putBack = "What there is to put back is nothing then, or belongs to somebody who is refused.";
const atLatest = "The time that a proof may take ends it too; it ends sooner so.";
const seenJustBefore =
  "Each of the two keeps a socket that was removed just before its end from coming back; the other one covers for it.";

/** Of the local sockets of a window: who may connect, where they are, and what they leave behind. */
export const ofSockets: Explanations = {
  "src/node/bridge/relaySocket.ts": [
    {
      mutator: "ObjectLiteral",
      line: "const server = createServer({ requestTimeout: 0 }, (incoming, outgoing) => {",
      why: "Five minutes is Node's own limit for a request to come, which no test waits for.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (isAdmitted) silent.heard(incoming.socket);",
      change: "isAdmitted → true",
      why: "Whoever is not admitted is refused, and the refusal closes the connection.",
    },
    {
      mutator: "StringLiteral",
      line: 'log.debug("relay socket: request ended early", { error: error instanceof Error ? error.name : "unknown" });',
      change: '"unknown" → ""',
      why: logged,
    },
    {
      mutator: "StringLiteral",
      line: 'socket.once("close", () => bridges.delete(socket));',
      why: "What is left in the set is ended once more with the socket, which does nothing. That it is let go of is about memory.",
    },
    {
      mutator: "ArrowFunction",
      line: 'socket.once("close", () => bridges.delete(socket));',
      why: "What is left in the set is ended once more with the socket, which does nothing. That it is let go of is about memory.",
    },
    {
      mutator: "StringLiteral",
      line: 'log.debug("relay socket: bridge ended early", { error: error instanceof Error ? error.name : "unknown" });',
      change: '"unknown" → ""',
      why: logged,
    },
    {
      mutator: "CallExpression",
      line: "server.close();",
      why: "It matters where it listens already and its file's mode cannot be changed, which no test can bring about.",
    },
    {
      mutator: "ObjectLiteral",
      line: 'throw new GatewayFailure("relay_not_started", { path: address.path, reason }, { cause: error });',
      change: "{ cause: error } → {}",
      why: "A cause is for whoever debugs; what people are told is in the facts.",
    },
    {
      mutator: "StringLiteral",
      line: 'server.on("error", (error) => log.warn("relay socket: failed", { error: error.name }));',
      why: "No test can make a listener fail that listens.",
    },
    {
      mutator: "ArrowFunction",
      line: 'server.on("error", (error) => log.warn("relay socket: failed", { error: error.name }));',
      why: "No test can make a listener fail that listens.",
    },
    {
      mutator: "ObjectLiteral",
      line: 'server.on("error", (error) => log.warn("relay socket: failed", { error: error.name }));',
      why: "No test can make a listener fail that listens.",
    },
    { mutator: "StringLiteral", line: 'log.debug("relay socket: listening", { kind: address.kind });', why: logged },
    { mutator: "ObjectLiteral", line: 'log.debug("relay socket: listening", { kind: address.kind });', why: logged },
    { mutator: "ConditionalExpression", line: 'if (address.kind !== "unix") return;', why: pipes },
    {
      mutator: "StringLiteral",
      line: 'server.off("error", reject);',
      why: "A promise that is settled is not rejected any more.",
    },
    {
      mutator: "ConditionalExpression",
      line: 'if (address.kind === "unix") await chmod(address.path, 0o600);',
      why: pipes,
    },
    {
      mutator: "ConditionalExpression",
      line: 'if (address.kind === "pipe") return { leave: async () => {} };',
      why: pipes,
    },
    { mutator: "StringLiteral", line: 'if (address.kind === "pipe") return { leave: async () => {} };', why: pipes },
    { mutator: "ConditionalExpression", line: "if (isLeft) return;", why: seenJustBefore },
    { mutator: "BooleanLiteral", line: "isLeft = true;", why: seenJustBefore },
    { mutator: "CallExpression", line: "stopLooking();", why: seenJustBefore },
    {
      mutator: "StringLiteral",
      line: 'const { code = "unknown" } = error as NodeJS.ErrnoException;',
      why: "What a system refuses has a code.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if ((found.mode & 0o077) !== 0) await chmod(directory, 0o700);",
      why: "A folder that has this mode has it afterwards.",
    },
    { mutator: "StringLiteral", line: 'function idOf(url = "/"): string {', why: never },
    ...["ConditionalExpression", "Regex"].map((mutator) => ({
      ...{ mutator, why: "The longer way below says the same; this one saves time." },
      line: "if (/^\\/[\\w-]+$/.test(url)) return url.slice(1);",
    })),
    { mutator: "BlockStatement", line: "} catch {", why: "No gateway has such a name." },
    { mutator: "StringLiteral", line: 'return "";', why: "No gateway has such a name." },
  ],
  "src/node/bridge/bridgeDoor.ts": [
    {
      mutator: "ArrowFunction",
      line: 'socket.on("error", () => socket.destroy());',
      why: "A socket that fails is destroyed by itself; what matters is that somebody listens.",
    },
    { mutator: "StringLiteral", line: 'const id = (incoming.url ?? "/").slice(1);', why: never },
    {
      mutator: "ConditionalExpression",
      line: 'if (!asked || typeof theirs !== "string" || !/^[0-9a-f]{32,64}$/.test(theirs)) {',
      change: 'typeof theirs !== "string" → false',
      why: "What is no text has no such form; the type wants to be told.",
    },
    {
      mutator: "ConditionalExpression",
      line: "if (given?.length !== expected.length || !timingSafeEqual(given, expected)) {",
      change: "given?.length !== expected.length → false",
      why: "Texts of two lengths cannot be compared in the same time: that fails, and whoever fails is ended.",
    },
    {
      mutator: "OptionalChaining",
      line: "if (given?.length !== expected.length || !timingSafeEqual(given, expected)) {",
      why: "Whoever fails is ended.",
    },
    {
      mutator: "StringLiteral",
      line: 'const timer = setTimeout(() => end(() => reject(new Error("no proof came"))), PROOF_TIMEOUT_MS);',
      why: "Nobody is told why.",
    },
    {
      mutator: "StringLiteral",
      line: 'socket.off("close", onClose);',
      why: "A promise that is settled is not rejected any more.",
    },
    { mutator: "ArrowFunction", line: 'const onClose = () => end(() => reject(new Error("closed")));', why: atLatest },
    {
      mutator: "StringLiteral",
      line: 'const onClose = () => end(() => reject(new Error("closed")));',
      why: "Nobody is told why.",
    },
    { mutator: "StringLiteral", line: 'socket.once("close", onClose);', why: atLatest },
    {
      mutator: "EqualityOperator",
      line: "if (at < 0 && found.length <= length) return;",
      change: "found.length <= length → found.length < length",
      why: "A proof that has come whole is one before its line ends; the rest is an empty line.",
    },
    ...["ConditionalExpression", "LogicalOperator", "EqualityOperator", "ArithmeticOperator"].map((mutator) => ({
      ...{ mutator, why: putBack },
      line: "if (at >= 0 && at + 1 < found.length) socket.unshift(found.subarray(at + 1));",
    })),
    {
      mutator: "EqualityOperator",
      line: "resolve(at < 0 ? found : found.subarray(0, at));",
      why: "An empty line is no proof, with its end or without.",
    },
  ],
  "src/system/silentConnections.ts": [
    {
      mutator: "OptionalChaining",
      line: "oldest?.destroy();",
      why: "Of more than the most there is an oldest; the type wants to be told.",
    },
  ],
};
