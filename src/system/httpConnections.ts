import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { type HttpProxy, proxyFor } from "./httpProxy.ts";

/** How an address is reached. */
export interface Way {
  /** Opens connections, and keeps them. */
  readonly agent: HttpAgent;
  /** The proxy they lead through, as it may be shown. */
  readonly proxy?: string;
}

/** The connections of a program. */
export interface Connections {
  /** @throws ProxyUnusable */
  to(url: URL): Way | Promise<Way>;
  /** Closes those that nobody uses. */
  close(): void;
}

/** How a kept connection is treated: the one that was used last serves next, so that others may be given up. */
const options = (idleMs: number) =>
  // A request that takes longer is told of the time-out too, and does not mind.
  ({ keepAlive: true, timeout: idleMs, scheduling: "lifo" }) as const;

/** @param idleMs how long a connection that nobody uses is kept, where the server does not ask for less */
export function keptConnections(idleMs: number): Connections {
  const http: Way = { agent: new HttpAgent(options(idleMs)) };
  const https: Way = { agent: new HttpsAgent(options(idleMs)) };
  return {
    to: ({ protocol }) => (protocol === "https:" ? https : http),
    close() {
      http.agent.destroy();
      https.agent.destroy();
    },
  };
}

/** The same through the proxies that the environment names, for programs on their own. */
export function connectionsByEnvironment(idleMs: number): Connections {
  const direct = keptConnections(idleMs);
  const proxied = new Map<string, Promise<Way>>();
  return {
    to(url) {
      const proxy = proxyFor(url);
      if (!proxy) return direct.to(url);
      const key = `${url.protocol} ${proxy.url} ${proxy.authorization}`;
      const known = proxied.get(key);
      if (known) return known;
      const opening = throughProxy(url.protocol, proxy, idleMs);
      proxied.set(key, opening);
      return opening;
    },
    close() {
      direct.close();
      for (const opening of proxied.values()) void opening.then(({ agent }) => agent.destroy());
    },
  };
}

/** https through a tunnel (RFC 9110, 9.3.6), http as a request that names the whole address (RFC 9112, 3.2.2). */
async function throughProxy(protocol: string, { url, authorization }: HttpProxy, idleMs: number): Promise<Way> {
  // The credentials stay out of the address: the libraries write it where DEBUG asks for it.
  const headers: Record<string, string> = authorization === undefined ? {} : { "Proxy-Authorization": authorization };
  const given = { ...options(idleMs), headers };
  if (protocol === "https:") {
    const { HttpsProxyAgent } = await import("https-proxy-agent");
    return { agent: new HttpsProxyAgent(url, given), proxy: url };
  }
  const { HttpProxyAgent } = await import("http-proxy-agent");
  return { agent: new HttpProxyAgent(url, given), proxy: url };
}
