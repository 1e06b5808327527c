import type { Node } from "jsonc-parser";
import { parseTree } from "jsonc-parser";
import { withElement, withoutElement } from "../../lib/json/editArray.ts";
import { valueAt } from "../../lib/json/editJson.ts";
import { splitMark } from "../../lib/json/jsonDocument.ts";
import type { HostFileFormat } from "./format.ts";
import { jsonServers } from "./jsonServers.ts";

const servers = jsonServers({ rootKey: "mcpServers" });

/**
 * The file of an agent, whose list `tools` says what it may use: a server's tools are `@` and its key. It is changed with the
 * entry. A list that has everything, and one that is not there, stay as they are.
 */
export const agentServers: HostFileFormat = {
  read(text, path) {
    const file = servers.read(text, path);
    return {
      servers: file.servers,
      withEntry(key, entry) {
        const after = file.withEntry(key, entry);
        const isNew = !file.servers.some((server) => server.key === key);
        return isNew ? changeTools(after, (body, tools) => allowed(body, tools, `@${key}`)) : after;
      },
      withoutEntry(key) {
        const after = file.withoutEntry(key);
        if (after === undefined || after === text) return after;
        return changeTools(after, (body, tools) => withoutElement(body, tools, `@${key}`));
      },
      withDisabled: (key, disabled) => file.withDisabled(key, disabled),
    };
  },
};

function changeTools(text: string, change: (body: string, tools: Node) => string): string {
  const [mark, body] = splitMark(text);
  const tools = valueAt(parseTree(body), "tools");
  return tools?.type === "array" ? mark + change(body, tools) : text;
}

function allowed(body: string, tools: Node, name: string): string {
  const hasIt = tools.children?.some(({ value }) => value === "*" || value === name);
  return hasIt ? body : withElement(body, tools, name);
}
