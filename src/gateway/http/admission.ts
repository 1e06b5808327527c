import { hostOf } from "../../lib/hostOf.ts";
import type { ServedRequest } from "../../lib/servedHttp.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/** A name as it mostly stands in `Host`, with or without a port. */
const PLAIN = /^([a-z\d.-]+)(?::\d+)?$/;

/**
 * Judges by `Host` and `Origin` whether a request may reach the gateway at all. A web page can make a browser send
 * requests to this machine under a name of its own that resolves here (MCP 2025-11-25, transports, security warning).
 *
 * @param hosts the names by which others reach this machine
 */
export function admission(hosts: readonly string[]): (headers: ServedRequest["headers"]) => boolean {
  const names = new Set([...loopback, ...hosts.map((name) => name.toLowerCase())]);
  return (headers) => {
    const host = headers.get("host") ?? "";
    const origin = headers.get("origin");
    const isOurs = names.has(PLAIN.exec(host)?.[1] ?? "") || names.has(hostOf(host)?.hostname ?? "");
    return isOurs && (origin === null || names.has(hostname(origin)));
  };
}

function hostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}
