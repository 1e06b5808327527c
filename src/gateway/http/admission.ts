const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a request may come in at all. A page on the web can make a browser send requests to this machine, under a
 * name of its own that it points here (MCP 2025-11-25, transports, security warning); `Host` and `Origin` tell.
 *
 * @param listening the name of the host that is listened on
 */
export function admitted(headers: Headers, listening: string): boolean {
  const names = loopback.has(listening) ? loopback : new Set([...loopback, listening]);
  const host = hostname(`http://${headers.get("host") ?? ""}`);
  const origin = headers.get("origin");
  return names.has(host) && (origin === null || names.has(hostname(origin)));
}

function hostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}
