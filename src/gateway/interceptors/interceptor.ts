import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { Json } from "../../mcp/passThrough.ts";

/** A program that stands in for the Lambda function of one of AWS's interceptors (`interceptorConfigurations`). */
export interface Interceptor {
  /** The function that it stands in for. */
  readonly arn: string;
  readonly points: readonly InterceptionPoint[];
  /** Whether it gets the headers of requests, the token among them. */
  readonly passRequestHeaders: boolean;
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

/** What an interceptor is told of a request, and of its answer. */
export interface InterceptorEvent {
  readonly interceptorInputVersion: "1.0";
  readonly mcp: {
    readonly rawGatewayRequest: { readonly body: string };
    readonly gatewayRequest: {
      readonly path: string;
      readonly httpMethod: string;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body: unknown;
    };
    readonly gatewayResponse?: {
      readonly statusCode?: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly isStreamingResponse?: true;
      readonly body: unknown;
    };
  };
}

/** What an interceptor wants, of an output that `readOutput` found good. */
export interface InterceptorOutput {
  readonly request?: { readonly body: unknown };
  readonly response?: {
    readonly statusCode?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
}

/** Why an interceptor failed, with a code for the log. */
export class InterceptorFailure extends Error {
  readonly code: "notStarted" | "timeout" | "tooLarge" | "exit" | "notJson" | "wrongForm";

  constructor(code: InterceptorFailure["code"], words: string) {
    super(words);
    this.code = code;
  }
}

/**
 * Reads what an interceptor wrote (developer guide, "Types of interceptors").
 *
 * @throws InterceptorFailure
 */
export function readOutput(text: string): InterceptorOutput {
  const output = parsed(text);
  if (output.interceptorOutputVersion !== "1.0") throw wrongForm('interceptorOutputVersion: expected "1.0"');
  const { transformedGatewayRequest: request, transformedGatewayResponse: response } = objectIn(output.mcp, "mcp");
  return {
    ...(request !== undefined && request !== null && { request: requestIn(request) }),
    ...(response !== undefined && response !== null && { response: responseIn(response) }),
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

function requestIn(given: unknown): NonNullable<InterceptorOutput["request"]> {
  const at = "mcp.transformedGatewayRequest";
  const { body } = objectIn(given, at);
  if (typeof body !== "object" || body === null) throw wrongForm(`${at}.body: expected an object`);
  return { body };
}

function responseIn(given: unknown): NonNullable<InterceptorOutput["response"]> {
  const at = "mcp.transformedGatewayResponse";
  const { statusCode, headers, body } = objectIn(given, at);
  const isStatus = Number.isInteger(statusCode) && Number(statusCode) >= 200 && Number(statusCode) <= 599;
  if (statusCode !== undefined && !isStatus) throw wrongForm(`${at}.statusCode: expected a number from 200 to 599`);
  const entries = headers === undefined || headers === null ? [] : Object.entries(objectIn(headers, `${at}.headers`));
  for (const [name, value] of entries) {
    const isGood = /^[\w-]+$/.test(name) && typeof value === "string" && /^[\t\x20-\x7E]*$/.test(value);
    if (!isGood) throw wrongForm(`${at}.headers.${name}: expected a text of ASCII`);
  }
  return {
    ...(statusCode !== undefined && { statusCode: statusCode as number }),
    ...(entries.length > 0 && {
      headers: Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), String(value)])),
    }),
    ...(body !== undefined && body !== null && { body }),
  };
}

function objectIn(value: unknown, at: string): Json {
  if (isJsonObject(value)) return value;
  throw wrongForm(`${at}: expected an object`);
}

const wrongForm = (words: string) => new InterceptorFailure("wrongForm", words);
