import { GatewayFailure } from "../failures/failure.ts";
import { isSecureUrl, parseUrl } from "../lib/secureUrl.ts";

/** What a person meant by the text they pasted. */
export type GatewayAddress =
  | {
      readonly kind: "url";
      /** The addresses to try, best first. */
      readonly candidates: readonly URL[];
    }
  /** A bare AgentCore gateway id: its region decides the host. */
  | { readonly kind: "regionNeeded"; readonly gatewayId: string };

// Patterns: CreateGateway in the AgentCore control plane API, `gatewayIdentifier`; ARN `gateway/<id>`.
const gatewayIdPattern = /^(?:[0-9a-z]-?){1,100}-[0-9a-z]{10}$/;
const arnPattern = /^arn:aws[a-z-]*:bedrock-agentcore:([a-z0-9-]+):\d{12}:gateway\/(.+)$/;
const regionPattern = /^[a-z]{2}(?:-[a-z]+)+-\d$/;
const agentCoreHost = /\.gateway\.bedrock-agentcore\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?$/;

/**
 * Reads what was pasted as a gateway's address: a URL with or without scheme, `/mcp` and trailing slash, an
 * AgentCore gateway id, or the gateway's ARN.
 *
 * AgentCore serves MCP at `/mcp` only, while its console and API show the URL with and without it, so there the
 * path is certain. Elsewhere the address is tried as it was given, then with `/mcp`; a trailing slash is tried last,
 * since some frameworks serve only that form.
 *
 * @throws GatewayFailure `url_invalid`, `url_insecure`, `region_invalid` for an ARN
 */
export function parseGatewayAddress(input: string): GatewayAddress {
  const text = input.trim().replace(/^["'<]+|["'>,;]+$/g, "");
  const arn = arnPattern.exec(text);
  if (arn?.[1] && arn[2] && gatewayIdPattern.test(arn[2])) {
    return { kind: "url", candidates: [agentCoreGatewayUrl(arn[2], arn[1])] };
  }
  if (gatewayIdPattern.test(text)) return { kind: "regionNeeded", gatewayId: text };

  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = parseUrl(hasScheme ? text : `https://${text}`);
  // A single word is a host of a company's own network only where the scheme says so.
  const looksLikeHost =
    url !== undefined && (hasScheme || url.hostname.includes(".") || /^(localhost|\[.*\])$/.test(url.hostname));
  if (!url || !looksLikeHost || /\s/.test(text) || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new GatewayFailure("url_invalid", { input: shortened(withoutCredentials(text)) });
  }
  if (!isSecureUrl(url)) throw new GatewayFailure("url_insecure", { url: url.href });
  return { kind: "url", candidates: candidates(url) };
}

/**
 * The addresses to try for what a person typed or pasted, best first.
 *
 * @param regionOf asked for the AWS region of a bare gateway id; undefined where nobody says
 * @returns undefined without a region that is needed
 * @throws GatewayFailure of `parseGatewayAddress`, `region_invalid`
 */
export async function gatewayCandidates(
  input: string,
  regionOf: (gatewayId: string) => Promise<string | undefined> | string | undefined,
): Promise<readonly URL[] | undefined> {
  const address = parseGatewayAddress(input);
  if (address.kind === "url") return address.candidates;
  const region = await regionOf(address.gatewayId);
  return region === undefined ? undefined : [agentCoreGatewayUrl(address.gatewayId, region.trim())];
}

/**
 * The MCP address of an AgentCore gateway.
 *
 * @param gatewayId the gateway's id, as `create-gateway` returns it
 * @param region an AWS region such as `us-east-1`
 * @throws GatewayFailure `region_invalid`
 */
export function agentCoreGatewayUrl(gatewayId: string, region: string): URL {
  if (!regionPattern.test(region)) throw new GatewayFailure("region_invalid", { input: shortened(region) });
  const suffix = region.startsWith("cn-") ? "amazonaws.com.cn" : "amazonaws.com";
  return new URL(`https://${gatewayId}.gateway.bedrock-agentcore.${region}.${suffix}/mcp`);
}

function candidates(url: URL): URL[] {
  const given = new URL(url);
  given.hash = "";
  given.pathname = given.pathname.replace(/\/+$/, "");
  const isAgentCore = agentCoreHost.test(given.hostname);
  const withSlash = new URL(given);
  withSlash.pathname = `${given.pathname}/`;
  const asTyped = url.pathname.length > 1 && url.pathname.endsWith("/") && !isAgentCore ? [withSlash] : [];
  if (/\/mcp$/.test(given.pathname)) return [given, ...asTyped];
  const withMcp = new URL(given);
  withMcp.pathname = `${given.pathname === "/" ? "" : given.pathname}/mcp`;
  if (isAgentCore) return [withMcp];
  return given.pathname === "/" ? [withMcp, given] : [given, withMcp, ...asTyped];
}

const withoutCredentials = (text: string): string => text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1…@");
const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
