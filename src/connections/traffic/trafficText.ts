import type { Translate } from "../../failures/translate.ts";
import type { Exchange, StreamedMessage, TrafficRecord } from "./exchange.ts";

export interface TrafficWords {
  readonly say: Translate;
  /** Gives a moment, in milliseconds since the epoch, as the person's clock shows it, to the millisecond. */
  readonly time: (moment: number) => string;
}

/** What is shown of a gateway besides its traffic. */
export interface ShownGateway {
  readonly name: string;
  /** The least severe level of log messages that it was asked for, or that it chooses; undefined where it offers none. */
  readonly logLevel: string | "itsOwn" | undefined;
}

/**
 * The traffic of a gateway as a text, the oldest first. What belongs to a request is indented under it, so that an editor
 * folds it.
 */
export function trafficText({ name, logLevel }: ShownGateway, record: TrafficRecord, words: TrafficWords): string {
  const { say } = words;
  const { exchanges, count } = record;
  const lines = [
    say("Traffic of {0}, as long as this is open. It is kept in memory only.", name),
    say("Headers, tokens, codes, cookies and secrets are left out. What tools are given and answer is shown as it is."),
    ...(logLevel === undefined ? [] : [logLine(logLevel, say)]),
    "",
  ];
  if (count > exchanges.length) lines.push(say("{0} earlier requests are not kept.", count - exchanges.length), "");
  if (exchanges.length === 0) lines.push(say("Nothing was sent yet. Run a tool, or let your agent run one."));
  for (const exchange of exchanges) lines.push(...exchangeLines(exchange, words), "");
  return lines.join("\n");
}

const logLine = (level: string, say: Translate): string =>
  level === "itsOwn"
    ? say("The gateway chooses which messages of its log it sends. Set Gateway Log Level changes that.")
    : say("Messages of the gateway's log: {0} and above.", level);

function exchangeLines(exchange: Exchange, words: TrafficWords): readonly string[] {
  const { say, time } = words;
  const { at, number, method, path, what, request, challenge, answer, messages, leftOut } = exchange;
  const head = [
    time(at),
    `#${number}`,
    what === "" ? `${method} ${path}` : `${method} ${what}`,
    outcome(exchange, say),
  ];
  return [
    head.join("  "),
    ...(what === "" ? [] : indented(path, 1)),
    ...(challenge === undefined ? [] : indented(say("Asked to sign in: {0}", challenge), 1)),
    ...part(say("Request, {0}", sizeText(exchange.sentBytes)), request),
    ...(leftOut > 0 ? indented(say("{0} earlier messages are not kept.", leftOut), 1) : []),
    ...messages.flatMap((message) => messageLines(message, words)),
    ...part(say("Answer, {0}", sizeText(exchange.receivedBytes)), answer),
  ];
}

function outcome({ status, ms, isEnded, failure, messages }: Exchange, say: Translate): string {
  const took = ms === undefined ? "" : say("{0} ms", Math.round(ms));
  const streamed = messages.length > 0 ? [messagesText(messages.length, say)] : [];
  if (failure !== undefined)
    return ["✕", ...(status === undefined ? [] : [status]), failure, took, ...streamed].join(" ");
  if (status === undefined) return `… ${say("waiting")}`;
  return ["→", status, ...(isEnded ? [took] : [say("open")]), ...streamed].join(" ");
}

const messagesText = (count: number, say: Translate): string =>
  count === 1 ? say("1 message") : say("{0} messages", count);

const messageLines = ({ at, what, text }: StreamedMessage, { say, time }: TrafficWords): readonly string[] => [
  ...indented(`${time(at)}  ← ${what === "" ? say("answer") : what}`, 1),
  ...indented(text, 2),
];

const part = (title: string, text: string): readonly string[] =>
  text === "" ? [] : [...indented(title, 1), ...indented(text, 2)];

const indented = (text: string, depth: number): readonly string[] =>
  text.split("\n").map((line) => `${"  ".repeat(depth)}${line}`);

const sizeText = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1_000_000 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
};
