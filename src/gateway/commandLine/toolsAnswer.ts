import { bearerHeader } from "../../lib/bearer.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { MAX_PAGES } from "../../lib/limits.ts";
import { type Cursor, nextCursorOf } from "../../mcp/pages.ts";
import { exchanged, type GatewayAnswer, mcpRequest } from "./gatewayAnswer.ts";

const VERSION = "2025-11-25";

/**
 * The names of the tools that a gateway shows to a token. They are what its policies let the token's owner call with some
 * arguments, so that two gateways with the same policies and tools show the same. Nothing is called.
 *
 * @param token undefined for a gateway that lets everyone in
 * @throws Error with a message for people, when there is no answer
 */
export async function toolsAnswer(endpoint: URL, token: string | undefined): Promise<GatewayAnswer> {
  const caller = { capabilities: {}, clientInfo: { name: "compare", version: "1" } };
  const authorized = token === undefined ? {} : { authorization: bearerHeader(token) };
  const opened = await asked("initialize", { protocolVersion: VERSION, ...caller });
  const session = opened.session === null ? {} : { "mcp-session-id": opened.session };
  const names: string[] = [];
  let last = opened;
  let cursor: Cursor | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    last = await asked("tools/list", cursor === undefined ? {} : { cursor }, session);
    const { tools } = last.result;
    if (Array.isArray(tools)) names.push(...tools.map((tool: JsonObject) => String(tool.name)));
    cursor = nextCursorOf(last.result);
    if (cursor === undefined) break;
  }
  if (opened.session !== null) await exchanged(endpoint, { method: "DELETE", headers: { ...authorized, ...session } });
  const { status, contentType } = last;
  return { status, contentType, wwwAuthenticate: null, body: status === 200 ? { tools: names.sort() } : null };

  async function asked(method: string, params: object, more: Readonly<Record<string, string>> = {}) {
    const headers = { ...authorized, ...more, "mcp-protocol-version": VERSION };
    const answer = await exchanged(endpoint, mcpRequest({ id: 1, method, params }, headers));
    const result = isJsonObject(answer.body) ? answer.body.result : undefined;
    return { ...answer, session: answer.headers.get("mcp-session-id"), result: isJsonObject(result) ? result : {} };
  }
}
