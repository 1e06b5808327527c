import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { type HttpProxy, proxyFor } from "./environmentProxy.ts";

/** The agent for an address. */
export interface ChosenAgent {
  /** Opens connections, and keeps them. */
  readonly agent: HttpAgent;
  /** The proxy that its connections lead through, as it may be shown. */
  readonly proxy?: string;
}

/** The agents of a program: each opens connections of one kind, and keeps them. */
export interface HttpAgents {
  /** @throws ProxyUnusable */
  to(url: URL): ChosenAgent | Promise<ChosenAgent>;
  /** Closes the connections that nobody uses. */
  close(): void;
}

/** How a kept connection is treated: the one that was used last serves next, so that others may be given up. */
const options = (idleMs: number) =>
  // A request that takes longer is told of the time-out too, and does not mind.
  ({ keepAlive: true, timeout: idleMs, scheduling: "lifo" }) as const;

/**
 * Agents whose connections lead straight to a server.
 *
 * @param idleMs how long a connection that nobody uses is kept, where the server does not ask for less
 */
export function keptAgents(idleMs: number): HttpAgents {
  const http: ChosenAgent = { agent: new HttpAgent(options(idleMs)) };
  const https: ChosenAgent = { agent: new HttpsAgent(options(idleMs)) };
  return {
    to: ({ protocol }) => (protocol === "https:" ? https : http),
    close() {
      http.agent.destroy();
      https.agent.destroy();
    },
  };
}

/** The same through the proxies that the environment names, for programs on their own. */
export function agentsByEnvironment(idleMs: number): HttpAgents {
  const direct = keptAgents(idleMs);
  const proxied = new Map<string, Promise<ChosenAgent>>();
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
async function throughProxy(protocol: string, { url, authorization }: HttpProxy, idleMs: number): Promise<ChosenAgent> {
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
