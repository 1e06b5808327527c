import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { Json } from "../../mcp/passThrough.ts";

/** A program that stands in for the Lambda function of one of AWS's interceptors (`interceptorConfigurations`). */
export interface Interceptor {
  /** The function that it stands in for. */
  readonly arn: string;
  readonly points: readonly InterceptionPoint[];
  /** Whether it gets the headers of requests, the token among them. */
  readonly passRequestHeaders: boolean;
  /** Whether it gets no body of an answer under a target's own path (`payloadFilter`). */
  readonly withoutResponseBody: boolean;
  readonly command: string;
  readonly args?: readonly string[];
  /** Added to the few variables that a process needs to run at all. */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs: number;
  /** What becomes of a request whose interceptor fails: an error, or it goes on as it is. */
  readonly failureMode: "FAIL_CLOSE" | "FAIL_OPEN";
}

export type InterceptionPoint = "REQUEST" | "RESPONSE";

/** Why an interceptor failed, with a code for the log. */
export class InterceptorFailure extends Error {
  readonly code: "notStarted" | "timeout" | "tooLarge" | "exit" | "notJson" | "wrongForm";

  constructor(code: InterceptorFailure["code"], words: string) {
    super(words);
    this.code = code;
  }
}

/**
 * What an interceptor wants of a request and of its answer (developer guide, "Types of interceptors").
 *
 * @param kind under which member it has to be: that which the event has
 * @throws InterceptorFailure
 */
export function wantedIn(text: string, kind: "mcp" | "http"): { readonly request?: Json; readonly response?: Json } {
  const output = parsed(text);
  if (output.interceptorOutputVersion !== "1.0") throw wrongForm('interceptorOutputVersion: expected "1.0"');
  const { transformedGatewayRequest: request, transformedGatewayResponse: response } = objectIn(output[kind], kind);
  const isThere = (value: unknown) => value !== undefined && value !== null;
  return {
    ...(isThere(request) && { request: objectIn(request, `${kind}.transformedGatewayRequest`) }),
    ...(isThere(response) && { response: objectIn(response, `${kind}.transformedGatewayResponse`) }),
  };
}

function parsed(text: string): Json {
  try {
    return objectIn(JSON.parse(text), "the output");
  } catch (error) {
    if (error instanceof InterceptorFailure) throw error;
    throw new InterceptorFailure("notJson", "what it wrote is not JSON");
  }
}

/** @throws InterceptorFailure */
export function statusIn(statusCode: unknown, at: string): { readonly statusCode?: number } {
  if (statusCode === undefined || statusCode === null) return {};
  const isStatus = Number.isInteger(statusCode) && Number(statusCode) >= 200 && Number(statusCode) <= 599;
  if (!isStatus) throw wrongForm(`${at}.statusCode: expected a number from 200 to 599`);
  return { statusCode: statusCode as number };
}

/**
 * Headers by names in lower case.
 *
 * @throws InterceptorFailure
 */
export function headersIn(headers: unknown, at: string): { readonly headers?: Readonly<Record<string, string>> } {
  if (headers === undefined || headers === null) return {};
  const entries = Object.entries(objectIn(headers, `${at}.headers`));
  for (const [name, value] of entries) {
    const isGood = /^[\w-]+$/.test(name) && typeof value === "string" && /^[\t\x20-\x7E]*$/.test(value);
    if (!isGood) throw wrongForm(`${at}.headers.${name}: expected a text of ASCII`);
  }
  if (entries.length === 0) return {};
  return { headers: Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)])) };
}

/** Headers without those by which a message is sent, which nobody but the gateway sets. */
export const withoutOwnHeaders = (headers: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ownHeaders.has(name)));

const ownHeaders: ReadonlySet<string> = new Set([
  "content-length",
  "transfer-encoding",
  "connection",
  "host",
  "expect",
]);

/** @throws InterceptorFailure */
export function objectIn(value: unknown, at: string): Json {
  if (isJsonObject(value)) return value;
  throw wrongForm(`${at}: expected an object`);
}

export const wrongForm = (words: string) => new InterceptorFailure("wrongForm", words);
