import type { ServedRequest } from "../../lib/servedHttp.ts";

const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a request may reach the gateway at all, judged by `Host` and `Origin`. A web page can make a browser send
 * requests to this machine under a name of its own that resolves here (MCP 2025-11-25, transports, security warning).
 *
 * @param hosts the names by which others reach this machine
 */
export function admitted(headers: ServedRequest["headers"], hosts: readonly string[]): boolean {
  const names = new Set([...loopback, ...hosts.map((name) => name.toLowerCase())]);
  const host = hostname(`http://${headers.get("host") ?? ""}`);
  const origin = headers.get("origin");
  return names.has(host) && (origin === null || names.has(hostname(origin)));
}

function hostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}
