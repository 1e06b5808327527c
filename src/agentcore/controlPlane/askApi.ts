import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import { askServer } from "../../lib/askServer.ts";
import { type HttpAnswer, type HttpRequest, isTooLarge, sizeText } from "../../lib/httpPort.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { parseShallow } from "../../lib/json/parseShallow.ts";
import { MAX_DOCUMENT_DEPTH, MAX_RETRY_AFTER_MS, requestPolicies } from "../../lib/limits.ts";
import { networkReason } from "../../lib/networkReason.ts";
import { retryAfterSeconds } from "../../lib/retryAfter.ts";
import { pause } from "../../lib/waiting.ts";
import { type AnswerPart, malformed } from "./answerParts.ts";
import { type ApiAnswer, type AskedApi, apiRefusal, isBusy } from "./apiRefusal.ts";
import type { AwsApi } from "./awsApi.ts";

/** One operation of an API of AWS. */
export interface ApiCall {
  readonly api: AwsApi;
  /** As AWS names it, which is what its permission is called too. */
  readonly operation: string;
  /** Behind the host, with its query. */
  readonly path: string;
  /** Posted where there is one. */
  readonly body?: JsonObject;
}

/** The way to AWS's APIs with somebody's credentials. */
export interface ApiWorld {
  readonly region: string;
  /** Where an API is that is not at AWS's own address. @throws GatewayFailure `aws_endpoint_invalid` */
  readonly endpointOf: (api: AwsApi["id"]) => string | undefined;
  /** Sends a request that is signed for a service in the region. @throws GatewayFailure of `signedFetch` */
  readonly send: (service: string, url: string | URL, request: HttpRequest) => Promise<HttpAnswer>;
  readonly signal: AbortSignal;
  /** Waits; by default for as long as it is told. */
  readonly wait?: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The first pause before a busy API is asked again; each further one is twice as long. In milliseconds. */
const FIRST_PAUSE_MS = 500;

/**
 * Asks an API of AWS, signed. One that has too much to do is asked again, for ten seconds altogether.
 *
 * @throws GatewayFailure `aws_throttled`, `aws_listing_denied`, `aws_api_refused`, `aws_answer_invalid`, `answer_too_large`,
 *   `aws_endpoint_unreachable`, `aws_endpoint_invalid`, those of the credentials and of their signature; or the reason of
 *   the signal
 */
export async function askApi(call: ApiCall, world: ApiWorld): Promise<AnswerPart> {
  const { api, operation, path, body } = call;
  const { region, signal, wait = pause } = world;
  const url = `${(world.endpointOf(api.id) ?? `https://${api.host(region)}`).replace(/\/+$/, "")}${path}`;
  // What pages are asked by is no news to anybody.
  const shown = url.replace(/\?.*/, "");
  const asked = { url: shown, region, service: api.service, permission: `${api.service}:${operation}` };
  const request = {
    url,
    headers: { accept: "application/json", ...(body && { "content-type": "application/json" }) },
    ...(body && { method: "POST", body: JSON.stringify(body) }),
  };
  for (let waitedMs = 0, next = FIRST_PAUSE_MS; ; next *= 2) {
    const { answer, retryAfter } = await send(request, asked, world);
    if (answer.status >= 200 && answer.status < 300) return documentOf(shown, answer.text);
    const ms = Math.max(next, (retryAfter ?? 0) * 1000);
    if (!isBusy(answer) || waitedMs + ms > MAX_RETRY_AFTER_MS) {
      throw apiRefusal(answer, asked, Math.round(waitedMs / 1000));
    }
    await wait(ms, signal);
    signal.throwIfAborted();
    waitedMs += ms;
  }
}

async function send(
  request: HttpRequest & { readonly url: string },
  { url, region, service }: AskedApi & Pick<AwsApi, "service">,
  { signal, ...world }: ApiWorld,
): Promise<{ readonly answer: ApiAnswer; readonly retryAfter: number | undefined }> {
  try {
    const fetch = (to: string | URL, init: HttpRequest = {}) => world.send(service, to, init);
    const { status, headers, text } = await askServer(request, requestPolicies.awsApi, { fetch, signal });
    const answer = { status, errorType: headers.get("x-amzn-errortype"), text: await text() };
    return { answer, retryAfter: retryAfterSeconds(headers) };
  } catch (error) {
    if (signal.aborted || isFailure(error)) throw error;
    if (isTooLarge(error)) throw new GatewayFailure("answer_too_large", { url, limit: sizeText(error.maxBytes) });
    const reason = networkReason(error).text;
    throw new GatewayFailure("aws_endpoint_unreachable", { url, region, reason }, { cause: error });
  }
}

function documentOf(url: string, text: string): AnswerPart {
  let value: unknown;
  try {
    value = parseShallow(text, MAX_DOCUMENT_DEPTH);
  } catch {
    throw malformed({ url }, "it is no JSON");
  }
  if (isJsonObject(value)) return { url, place: "", value };
  throw malformed({ url }, "it is no JSON object");
}
