import type { MetadataAddressFault } from "../../failures/clientMetadataFacts.ts";
import { parseUrl } from "../../lib/secureUrl.ts";

/** Longer ones are cut by somebody on the way. */
const LONGEST = 2048;

/**
 * What keeps an address from being a client ID (client ID metadata document, 3). Providers compare it byte for byte, so that it
 * has to be written as it is asked for.
 *
 * @returns undefined for one that can be
 */
export function metadataAddressFault(address: string): MetadataAddressFault | undefined {
  const url = parseUrl(address);
  if (!url || address.length > LONGEST) return "address";
  if (url.protocol !== "https:") return "https";
  if (url.username !== "" || url.password !== "" || /^https:\/\/[^/?#]*@/i.test(address)) return "credentials";
  if (address.includes("#")) return "fragment";
  // What a URL makes of dots in a path is another address than the one that was written.
  const [path = ""] = address.replace(/^https:\/\/[^/?#]*/i, "").split("?");
  if (path.split("/").some((part) => /^(\.|%2e){1,2}$/i.test(part))) return "dots";
  if (path === "" || path === "/") return "path";
  if (url.search !== "" || address.includes("?")) return "query";
  return url.href === address ? undefined : "spelling";
}
