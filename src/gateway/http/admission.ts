const loopback = new Set(["localhost", "127.0.0.1", "[::1]"]);

/**
 * Whether a request may come in at all. A page on the web can make a browser send requests to this machine, under a
 * name of its own that it points here (MCP 2025-11-25, transports, security warning); `Host` and `Origin` tell.
 *
 * @param hosts the names that this machine has for others
 */
export function admitted(headers: Headers, hosts: readonly string[]): boolean {
  const names = new Set([...loopback, ...hosts.map((name) => name.toLowerCase())]);
  const host = hostname(`http://${headers.get("host") ?? ""}`);
  const origin = headers.get("origin");
  return names.has(host) && (origin === null || names.has(hostname(origin)));
}

function hostname(url: string): string {
  return URL.canParse(url) ? new URL(url).hostname : "";
}
