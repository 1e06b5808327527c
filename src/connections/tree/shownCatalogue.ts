import { foreignText } from "../../lib/foreignText.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { LONGEST_NAME, LONGEST_URI } from "../../lib/limits.ts";
import { partsOfName } from "../../lib/qualifiedName.ts";
import type { Catalogue, Listed } from "../../relay/catalogue.ts";

/** A tool as it is shown. Every text but the name was cleaned. */
export interface ShownTool {
  /** What it is called with. */
  readonly name: string;
  /** Its title, else its name without its target. */
  readonly label: string;
  /** Its name without its target, where the label is another one. */
  readonly detail: string;
  readonly described: string;
  /** The MCP server behind the gateway that has it, where its name says so. */
  readonly target: string | undefined;
  readonly isDestructive: boolean;
  readonly isOpenWorld: boolean;
  readonly isReadOnly: boolean;
  /** The schema of its arguments as JSON, where it has one. */
  readonly schema: string | undefined;
}

/** A resource, a template of resources or a prompt as it is shown. Every text but the name was cleaned. */
export interface ShownItem {
  /** The name of a prompt, or the address of a resource. */
  readonly name: string;
  readonly label: string;
  readonly detail: string;
  readonly described: string;
}

/** What a gateway listed last, as it is shown. */
export interface ShownCatalogue {
  readonly tools: readonly ShownTool[];
  /** By target, in the order in which the gateway has them. */
  readonly targets: ReadonlyMap<string, readonly ShownTool[]>;
  /** Templates stand behind the resources. */
  readonly resources: readonly ShownItem[];
  readonly prompts: readonly ShownItem[];
  /** How many items the gateway has besides: more than anybody looks at. */
  readonly left: number;
}

/** How many items of one list are shown. */
export const MOST_SHOWN = 5_000;

/** How many characters of descriptions are kept for one gateway; the items behind have names and titles only. */
export const MOST_DESCRIBED = 1_000_000;

/** How many characters a schema has that is kept: the larger ones are not looked at. */
const LONGEST_SCHEMA = 100_000;
const LONGEST_LABEL = 120;
const LONGEST_DESCRIPTION = 400;

/** A catalogue as it is shown: short, cleaned texts of no more items than a person looks at. */
export function shownCatalogue(catalogue: Catalogue): ShownCatalogue {
  let described = 0;
  const description = (item: Listed): string => {
    if (described > MOST_DESCRIBED) return "";
    const text = clean(item.description, LONGEST_DESCRIPTION);
    described += text.length;
    return text;
  };
  const itemOf = (name: "uri" | "uriTemplate" | "name") => (item: Listed) => shownItem(item, name, description(item));
  const tools = usable(catalogue.tools, "name", LONGEST_NAME).map((tool) => shownTool(tool, description(tool)));
  const targets = new Map<string, ShownTool[]>();
  for (const tool of tools) {
    if (tool.target === undefined) continue;
    const others = targets.get(tool.target);
    if (others) others.push(tool);
    else targets.set(tool.target, [tool]);
  }
  const resources = [
    ...usable(catalogue.resources, "uri", LONGEST_URI).map(itemOf("uri")),
    ...usable(catalogue.resourceTemplates, "uriTemplate", LONGEST_URI).map(itemOf("uriTemplate")),
  ];
  const prompts = usable(catalogue.prompts, "name", LONGEST_NAME).map(itemOf("name"));
  const lists = [catalogue.tools, catalogue.resources, catalogue.resourceTemplates, catalogue.prompts];
  const all = lists.reduce((sum, list) => sum + (list?.length ?? 0), 0);
  return { tools, targets, resources, prompts, left: all - tools.length - resources.length - prompts.length };
}

/** The items that can be shown and asked for; a file of another version may lack a list. */
const usable = (list: readonly Listed[] | undefined, name: string, longest: number): readonly Listed[] =>
  (list ?? [])
    .slice(0, MOST_SHOWN)
    .filter(({ [name]: text }) => typeof text === "string" && text !== "" && text.length <= longest);

function shownTool(tool: Listed, described: string): ShownTool {
  const name = String(tool.name);
  const annotations = (tool.annotations ?? {}) as Listed;
  const parts = partsOfName(name);
  const target = parts.target === undefined ? undefined : clean(parts.target, LONGEST_LABEL);
  const own = clean(parts.own, LONGEST_LABEL);
  const label = clean(tool.title, LONGEST_LABEL) || clean(annotations.title, LONGEST_LABEL) || own;
  const isReadOnly = annotations.readOnlyHint === true;
  return {
    ...{ name, label, described, target, isReadOnly },
    detail: label === own ? "" : own,
    isDestructive: annotations.destructiveHint === true && !isReadOnly,
    isOpenWorld: annotations.openWorldHint === true,
    schema: schemaText(tool.inputSchema),
  };
}

/** A schema as the editor's agent would get it (VS Code, `mcpServer.ts`, `_normalizeTool`). */
function schemaText(schema: unknown): string | undefined {
  if (schema === undefined) return undefined;
  const text = JSON.stringify(isJsonObject(schema) && !schema.properties ? { ...schema, properties: {} } : schema);
  return text.length > LONGEST_SCHEMA ? undefined : text;
}

function shownItem(item: Listed, nameOf: string, described: string): ShownItem {
  const name = String(item[nameOf]);
  const own = clean(name, LONGEST_LABEL);
  const label = clean(item.title, LONGEST_LABEL) || clean(item.name, LONGEST_LABEL) || own;
  return { name, label, described, detail: label === own ? "" : own };
}

const clean = (text: unknown, longest: number): string => (typeof text === "string" ? foreignText(text, longest) : "");
