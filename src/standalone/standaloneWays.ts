import type { WaysOut } from "../connections/wayToGateway.ts";
import type { HttpFetch } from "../lib/httpPort.ts";
import { wayOut } from "../system/wayOut.ts";
import type { Inputs } from "./inputs.ts";

/** The ways by which this program's requests leave. The headers of `--header` go to the gateway alone. */
export function standaloneWays({ headers, candidates }: Pick<Inputs, "headers" | "candidates">): WaysOut {
  if (headers.length === 0) return { fetch: wayOut };
  const ours = new Set(candidates.map(({ href }) => href));
  const added = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const gatewayFetch: HttpFetch = async (url, request = {}) =>
    await wayOut(
      url,
      ours.has(new URL(url).href) ? { ...request, headers: { ...request.headers, ...added } } : request,
    );
  return { fetch: wayOut, gatewayFetch };
}
