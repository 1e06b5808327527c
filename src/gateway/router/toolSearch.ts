import type { Json } from "../../mcp/passThrough.ts";

/** The tool that AgentCore adds to a gateway whose `searchType` is SEMANTIC. */
export const SEARCH_TOOL = "x_amz_bedrock_agentcore_search";

/** How many tools one search finds at most. AWS names no number. */
const MOST = 10;

/** What the list of tools says about it; AgentCore puts it first. */
export const searchTool: Json = {
  name: SEARCH_TOOL,
  description: "Finds the tools of this gateway that fit a query, so that only those have to be given to the model.",
  inputSchema: {
    type: "object",
    properties: { query: { type: "string", description: "What is to be done, in words." } },
    required: ["query"],
  },
};

/** How much more a word says in a tool's name than in its description. */
const NAME_WEIGHT = 3;

/**
 * The tools that fit a query, the best first.
 *
 * AgentCore ranks by meaning, with a model. Here words are compared: those of the query with those of each tool's name
 * and description, a rare word counting more than a common one (BM25 without its length factor). So "refund" finds
 * nothing in "gives the money back", which AgentCore may find; what is found here fits by its words.
 */
export function searchTools(query: string, tools: readonly Json[]): readonly Json[] {
  const asked = [...new Set(wordsOf(query))];
  const documents = tools.map((tool) => ({
    tool,
    name: new Set(wordsOf(String(tool.name ?? ""))),
    text: new Set(wordsOf(`${tool.title ?? ""} ${tool.description ?? ""}`)),
  }));
  const holding = (word: string) => documents.filter(({ name, text }) => name.has(word) || text.has(word)).length;
  const weight = new Map(asked.map((word) => [word, Math.log(1 + documents.length / (1 + holding(word)))]));
  const ranked = documents.map(({ tool, name, text }) => {
    const scoreOf = (word: string) => (name.has(word) ? NAME_WEIGHT : 0) + (text.has(word) ? 1 : 0);
    return { tool, score: asked.reduce((sum, word) => sum + scoreOf(word) * (weight.get(word) ?? 0), 0) };
  });
  const found = ranked.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
  return found.slice(0, MOST).map(({ tool }) => tool);
}

/** The words of a text in their plain form: `getOrders` and `get_order` have the same ones. */
function wordsOf(text: string): string[] {
  return text
    .replace(/(\p{Ll}|\d)(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word.length > 1 && !common.has(word))
    .map((word) => (word.length > 3 ? word.replace(/(?<!s)s$/, "") : word));
}

/** Words that are in every sentence and tell nothing. */
const common = new Set("an and are as at be by do for from how in is it of on or that the this to with".split(" "));
