import type { HttpFetch } from "../lib/httpPort.ts";
import { fetchThrough } from "../system/fetchThrough.ts";
import { httpClient } from "../system/httpClient.ts";
import type { Inputs } from "./inputs.ts";

/**
 * The way to the gateway for its messages: connections of this program's own, which cost less than `fetch`. Where Node's
 * own HTTP is told to go through the environment's proxy, `fetch` is what knows how.
 *
 * @param env says so by `NODE_USE_ENV_PROXY`
 */
export function wayToGateway({ fetch, headers, candidates }: Inputs, env: NodeJS.ProcessEnv): HttpFetch {
  if (usesProxy(env)) return fetch;
  const ours = new Set(candidates.map(({ href }) => href));
  const added = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
  const send = fetchThrough(httpClient());
  if (headers.length === 0) return send;
  return async (url, request = {}) =>
    await send(url, ours.has(new URL(url).href) ? { ...request, headers: { ...request.headers, ...added } } : request);
}

const usesProxy = ({ NODE_USE_ENV_PROXY, NODE_OPTIONS }: NodeJS.ProcessEnv): boolean =>
  NODE_USE_ENV_PROXY === "1" || [...process.execArgv, NODE_OPTIONS ?? ""].some((flag) => /--use-env-proxy/.test(flag));
