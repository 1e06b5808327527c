import {
  ProtocolError,
  SdkError,
  SdkErrorCode,
  SdkHttpError,
  SUPPORTED_PROTOCOL_VERSIONS,
  UnsupportedProtocolVersionError,
} from "@modelcontextprotocol/client";
import { awsFailure, type RefusedAnswer } from "../agentcore/refusals.ts";
import { type AnyFailure, asFailure, GatewayFailure, isFailure } from "../failures/failure.ts";
import { causesOf, codeOf } from "../lib/causes.ts";
import { foreignText } from "../lib/foreignText.ts";
import { isTooLarge, sizeText } from "../lib/httpPort.ts";
import { moreThanStatus, reasonIn } from "../lib/quotedText.ts";
import { isAnswerMissing, isAnswerTooLarge } from "../mcp/answerTo.ts";
import { wasNeverSent } from "../mcp/networkCauses.ts";
import { OutdatedTransport } from "../mcp/outdatedTransport.ts";
import { LinkClosed, SessionLost } from "../mcp/upstreamError.ts";

/** How `fetch` names that no byte came for longer than it waits: five minutes in Node, and so in editors. */
const tooSilent = new Set(["UND_ERR_HEADERS_TIMEOUT", "UND_ERR_BODY_TIMEOUT"]);

/** Whether the gateway was silent for so long that asking it again would only take as long again. */
export function wasTooSilent(error: unknown): boolean {
  for (const cause of causesOf(error)) if (tooSilent.has(codeOf(cause))) return true;
  return false;
}

/** The revisions of MCP that we speak with gateways, the newest first. */
const spokenVersions: readonly string[] = ["2026-07-28", ...SUPPORTED_PROTOCOL_VERSIONS];

/** The revisions that a gateway speaks, where it is none of ours; undefined for any other error. */
function unspokenVersions(error: unknown): readonly string[] | undefined {
  for (const cause of causesOf(error)) {
    if (UnsupportedProtocolVersionError.isInstance(cause)) return cause.supported.map(shownVersion);
    // The SDK has no class for an answer to `initialize` with a revision that it does not know.
    const [, named] = /^Server's protocol version is not supported: (.*)$/s.exec((cause as Error).message ?? "") ?? [];
    if (named !== undefined) return [shownVersion(named)];
  }
  return undefined;
}

const shownVersion = (version: string): string => foreignText(version, 40);

/** Whether the connection, rather than the gateway's answer, is what failed. */
export function isConnectionLoss(error: unknown): boolean {
  if (isFailure(error)) return error.code === "gateway_connection_lost" || error.code === "gateway_unreachable";
  return false;
}

/**
 * Translates an error of a link into a `GatewayFailure` that a person can act on. A `ProtocolError` is the gateway's own
 * answer and stays as it is.
 *
 * @param wasSent whether a request waited for its answer, which may have taken effect then
 */
export function gatewayError(
  error: unknown,
  { name, url, wasSent }: { readonly name: string; readonly url: string; readonly wasSent: boolean },
): AnyFailure | ProtocolError {
  const lost = (reason: string) => failure("gateway_connection_lost", { gateway: name, reason }, error);
  const mayHaveRun = wasSent && !wasNeverSent(error);
  for (const cause of causesOf(error)) {
    if (!isFailure(cause)) continue;
    return mayHaveRun && isFailure(cause, "gateway_unreachable") ? lost(reasonOf(error, cause.facts.reason)) : cause;
  }
  if (isTooLarge(error) || isAnswerTooLarge(error)) {
    const maxBytes = isTooLarge(error) ? error.maxBytes : error.data.maxBytes;
    return failure("answer_too_large", { url, limit: sizeText(maxBytes), isResult: true }, error);
  }
  if (error instanceof SessionLost || error instanceof LinkClosed || isAnswerMissing(error)) {
    return lost(error.message);
  }
  if (error instanceof OutdatedTransport) return failure("transport_outdated", { url }, error);
  const found = unspokenVersions(error);
  if (found !== undefined) return failure("protocol_version_unknown", { url, found, spoken: spokenVersions }, error);
  if (ProtocolError.isInstance(error)) return asRule({ url, status: 200, text: messageOf(error) }, error) ?? error;
  if (SdkHttpError.isInstance(error)) {
    const text = String(error.data?.text ?? "");
    const rule = asRule({ url, status: error.status ?? 0, text }, error);
    if (rule) return rule;
    const words = reasonIn(text);
    const { redirectsTo } = error.data;
    if (typeof redirectsTo === "string") {
      return failure("not_an_mcp_server", { url, status: error.status ?? 0, contentType: "", redirectsTo }, error);
    }
    if (error.status === 404) return failure("gateway_not_found", { url, ...moreThanStatus(words) }, error);
    const said = { url, ...(words !== undefined && { words }) };
    if (error.status === 403 && isOfNobody(text, words)) {
      return failure("gateway_forbidden", { ...said, inUse: true }, error);
    }
    return failure("gateway_error", { ...said, status: error.status ?? 0 }, error);
  }
  if (SdkError.isInstance(error)) {
    if (error.code === SdkErrorCode.ClientHttpUnexpectedContent) {
      const contentType = String((error.data as { contentType?: unknown } | undefined)?.contentType ?? "");
      return failure("not_an_mcp_server", { url, status: 200, contentType }, error);
    }
    if (error.code === SdkErrorCode.ConnectionClosed || error.code === SdkErrorCode.NotConnected) {
      return lost("the connection was closed");
    }
    if (error.code === SdkErrorCode.InvalidResult || error.code === SdkErrorCode.UnsupportedResultType) {
      return lost("the answer is none of the revision of MCP that was agreed on");
    }
    if (error.code === SdkErrorCode.RequestTimeout && !mayHaveRun) {
      return failure("gateway_unreachable", { url, reason: "no answer in time" }, error);
    }
  }
  if (error instanceof SyntaxError) {
    return failure("not_an_mcp_server", { url, status: 200, contentType: "application/json" }, error);
  }
  for (const cause of causesOf(error)) {
    const code = codeOf(cause);
    if (code === "") continue;
    return mayHaveRun ? lost(reasonOf(error, code)) : failure("gateway_unreachable", { url, reason: code }, error);
  }
  return asFailure(error);
}

const asRule = (answer: RefusedAnswer, error: unknown) => awsFailure(answer, error) as AnyFailure | undefined;

const messageOf = ({ code, message, data }: ProtocolError): string =>
  JSON.stringify({ error: { code, message, data } });

/** What firewalls say with a 403, AWS's WAF among them: a page, or a word without a reason. */
const isOfNobody = (text: string, words: string | undefined): boolean =>
  /^\s*(?:<|$)/.test(text) || /^(?:forbidden|request blocked|access denied)$/i.test(words ?? "");

const reasonOf = (error: unknown, reason: string): string =>
  wasTooSilent(error) ? "the gateway was silent for longer than a request waits" : reason;

function failure<C extends AnyFailure["code"]>(code: C, facts: GatewayFailure<C>["facts"], cause: unknown): AnyFailure {
  return new GatewayFailure(code, facts, { cause }) as AnyFailure;
}
