import type { HttpRequest } from "../lib/httpPort.ts";
import { hex, sha256Hex } from "../lib/sha256Hex.ts";
import type { AwsCredentials } from "./awsCredentials.ts";
import { canonicalRequest, stringToSign } from "./canonicalRequest.ts";

/** For whom a signature holds: one service in one region, for some minutes. */
export interface SigningScope {
  /** The name by which AWS signs for a service, such as `bedrock-agentcore`. */
  readonly service: string;
  readonly region: string;
}

export interface SigV4Request extends Pick<HttpRequest, "method" | "headers" | "body"> {
  readonly url: string | URL;
}

export interface SigV4Options extends SigningScope {
  readonly credentials: AwsCredentials;
  /** Milliseconds since the epoch. AWS takes five minutes more or less. */
  readonly now: number;
  /** Whether the hash of the body is sent as a header too, which a few services ask for. */
  readonly sendsBodyHash?: boolean;
}

/** Names that only the signature itself sets. What a request brings under them is left out. */
const own: ReadonlySet<string> = new Set([
  ...["authorization", "host", "x-amz-date", "x-amz-security-token", "x-amz-content-sha256"],
]);

/**
 * The headers of a request with its signature, Signature Version 4 (IAM User Guide, "AWS Signature Version 4 for API
 * requests"). It covers method, host, path, query, body and all headers but those that change on the way. It holds for this
 * moment: each repetition is signed anew.
 *
 * @returns all headers to send, but `host`, which whoever sends makes of the address
 */
export async function sigV4Headers(
  request: SigV4Request,
  { service, region, credentials, now, sendsBodyHash = false }: SigV4Options,
): Promise<Readonly<Record<string, string>>> {
  const url = new URL(request.url);
  const given = Object.entries(request.headers ?? {}).filter(([name]) => !own.has(name.toLowerCase()));
  const time = new Date(now).toISOString().replace(/[-:]|\.\d+/g, "");
  const date = time.slice(0, 8);
  const bodyHash = await sha256Hex(request.body ?? "");
  const { accessKeyId, secretAccessKey, sessionToken } = credentials;
  const headers = {
    ...Object.fromEntries(given),
    "x-amz-date": time,
    ...(sessionToken !== undefined && { "x-amz-security-token": sessionToken }),
    ...(sendsBodyHash && { "x-amz-content-sha256": bodyHash }),
  };
  const method = (request.method ?? "GET").toUpperCase();
  const canonical = canonicalRequest({ url, method, headers: { ...headers, host: url.host }, bodyHash });
  const scope = [date, region, service, "aws4_request"].join("/");
  let key: Uint8Array<ArrayBuffer> = utf8.encode(`AWS4${secretAccessKey}`);
  for (const part of scope.split("/")) key = await hmac(key, part);
  const signature = hex(await hmac(key, await stringToSign(canonical, time, scope)));
  const { signedHeaders } = canonical;
  const authorization = `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${signedHeaders}, Signature=${signature}`;
  return { ...headers, authorization };
}

const utf8 = new TextEncoder();

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey("raw", key, { name: "HMAC", hash: "SHA-256" }, false, ["sign"]);
  return new Uint8Array(await crypto.subtle.sign("HMAC", imported, utf8.encode(text)));
}
