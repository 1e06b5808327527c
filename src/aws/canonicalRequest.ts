import { sha256Hex } from "../lib/sha256Hex.ts";

/** A request as the signature covers it. */
export interface CanonicalRequest {
  readonly text: string;
  /** The names of the headers that are signed, as `SignedHeaders` has them. */
  readonly signedHeaders: string;
}

export interface RequestToSign {
  readonly url: URL;
  readonly method: string;
  /** All that are sent, `host` and the date with them. */
  readonly headers: Readonly<Record<string, string>>;
  /** SHA-256 of the exact bytes of the body. */
  readonly bodyHash: string;
}

/**
 * The canonical form of a request, which both sides make by themselves (IAM User Guide, "Create a signed AWS API request",
 * step 1). The path is encoded once more than it is sent, as every service but S3 wants it: the `%3A` of a runtime's ARN
 * is signed as `%253A`.
 */
export function canonicalRequest({ url, method, headers, bodyHash }: RequestToSign): CanonicalRequest {
  const signed = new Map<string, string>();
  for (const [given, value] of Object.entries(headers)) {
    const name = given.toLowerCase();
    if (isUnsigned(name)) continue;
    const before = signed.get(name);
    const text = value.trim().replace(/\s+/g, " ");
    // Headers of one name are sent as one, joined as the web joins them.
    signed.set(name, before === undefined ? text : `${before}, ${text}`);
  }
  const names = [...signed.keys()].sort();
  const signedHeaders = names.join(";");
  const lines = names.map((name) => `${name}:${signed.get(name)}\n`).join("");
  const text = [method, canonicalPath(url.pathname), canonicalQuery(url), lines, signedHeaders, bodyHash].join("\n");
  return { text, signedHeaders };
}

/** The text that is signed: what is asked, when, and for which service and region. */
export const stringToSign = async (request: CanonicalRequest, time: string, scope: string): Promise<string> =>
  ["AWS4-HMAC-SHA256", time, scope, await sha256Hex(request.text)].join("\n");

/** What proxies and HTTP clients add, change or take away on the way, so that a signature over it would not hold. */
const unsigned: ReadonlySet<string> = new Set([
  ...["accept-encoding", "authorization", "cache-control", "connection", "expect", "forwarded", "from"],
  ...["keep-alive", "max-forwards", "pragma", "referer", "te", "trailer", "transfer-encoding", "upgrade", "user-agent"],
  ...["via", "traceparent", "tracestate", "baggage", "x-amzn-trace-id"],
]);
const isUnsigned = (name: string): boolean => unsigned.has(name) || /^(?:proxy-|sec-|x-forwarded-)/.test(name);

function canonicalPath(pathname: string): string {
  const parts = pathname.split("/").filter((part) => part !== "");
  const end = parts.length > 0 && pathname.endsWith("/") ? "/" : "";
  return `/${parts.map(encoded).join("/")}${end}`;
}

function canonicalQuery({ searchParams }: URL): string {
  const pairs = [...searchParams].map(([name, value]) => [encoded(name), encoded(value)] as const);
  const sorted = pairs.sort(([a, x], [b, y]) => compared(a, b) || compared(x, y));
  return sorted.map(([name, value]) => `${name}=${value}`).join("&");
}

/** By code, and not by any language's order. */
const compared = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** RFC 3986, 2.3: all but the unreserved characters; `encodeURIComponent` leaves five more. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
