import { foreignText } from "../../lib/foreignText.ts";
import type { HttpAnswer, HttpBody, HttpRequest } from "../../lib/httpPort.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { networkReason } from "../../lib/networkReason.ts";
import { redact } from "../../lib/redact.ts";
import type { Exchange, TrafficRecord } from "./exchange.ts";
import { shownBody, withoutSecrets } from "./shownBody.ts";
import type { WatchTraffic } from "./trafficTap.ts";

/** How much of a body is kept until it is shown, in bytes. */
const MOST_KEPT = 256 * 1024;

/**
 * Headers whose values anybody may see: those of HTTP, and those in which MCP says what stands in the body too. All others are
 * secrets: tokens, cookies, sessions, keys that are set for a gateway.
 */
const harmless = /^(?:accept|accept-\w+|cache-control|content-\w+|connection|host|user-agent|mcp-(?!session-id).*)$/i;

/**
 * Notes what is sent to a gateway and what comes back, as it passes by: nobody waits for it, and nothing else is read.
 * No header is noted but the challenge of an answer, and no value of a header is left in what is.
 *
 * @param isMeant whether an address is one of the gateway's
 */
export function recordedTraffic(
  record: TrafficRecord,
  isMeant: (url: string) => boolean,
  now: () => number,
): WatchTraffic {
  return async (url, request, send) => {
    if (!isMeant(String(url))) return await send(url, request);
    const secrets = secretsOf(request);
    const at = now();
    const change = record.begin({
      ...{ at, method: request.method ?? "GET", path: shownPath(url, secrets) },
      what: withoutSecrets(whatOf(parsed(request.body)), secrets),
      sentBytes: new TextEncoder().encode(request.body ?? "").length,
      request: request.body === undefined ? "" : shownText(request.body, secrets),
    });
    const end = (more: Partial<Exchange>) => change(() => ({ ms: now() - at, isEnded: true, ...more }));
    let answer: HttpAnswer;
    try {
      answer = await send(url, request);
    } catch (error) {
      end({ failure: withoutSecrets(reasonOf(error), secrets) });
      throw error;
    }
    const challenge = answer.headers.get("www-authenticate");
    change(() => ({
      ...{ status: answer.status, ms: now() - at },
      ...(challenge !== null && { challenge: withoutSecrets(foreignText(redact(challenge)), secrets) }),
    }));
    if (!answer.body) {
      end({});
      return answer;
    }
    const isStream = answer.headers.get("content-type")?.startsWith("text/event-stream") ?? false;
    const watched = isStream ? streamed : whole;
    const body = watched(answer.body, { secrets, now, change, end });
    const { status, statusText, ok, headers } = answer;
    return { status, statusText, ok, headers, body };
  };
}

interface Watching {
  readonly secrets: readonly string[];
  readonly now: () => number;
  readonly change: (change: (before: Exchange) => Partial<Exchange>) => void;
  readonly end: (more: Partial<Exchange>) => void;
}

/** A body that is shown when it has come. */
function whole(body: HttpBody, { secrets, end }: Watching): HttpBody {
  const pieces: Uint8Array[] = [];
  let [kept, bytes] = [0, 0];
  return watchedBody(body, {
    piece(piece) {
      bytes += piece.length;
      if (kept >= MOST_KEPT) return;
      pieces.push(piece.slice(0, MOST_KEPT - kept));
      kept += piece.length;
    },
    ended(failure) {
      const text = utf8(pieces);
      const answer = text === "" ? "" : shownBody({ text, isCut: bytes > MOST_KEPT || failure !== undefined, secrets });
      end({ answer, receivedBytes: bytes, ...(failure !== undefined && { failure }) });
    },
  });
}

