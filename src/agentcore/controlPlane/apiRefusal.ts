import { GatewayFailure } from "../../failures/failure.ts";
import { jsonObjectIn } from "../../lib/json/jsonObject.ts";
import { quotedText, reasonIn } from "../../lib/quotedText.ts";
import { redact } from "../../lib/redact.ts";

/** An answer of an API of AWS that is none of those it was asked for. */
export interface ApiAnswer {
  readonly status: number;
  /** The header `x-amzn-errortype`. */
  readonly errorType: string | null;
  readonly text: string;
}

/** What was asked for, and of whom. */
export interface AskedApi {
  readonly url: string;
  /** The permission that it takes, as policies name it. */
  readonly permission: string;
  readonly region: string;
}

// The names are those of AWS's common errors; the sentences those that its services answer with.
const throttled = /\b(?:Throttl(?:ing|ed)(?:Exception)?|TooManyRequests(?:Exception)?|RequestLimitExceeded|SlowDown)\b/;
const denied = /\bAccessDenied(?:Exception)?\b|\bnot authorized to perform\b/i;
const permission = /not authorized to perform:? ([a-z0-9-]+:\w+)(?:[^"]*? on resource:? (arn:[^\s"\\,]+))?/i;
const user = /\bUser:? (arn:aws[a-z-]*:(?:iam|sts)::\d{12}:[\w+=,.@/-]{1,300}) is not authorized/;

/** Whether an API has too much to do, or asks to be left alone for a while: it has done nothing, and may be asked again. */
export const isBusy = (answer: ApiAnswer): boolean => isThrottled(answer) || answer.status >= 500;

const isThrottled = (answer: ApiAnswer): boolean =>
  answer.status === 429 || (answer.status >= 400 && throttled.test(nameOf(answer)));

/**
 * What an API of AWS means by a refusal.
 *
 * @param waitedSeconds how long it was waited for
 */
export function apiRefusal(answer: ApiAnswer, asked: AskedApi, waitedSeconds: number): GatewayFailure {
  const { status, errorType, text } = answer;
  const { url, region } = asked;
  const words = reasonIn(text) ?? (errorType === null ? undefined : quotedText(errorType.split(":")[0] ?? ""));
  const spoken = words !== undefined && { words };
  if (isThrottled(answer)) {
    return new GatewayFailure("aws_throttled", { permission: asked.permission, region, waitedSeconds, ...spoken });
  }
  // A page of a proxy or a firewall is none of AWS's access management.
  if ((status === 400 || status === 401 || status === 403) && denied.test(`${nameOf(answer)} ${text}`)) {
    const [, action = asked.permission, resource] = permission.exec(text) ?? [];
    const [, who] = user.exec(text) ?? [];
    return new GatewayFailure("aws_listing_denied", {
      permission: action,
      region,
      ...(resource !== undefined && { resource: redact(resource) }),
      ...(who !== undefined && { who }),
    });
  }
  return new GatewayFailure("aws_api_refused", { url, permission: asked.permission, status, ...spoken });
}

/** The name of an error: in the header, else in the body, where some of AWS's protocols have it. */
function nameOf({ errorType, text }: ApiAnswer): string {
  if (errorType !== null) return errorType;
  const body = jsonObjectIn(text);
  const name = body?.__type ?? body?.code;
  return typeof name === "string" ? name : "";
}
