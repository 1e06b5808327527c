import {
  AnswerTooLarge,
  type HttpAnswer,
  type HttpBody,
  type HttpFetch,
  type HttpRequest,
  wholeBody,
} from "./httpPort.ts";
import { parseShallow } from "./json/parseShallow.ts";
import { MAX_DOCUMENT_DEPTH, type RequestPolicy } from "./limits.ts";
import { patientTimeout } from "./patientTimeout.ts";
import { withinOrigin } from "./withinOrigin.ts";

export interface AskedWorld {
  /** The way out. */
  readonly fetch: HttpFetch;
  /** Ends the request when nobody waits for it any more, with its own reason. */
  readonly signal?: AbortSignal | undefined;
  /** Ends it when an act of several requests takes too long, which is told like any other time-out. */
  readonly deadline?: AbortSignal | undefined;
}

/** A request, but for what the policy says. */
export interface AskedRequest extends Omit<HttpRequest, "signal" | "redirect"> {
  readonly url: string | URL;
}

/** The head of an answer. Whoever asked reads the rest or cancels it. */
export interface LimitedAnswer extends Pick<HttpAnswer, "status" | "ok" | "headers"> {
  /** @throws AnswerTooLarge, or as the way out does */
  bytes(): Promise<Uint8Array>;
  /** @throws AnswerTooLarge, or as the way out does */
  text(): Promise<string>;
  /** @throws SyntaxError where it is none, or as `bytes` does */
  json(): Promise<unknown>;
  /**
   * What comes, as it comes. Whoever leaves it reads no more.
   *
   * @throws AnswerTooLarge, or as the way out does
   */
  pieces(): AsyncIterable<Uint8Array>;
  /** Reads no more. */
  cancel(): Promise<void>;
}

/**
 * Asks a server something whose answer is read whole: everything but MCP's own messages. It is never told more, waited
 * for longer, or read further than the policy says.
 *
 * @throws as the way out does: TypeError, a TimeoutError, or the reason of `world.signal`
 */
export async function askServer(
  { url, ...request }: AskedRequest,
  policy: RequestPolicy,
  world: AskedWorld,
): Promise<LimitedAnswer> {
  const send = policy.redirects === "withinOrigin" ? withinOrigin(world.fetch) : world.fetch;
  const others = [world.signal, world.deadline].filter((end) => end !== undefined);
  const timeout = patientTimeout(policy.timeoutMs, others);
  const sent = send(url, { ...request, redirect: "manual", signal: timeout.signal });
  const { status, ok, headers, body } = await sent.catch((error: unknown) => {
    timeout.stop();
    throw error;
  });
  const bytes = () => wholeBody(body, policy.maxBytes).finally(timeout.stop);
  const text = async () => utf8.decode(await bytes());
  return {
    status,
    ok,
    headers,
    bytes,
    text,
    json: async () => parseShallow(await text(), MAX_DOCUMENT_DEPTH),
    pieces: () => limitedPieces(body, policy.maxBytes, timeout.stop),
    cancel: async () => {
      timeout.stop();
      await body?.cancel();
    },
  };
}

const utf8 = new TextDecoder();

async function* limitedPieces(body: HttpBody | null, maxBytes: number, ended: () => void): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  try {
    for await (const piece of body ?? []) {
      bytes += piece.length;
      if (bytes > maxBytes) throw new AnswerTooLarge(maxBytes);
      yield piece;
    }
  } finally {
    ended();
  }
}

/** Statuses that have no body (RFC 9110, 15.3.5, 15.3.6 and 15.4.5). */
const withoutBody = new Set([204, 205, 304]);
/** What libraries read beside the body. */
const readHeaders = ["content-type", "www-authenticate", "dpop-nonce", "retry-after", "date"];

/**
 * A `fetch` for libraries that want a `Response`: read whole, by the same policy.
 *
 * @returns throws what `askServer` and `LimitedAnswer.bytes` do
 */
export function responseFetch(
  policy: RequestPolicy,
  world: AskedWorld,
): (url: string, init: RequestInit) => Promise<Response> {
  return async (url, { method = "GET", headers, body }) => {
    const given = { method, headers: Object.fromEntries(new Headers(headers)) };
    const answer = await askServer({ url, ...given, ...(body && { body: String(body) }) }, policy, world);
    const { status } = answer;
    // What a browser's `fetch` makes of a redirect has the status 0, and none of the headers.
    if (status < 200) throw new TypeError("fetch failed", { cause: new Error("a redirect, which is not followed") });
    const bytes = await answer.bytes();
    const kept = readHeaders.flatMap((name) => {
      const value = answer.headers.get(name);
      return value === null ? [] : [[name, value] as [string, string]];
    });
    return new Response(withoutBody.has(status) ? null : (bytes as Uint8Array<ArrayBuffer>), { status, headers: kept });
  };
}