/** A stream, whose messages are shown as they come. */
function streamed(body: HttpBody, { secrets, now, change, end }: Watching): HttpBody {
  const decoder = new TextDecoder();
  let open = "";
  let isTooLong = false;
  const event = (text: string, isCut: boolean) => {
    const data = text
      .split(/\r\n|\r|\n/)
      .filter((line) => line.startsWith("data:"))
      .map((line) => line.slice(5).replace(/^ /, ""))
      .join("\n");
    if (data === "") return;
    const what = withoutSecrets(whatOf(parsed(data)), secrets);
    const message = { at: now(), what, text: shownBody({ text: data, isCut, secrets }) };
    change(({ messages }) => ({ messages: [...messages, message] }));
  };
  return watchedBody(body, {
    piece(piece) {
      change(({ receivedBytes }) => ({ receivedBytes: receivedBytes + piece.length }));
      const texts = (open + decoder.decode(piece, { stream: true })).split(/\r\n\r\n|\n\n|\r\r/);
      open = texts.pop() ?? "";
      for (const text of texts) {
        if (!isTooLong) event(text, false);
        isTooLong = false;
      }
      if (open.length <= MOST_KEPT) return;
      if (!isTooLong) event(open, true);
      // What is left of it is passed over. The last characters may begin the end of it.
      isTooLong = true;
      open = open.slice(-3);
    },
    ended: (failure) => end(failure === undefined ? {} : { failure }),
  });
}

/** The same body, with somebody who sees each piece and how it ends. */
function watchedBody(
  body: HttpBody,
  { piece, ended }: { piece(bytes: Uint8Array): void; ended(failure?: string): void },
): HttpBody {
  let isEnded = false;
  const end = (failure?: string) => {
    if (!isEnded) ended(failure);
    isEnded = true;
  };
  return {
    async *[Symbol.asyncIterator]() {
      try {
        for await (const bytes of body) {
          piece(bytes);
          yield bytes;
        }
        end();
      } catch (error) {
        end(reasonOf(error));
        throw error;
      } finally {
        // Whoever read it has had enough.
        end();
      }
    },
    async cancel() {
      end();
      await body.cancel();
    },
  };
}

/** The values of the headers that nobody may see, also without the scheme before one, and each cookie by itself. */
function secretsOf({ headers = {} }: HttpRequest): readonly string[] {
  const values = Object.entries(headers).flatMap(([name, value]) => (harmless.test(name) ? [] : [value]));
  const parts = (value: string) => value.split(/[;,]\s*/).flatMap((part) => [part, part.replace(/^[^=]*=/, "")]);
  const all = values.flatMap((value) => [value, value.replace(/^\S+\s+/, ""), ...parts(value)]);
  // A shorter one is no secret, and would be found everywhere.
  return [...new Set(all.filter((value) => value.length >= 8))].sort((one, other) => other.length - one.length);
}

const secretParameter = /token|secret|key|code|state|passw|signature|credential|assertion/i;

function shownPath(url: string | URL, secrets: readonly string[]): string {
  const { pathname, searchParams } = new URL(url);
  const query = [...searchParams].map(
    ([name, value]) => `${name}=${secretParameter.test(name) ? "[redacted]" : value}`,
  );
  const path = query.length > 0 ? `${pathname}?${query.join("&")}` : pathname;
  return withoutSecrets(foreignText(redact(path)), secrets);
}

const shownText = (text: string, secrets: readonly string[]): string =>
  text.length > MOST_KEPT
    ? shownBody({ text: text.slice(0, MOST_KEPT), isCut: true, secrets })
    : shownBody({ text, isCut: false, secrets });

/** What a message of MCP is about, in a few words. */
function whatOf(message: unknown): string {
  if (!isJsonObject(message) || typeof message.method !== "string") return "";
  const params = isJsonObject(message.params) ? message.params : {};
  const { name, uri, level, progress, total } = params;
  const about = [name, uri, level].find((one) => typeof one === "string");
  const done = typeof progress === "number" ? [progress, total].filter((one) => typeof one === "number").join("/") : "";
  return foreignText(redact([message.method, about, done].filter((one) => one !== undefined && one !== "").join(" ")));
}

function parsed(text: string | undefined): unknown {
  try {
    return text === undefined || text.length > MOST_KEPT ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function utf8(pieces: readonly Uint8Array[]): string {
  const decoder = new TextDecoder();
  return pieces.map((piece) => decoder.decode(piece, { stream: true })).join("");
}

const reasonOf = (error: unknown): string =>
  error instanceof Error && error.name === "AbortError" ? "aborted" : foreignText(redact(networkReason(error).text));
