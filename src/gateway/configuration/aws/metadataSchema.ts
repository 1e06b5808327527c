import { list, object, type Schema } from "../../../lib/json/schema.ts";
import { CALLERS_OWN_AT_AWS } from "../../../lib/settableHeaders.ts";

/**
 * The headers that AWS never passes on (developer guide, "Header propagation with Gateway"). With those that begin like
 * one of `forbiddenStarts` they are all that AWS lists.
 */
const forbidden = [
  ...["authorization", "proxy-authorization", "www-authenticate", "host", "user-agent", "referer", "origin"],
  ...["cache-control", "etag", "expires", "if-match", "if-modified-since", "if-none-match", "if-range"],
  ...["if-unmodified-since", "last-modified", "pragma", "vary", "connection", "keep-alive", "proxy-connection"],
  ...["upgrade", "range", "transfer-encoding", "te", "trailer", "server", "date", "location", "retry-after"],
  ...["set-cookie", "cookie", "strict-transport-security", "referrer-policy", "permissions-policy"],
  ...["x-content-type-options", "x-frame-options", "x-xss-protection"],
] as const;

const forbiddenStarts = [
  ...["accept", "content-", "cross-origin-", "access-control-", "x-forwarded-", "x-amzn-"],
] as const;

/** Whether a header may never be passed on between callers and targets, in whatever letters it is written. */
export function isForbiddenHeader(name: string): boolean {
  const lower = name.toLowerCase();
  if (lower.startsWith(CALLERS_OWN_AT_AWS)) return false;
  return (forbidden as readonly string[]).includes(lower) || forbiddenStarts.some((start) => lower.startsWith(start));
}

const names = (description: string, maxLength: number): Schema =>
  list(
    description,
    {
      type: "string",
      minLength: 1,
      maxLength,
      pattern: "^[a-zA-Z0-9_\\-]+$",
      patternErrorMessage: "letters, digits, _ and -",
    },
    10,
  );

/** What is passed on between callers and a target (`MetadataConfiguration` of the API). */
export const metadataSchema: Schema = object("What is passed on between callers and the target.", {
  allowedRequestHeaders: names("Headers of callers that the target gets.", 100),
  allowedQueryParameters: names("Query parameters of callers that the target gets.", 40),
  allowedResponseHeaders: names("Headers of the target that callers get.", 100),
});
