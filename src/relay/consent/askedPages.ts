import { ProtocolError } from "@modelcontextprotocol/client";
import { isAgentCorePage } from "../../agentcore/addresses.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { splitName } from "../../lib/qualifiedName.ts";
import { quotedText } from "../../lib/quotedText.ts";
import { parseUrl } from "../../lib/secureUrl.ts";
import { URL_ELICITATION_REQUIRED } from "../../mcp/elicitationUrls.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { CallerRequest } from "../../mcp/peer.ts";
import type { GatewayAddress } from "../gatewayAccess.ts";
import type { ConsentPage } from "./consents.ts";

/** What a gateway wants opened before it goes on. */
export interface AskedPages {
  readonly pages: readonly ConsentPage[];
  /** What the repeated request says besides (2026-07-28, basic/patterns/mrtr). */
  readonly answer: Json;
}

/** More pages than one call can need: the rest is left out. */
const MOST_PAGES = 8;

/** JSON-RPC code of an error about a capability that the caller did not declare (2026-07-28, basic). */
const CAPABILITY_MISSING = -32021;

/** The pages of an error of 2025-11-25 that asks for them; undefined for any other. The kernel let only safe addresses through. */
export function pagesOfError(error: unknown, request: CallerRequest, gateway: GatewayAddress): AskedPages | undefined {
  if (!ProtocolError.isInstance(error) || error.code !== URL_ELICITATION_REQUIRED) return undefined;
  const elicitations = isJsonObject(error.data) ? error.data.elicitations : undefined;
  const pages = (Array.isArray(elicitations) ? elicitations : [])
    .slice(0, MOST_PAGES)
    .flatMap((asked: unknown) => pageOf(asked, request, gateway) ?? []);
  return pages.length > 0 ? { pages, answer: {} } : undefined;
}

/** The pages that an `input_required` result asks for; undefined where it asks for anything else as well. */
export function pagesOfResult(result: Json, request: CallerRequest, gateway: GatewayAddress): AskedPages | undefined {
  if (result.resultType !== "input_required" || !isJsonObject(result.inputRequests)) return undefined;
  const questions = Object.entries(result.inputRequests);
  const pages = questions.flatMap(([, question]) =>
    isJsonObject(question) && question.method === "elicitation/create"
      ? (pageOf(question.params, request, gateway) ?? [])
      : [],
  );
  if (pages.length === 0 || pages.length < questions.length || pages.length > MOST_PAGES) return undefined;
  const inputResponses = Object.fromEntries(questions.map(([key]) => [key, { action: "accept" }]));
  const { requestState } = result;
  return { pages, answer: { inputResponses, ...(requestState !== undefined && { requestState }) } };
}

/** Whether a gateway would ask for a page, if only its caller said that it opens some. */
export const wouldAskForPage = (error: unknown): boolean =>
  ProtocolError.isInstance(error) &&
  error.code === CAPABILITY_MISSING &&
  isJsonObject(error.data) &&
  isJsonObject(error.data.requiredCapabilities) &&
  isJsonObject(error.data.requiredCapabilities.elicitation) &&
  error.data.requiredCapabilities.elicitation.url !== undefined;

/** The target of a call: what stands before `___` in the name of its tool. */
export function targetOf({ params }: Pick<CallerRequest, "params">): string {
  return splitName(params?.name)?.target ?? String(params?.name ?? params?.uri ?? "");
}

function pageOf(asked: unknown, request: CallerRequest, { name, url }: GatewayAddress): ConsentPage | undefined {
  if (!isJsonObject(asked) || typeof asked.url !== "string") return undefined;
  const page = parseUrl(asked.url);
  if (page === undefined) return undefined;
  const message = typeof asked.message === "string" ? quotedText(asked.message) : undefined;
  return {
    gateway: name,
    target: targetOf(request),
    url: page.href,
    ...(message !== undefined && { message }),
    isUsual: isAgentCorePage(page, new URL(url)),
  };
}
