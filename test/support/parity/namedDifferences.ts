import type { Era } from "../../../src/mcp/upstreamClient.ts";
import type { WayName } from "./parityWays.ts";

/** The eras of a host and of the server that it reaches. */
export interface Eras {
  readonly host: Era;
  readonly server: Era;
}

export const eraPairs: readonly Eras[] = (["legacy", "modern"] as const).flatMap((host) =>
  (["legacy", "modern"] as const).map((server) => ({ host, server })),
);

/** Where a way shows a host or a server something else than they show each other, and why that is right. */
export interface NamedDifference {
  readonly ways: readonly WayName[];
  readonly eras: readonly Eras[];
  readonly probe: RegExp;
  /** JSON pointers into what the probe saw. */
  readonly at: RegExp;
  readonly what: string;
  readonly because: string;
}

const ours: readonly WayName[] = ["relay", "bridge", "standalone"];
const all: readonly WayName[] = [...ours, "local gateway"];
const intoSessions = eraPairs.filter(({ host, server }) => host === "legacy" && server === "modern");
const outOfSessions = eraPairs.filter(({ host, server }) => host === "modern" && server === "legacy");

/** Each of them has to be seen in each of its ways and eras; what is seen besides is a fault. */
export const namedDifferences: readonly NamedDifference[] = [
  {
    ways: ours,
    eras: eraPairs,
    probe: /^what the (first )?host learns/,
    at: /^\/serverInfo\b/,
    what: "`serverInfo` has the connection's name and our version",
    because:
      "The relay is a server of its own (2025-11-25, basic/lifecycle), and a host shows the name that a person gave " +
      "the connection, or has in its mcp.json, also while nobody is signed in.",
  },
  {
    ways: ours,
    eras: eraPairs,
    probe: /^what the first host learns/,
    at: /^\/(capabilities\/(experimental|extensions)|instructions)\b/,
    what: "`instructions`, `capabilities.experimental` and `.extensions` are missing the first time",
    because:
      "A host is answered before the gateway is reached, which may need a sign-in first. What a gateway said when it " +
      "was reached, every later host is told.",
  },
  {
    ways: all,
    eras: eraPairs,
    probe: /^list of (tools|prompts|resources)$/,
    at: /^\/(first\/nextCursor|pages)$/,
    what: "lists come whole, not in the server's pages",
    because: "Lists are kept, compared and merged whole. Some hosts read no more than the first page.",
  },
  {
    ways: ["bridge"],
    eras: eraPairs,
    probe: /^list of tools$/,
    at: /^\/items\/\d+\/name$/,
    what: "names of more than 47 characters are shortened",
    because:
      "Hosts with an mcp.json cut what is longer, each time otherwise. The call reaches the tool by its own name.",
  },
  {
    ways: all,
    eras: intoSessions,
    probe: /^list of tools$/,
    at: /^\/items\/\d+\/execution$/,
    what: "`execution` is missing",
    because: "2026-07-28 does not have it, so that a server of that revision does not send it.",
  },
  {
    ways: all,
    eras: intoSessions,
    probe: /^(read of test:\/\/(one|bytes)$|resource by|MCP Apps)/,
    at: /^\/answer\/(ttlMs|cacheScope)$/,
    what: "results have `ttlMs` and `cacheScope`",
    because: "A result is handed on as its server wrote it, and 2025-11-25 lets results have more members.",
  },
  {
    ways: all,
    eras: outOfSessions,
    probe: /^elicitation of a page$/,
    at: /^\/asked\/0\/params\/elicitationId$/,
    what: "the question has an `elicitationId`",
    because: "A question is handed on as its server asked it, and 2025-11-25 asks for an id (client/elicitation).",
  },
  {
    ways: all,
    eras: eraPairs.filter(({ host, server }) => host === "modern" || server === "modern"),
    probe: /^notification of an extension$/,
    at: /^\/saw\/0$/,
    what: "notifications of extensions do not reach the server",
    because:
      "They have neither a session nor a request that they belong to, so that nobody can say which of the " +
      "connections to the server they are for. Between sessions they come through.",
  },
  {
    ways: ["local gateway"],
    eras: eraPairs,
    probe: /^list of (tools|prompts)$/,
    at: /^\/items\/\d+\/name$/,
    what: "names begin with the target's: `target___name`",
    because: "As at AgentCore: many targets have tools and prompts of the same name.",
  },
  {
    ways: ["local gateway"],
    eras: eraPairs,
    probe: /^what the (first )?host learns/,
    at: /^\/(serverInfo|instructions|capabilities\/(experimental|extensions))\b/,
    what: "`serverInfo`, `instructions`, `capabilities.experimental` and `.extensions` are the gateway's",
    because:
      "It stands for many targets, which it need not have reached yet. What extensions need in tools, resources and " +
      "results comes through, MCP Apps among them.",
  },
  {
    ways: ["local gateway"],
    eras: eraPairs,
    probe: /^what the server learns/,
    at: /^\/clientInfo\b/,
    what: "`clientInfo` is the gateway's",
    because: "A target's client is the gateway. What the host can be asked, `capabilities`, is the host's.",
  },
  {
    ways: ["local gateway"],
    eras: eraPairs,
    probe: /^request of an extension$/,
    at: /^\/(answer\/|saw$)/,
    what: "requests of extensions are answered with −32601",
    because: "Nothing in them names the target that they are for.",
  },
];
