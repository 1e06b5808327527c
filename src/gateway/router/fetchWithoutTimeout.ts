/** What undici, Node's own HTTP client, keeps for everybody under this name. */
const sharedDispatcher = Symbol.for("undici.globalDispatcher.1");

type AgentClass = new (options: { readonly headersTimeout: number; readonly bodyTimeout: number }) => object;

/**
 * A `fetch` that waits for as long as its signal lets it. Node's gives up after 300 seconds without a byte, while a tool
 * may take 15 minutes, at AgentCore too.
 *
 * Node has no name for the class of its agents, so that it is taken from the one it uses; where that is not to be had,
 * its own limit holds.
 *
 * @param silenceMs how long a server may be silent, in milliseconds; 0 for no limit
 */
export function fetchWithoutTimeout(silenceMs = 0): typeof fetch {
  // Reading it makes Node load its client, and with it the agent.
  void globalThis.Headers;
  const shared = (globalThis as { readonly [sharedDispatcher]?: object })[sharedDispatcher];
  const Agent = shared?.constructor as AgentClass | undefined;
  if (Agent?.name !== "Agent") return fetch;
  const dispatcher = new Agent({ headersTimeout: silenceMs, bodyTimeout: silenceMs });
  return (input, init) => fetch(input, { ...init, dispatcher } as RequestInit);
}
