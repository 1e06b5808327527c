/** What VS Code puts in front of a tool's name is at most this long, in characters. */
const [PREFIX, LONGEST_PREFIX] = ["mcp_", 18];

/** How the editor begins the prefix of a server: servers of long names can begin alike. */
const beginning = (server: string): string =>
  server
    .toLowerCase()
    .replace(/[^a-z0-9_.-]+/g, "_")
    .slice(0, LONGEST_PREFIX - PREFIX.length - 1);

/** A server that this extension has, and whether anybody talks to it. */
export interface UsedServer {
  readonly name: string;
  readonly isInUse: boolean;
}

/**
 * Whether the editor offers its agent any tool of a server. Of servers whose names begin alike its tools do not say whose
 * they are: then as many servers have to have tools as are in use, and this one has to be among those.
 *
 * @param tools the names of all tools that the editor offers its agent
 * @param ours all servers of this extension
 */
export function hasTools(server: string, tools: readonly string[], ours: readonly UsedServer[]): boolean {
  const count = serversWithTools(server, tools);
  const alike = ours.filter(({ name }) => beginAlike(name, server));
  if (alike.length <= 1) return count > 0;
  const inUse = alike.filter(({ isInUse }) => isInUse);
  return inUse.some(({ name }) => name === server) && count >= inUse.length;
}

/** Whether the editor tells two servers apart by a number only, which says nothing about which is which. */
const beginAlike = (one: string, other: string): boolean => beginning(one) === beginning(other);

/**
 * How many servers whose names begin like this one have tools.
 *
 * VS Code 1.139 names a tool `mcp_<beginning>_<tool>`, and those of a further server that begins alike
 * `mcp_<beginning>2_<tool>`, with the lowest number that is free then. The beginning gives way to a long number.
 */
function serversWithTools(server: string, tools: readonly string[]): number {
  const start = beginning(server);
  const found = new Set<number>();
  for (const tool of tools) {
    for (let digits = 0; digits <= MOST_DIGITS; digits++) {
      const text = PREFIX + start.slice(0, LONGEST_PREFIX - PREFIX.length - digits - 1);
      const number = digits === 0 ? "1" : tool.slice(text.length, text.length + digits);
      const isNumber = /^[1-9]\d*$/.test(number) && (digits === 0 || number !== "1");
      if (tool.startsWith(text) && isNumber && tool[text.length + digits] === "_") found.add(Number(number));
    }
  }
  return found.size;
}

/** Nobody has a thousand servers that begin alike. */
const MOST_DIGITS = 3;
