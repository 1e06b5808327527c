import { GatewayFailure } from "../failures/failure.ts";
import { type HttpAnswer, type HttpFetch, type HttpRequest, withText, wordsOf } from "../lib/httpPort.ts";
import { isSecureUrl } from "../lib/secureUrl.ts";
import type { AwsCredentials } from "./awsCredentials.ts";
import type { CredentialsInUse } from "./keptCredentials.ts";
import { refusesCredentials, signatureRefusal } from "./signatureRefusal.ts";
import { type SigningScope, sigV4Headers } from "./sigV4.ts";

export interface SignedRequest extends HttpRequest {
  readonly url: string | URL;
}

export interface SignedFetchOptions extends SigningScope {
  readonly credentials: CredentialsInUse;
  /** What the credentials are called, for people. */
  readonly source: string;
}

export interface SignedFetchWorld {
  readonly fetch: HttpFetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/**
 * Sends a request that AWS credentials sign: to a gateway, or to any API of AWS, such as the control plane. Credentials
 * that AWS calls expired or unknown are read anew once, and the request is signed and sent again with what that brings.
 *
 * @returns every other answer as it came, refusals for want of a permission too; no redirect is followed, since a signature
 *   holds for one host
 * @throws GatewayFailure `aws_credentials_expired`, `aws_credentials_refused`, `aws_clock_skewed`,
 *   `aws_signature_mismatch`, `endpoint_insecure`, those of the credentials; and as the way out does
 */
export async function signedFetch(
  { url, ...request }: SignedRequest,
  { service, region, source, credentials }: SignedFetchOptions,
  { fetch, now }: SignedFetchWorld,
): Promise<HttpAnswer> {
  if (!isSecureUrl(new URL(url))) {
    throw new GatewayFailure("endpoint_insecure", { name: "the address of a signed request", url: String(url) });
  }
  const send = async (by: AwsCredentials) => {
    const signedAt = now();
    const headers = await sigV4Headers({ url, ...request }, { service, region, credentials: by, now: signedAt });
    return { signedAt, answer: await fetch(url, { ...request, headers, redirect: "manual" }) };
  };
  const first = await credentials.current();
  let sent = await send(first);
  let refused = await refusalOf(String(url), sent.answer);
  if (refused && refusesCredentials(refused)) {
    const others = await credentials.replace(first);
    if (others) {
      sent = await send(others);
      refused = await refusalOf(String(url), sent.answer);
    }
  }
  if (!refused) return sent.answer;
  const failure = signatureRefusal(refused, { service, region, source, signedAt: sent.signedAt });
  if (failure) throw failure;
  return withText(sent.answer, refused.text);
}

/** AWS refuses with 401 or 403, and in some of its protocols with 400 and the error's name. */
async function refusalOf(url: string, { status, headers, body }: HttpAnswer) {
  const errorType = headers.get("x-amzn-errortype");
  if (status !== 401 && status !== 403 && !(status === 400 && errorType !== null)) return undefined;
  return { url, status, text: (await wordsOf(body)) ?? "", errorType, date: headers.get("date") };
}
