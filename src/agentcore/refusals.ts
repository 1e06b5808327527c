import { GatewayFailure } from "../failures/failure.ts";
import { asksForSignature } from "../lib/asksForSignature.ts";
import { isJsonObject } from "../lib/json/jsonObject.ts";
import { quotedText, reasonIn } from "../lib/quotedText.ts";
import { redact } from "../lib/redact.ts";

/** An answer that refuses, be it with an HTTP status or as an error of JSON-RPC, which has the status 200. */
export interface RefusedAnswer {
  readonly url: string;
  readonly status: number;
  /** The body, or the message as JSON. */
  readonly text: string;
  /** The wait that a header asked for, where one did; the body's counts else. */
  readonly retryAfterSeconds?: number | undefined;
}

/** The code of an AgentCore gateway for a caller who came too often, which is nobody else's with `limitKey` in its data. */
const RATE_LIMIT_EXCEEDED = -32003;

/** What IAM says of a request that its identity may not make. */
const permission = /not authorized to perform:? ([a-z0-9-]+:\w+)(?:[^"]*? on resource:? (arn:[^\s"\\,]+))?/i;
/** What a policy engine says; codes and statuses changed over time, and these words did not. */
const denied = /policy enforcement|Policy evaluation denied|Gateway Target request not allowed/i;
/** The policies that forbid, by their ids: names with ten characters behind each that AWS adds. */
const forbidding = /denied due to ([A-Za-z]\w*-[A-Za-z0-9_]{10}\b(?:, ?[A-Za-z]\w*-[A-Za-z0-9_]{10}\b)*)/;
const permittedByNone = /no policy applies|no determining polic/i;

/**
 * What AgentCore, or AWS in front of it, means by a refusal, where it is one of those that only AWS gives: a rate limit, a
 * denial of its policy engine, a missing permission, a request that should have been signed. The shapes are those of its
 * documentation and of public reports; where both differ the words decide.
 *
 * @returns `rate_limited` for every 429, whoever gave it; undefined for all that says nothing particular
 */
export function awsFailure(answer: RefusedAnswer, cause?: unknown): GatewayFailure | undefined {
  const { url, status, text } = answer;
  const options = { cause };
  const words = reasonIn(text);
  const said = { ...(words !== undefined && { words }) };
  const limit = limitIn(text);
  if (status === 429 || (limit?.code === RATE_LIMIT_EXCEEDED && limit.key !== undefined)) {
    const { key } = limit ?? {};
    const wait = answer.retryAfterSeconds ?? limit?.retryAfterSeconds;
    const facts = { url, status, ...said, ...(key !== undefined && { limit: key }) };
    return new GatewayFailure(
      "rate_limited",
      { ...facts, ...(wait !== undefined && { retryAfterSeconds: wait }) },
      options,
    );
  }
  if (denied.test(text) && (status === 200 || status === 403)) {
    const [, ids] = forbidding.exec(text) ?? [];
    const policy = ids?.replace(/-\w{10}(?=,|$)/g, "").replace(/, ?/g, ", ");
    const because =
      policy !== undefined ? { policy } : permittedByNone.test(text) ? { permittedByNone: true as const } : undefined;
    // What stands in brackets at the end is what we say ourselves then, with names that read like secrets.
    const sentence = because ? words?.replace(/ ?\[(?:[^[\]]|\[\u2026\])*\]$/, "") : words;
    return new GatewayFailure("policy_denied", { url, ...because, ...(sentence && { words: sentence }) }, options);
  }
  if (status !== 401 && status !== 403) return undefined;
  const [, action, resource] = permission.exec(text) ?? [];
  if (action !== undefined) {
    const facts = { url, permission: action, ...(resource !== undefined && { resource: redact(resource) }) };
    return new GatewayFailure("aws_permission_missing", facts, options);
  }
  return asksForSignature(text) ? new GatewayFailure("aws_signature_needed", { url, ...said }, options) : undefined;
}

/**
 * A denial that came as the result of a tool.
 *
 * @param result of `tools/call`, as its server wrote it
 */
export function deniedByPolicy(url: string, result: object): GatewayFailure | undefined {
  const { isError, content } = result as { readonly isError?: unknown; readonly content?: unknown };
  if (isError !== true || !Array.isArray(content)) return undefined;
  const [first] = content as readonly unknown[];
  const text = isJsonObject(first) && typeof first.text === "string" ? first.text : "";
  // A tool may quote such words; the gateway begins with them.
  if (!/^(?:AuthorizeActionException\b|Tool Execution Denied\b)/.test(text)) return undefined;
  return awsFailure({ url, status: 200, text });
}

interface Limit {
  readonly code?: unknown;
  /** The limit and the bucket of it that is empty, such as `per-user/$.context.jwt.sub=ada`. */
  readonly key?: string;
  readonly retryAfterSeconds?: number;
}

/** The longest wait that is believed, in seconds. */
const MOST_SECONDS = 24 * 3600;

/** How long a server asks to be left alone in the body of its answer: seconds, beside the limit that was reached. */
export const waitInBody = (text: string): number | undefined => limitIn(text)?.retryAfterSeconds;

/** MCP has it in `error.data`, targets over HTTP at the top, OpenAI's and Anthropic's forms in `error`. */
function limitIn(text: string): Limit | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isJsonObject(body)) return undefined;
  const error = isJsonObject(body.error) ? body.error : {};
  const places = [error.data, error, body].filter(isJsonObject);
  const found = (name: string) => places.map((place) => place[name]).find((value) => value !== undefined);
  const [key, wait] = [found("limitKey"), found("retryAfter")];
  const shown = typeof key === "string" ? quotedText(key) : undefined;
  const isWait = typeof wait === "number" && wait >= 0;
  return {
    code: error.code,
    ...(shown !== undefined && { key: shown }),
    ...(isWait && { retryAfterSeconds: Math.min(MOST_SECONDS, Math.ceil(wait)) }),
  };
}
