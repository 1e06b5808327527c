import {
  addressOfArn,
  gatewayAddress,
  isGatewayId,
  isRegion,
  mcpPaths,
  movedRegistry,
  readArn,
} from "../agentcore/addresses.ts";
import { notMcp, notMcpArn } from "../agentcore/otherAddresses.ts";
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

/**
 * Reads what was pasted as a gateway's address: a URL with or without scheme, `/mcp` and trailing slash, an
 * AgentCore gateway id, or the ARN of a gateway, a runtime or a registry.
 *
 * At AgentCore the path is certain, see `mcpPaths`. Elsewhere the address is tried as it was given, then with `/mcp`; a trailing slash is tried last,
 * since some frameworks serve only that form.
 *
 * @throws GatewayFailure `url_invalid`, `url_insecure`, `address_not_mcp`, `region_invalid` for an ARN
 */
export function parseGatewayAddress(input: string): GatewayAddress {
  const text = input.trim().replace(/^["'<]+|["'>,;]+$/g, "");
  const arn = readArn(text);
  if (arn) {
    regionMustBeOne(arn.region);
    return { kind: "url", candidates: [new URL(addressOfArn(text, arn))] };
  }
  const otherArn = notMcpArn(text);
  if (otherArn) throw new GatewayFailure("address_not_mcp", { address: shortened(text), ...otherArn });
  if (isGatewayId(text)) return { kind: "regionNeeded", gatewayId: text };

  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  const url = parseUrl(hasScheme ? text : `https://${text}`);
  // A single word is a host of a company's own network only where the scheme says so.
  const looksLikeHost =
    url !== undefined && (hasScheme || url.hostname.includes(".") || /^(localhost|\[.*\])$/.test(url.hostname));
  if (!url || !looksLikeHost || /\s/.test(text) || !/^https?:$/.test(url.protocol) || url.username || url.password) {
    throw new GatewayFailure("url_invalid", { input: shortened(withoutCredentials(text)) });
  }
  if (!isSecureUrl(url)) throw new GatewayFailure("url_insecure", { url: url.href });
  const other = notMcp(url);
  if (other) throw new GatewayFailure("address_not_mcp", { address: `${url.origin}${url.pathname}`, ...other });
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
  regionMustBeOne(region);
  return new URL(gatewayAddress(gatewayId, region));
}

function regionMustBeOne(region: string): void {
  if (!isRegion(region)) throw new GatewayFailure("region_invalid", { input: shortened(region) });
}

function candidates(url: URL): URL[] {
  const given = new URL(url);
  given.hash = "";
  given.pathname = given.pathname.replace(/\/+$/, "");
  const moved = movedRegistry(given);
  if (moved !== undefined) return [new URL(moved)];
  const at = (pathname: string): URL => Object.assign(new URL(given), { pathname });
  const known = mcpPaths(given.hostname, given.pathname);
  if (known) return known.map(at);
  const asTyped = url.pathname.length > 1 && url.pathname.endsWith("/") ? [at(`${given.pathname}/`)] : [];
  if (/\/mcp$/.test(given.pathname)) return [given, ...asTyped];
  // Servers that have both transports of MCP had the older one first, which is what people still have written down.
  if (/\/sse$/.test(given.pathname)) return [at(given.pathname.replace(/sse$/, "mcp")), given, ...asTyped];
  const withMcp = at(`${given.pathname === "/" ? "" : given.pathname}/mcp`);
  return given.pathname === "/" ? [withMcp, given] : [given, withMcp, ...asTyped];
}

const withoutCredentials = (text: string): string => text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, "$1…@");
const shortened = (text: string): string => (text.length > 80 ? `${text.slice(0, 79)}…` : text);
