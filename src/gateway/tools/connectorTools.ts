import type { Json } from "../../mcp/passThrough.ts";
import { type DescribedTools, record, textIn, tool } from "./describedTools.ts";

/** `connector` of a target. */
export interface ConnectorTarget {
  readonly source: { readonly connectorId: string };
  readonly enabled?: readonly string[];
  readonly configurations?: readonly {
    readonly name: string;
    readonly description?: string;
    readonly parameterOverrides?: readonly {
      readonly path: string;
      readonly description?: string;
      readonly visible?: boolean;
    }[];
  }[];
}

/** The connectors whose tools AWS describes (developer guide, "Web Search tool"). */
const known: Readonly<Record<string, readonly Json[]>> = {
  "web-search": [
    tool(
      "WebSearch",
      {
        type: "object",
        properties: {
          query: { type: "string", description: "What to look for.", maxLength: 200 },
          maxResults: { type: "integer", description: "How many results there are at most.", minimum: 1, maximum: 25 },
        },
        required: ["query"],
      },
      { description: "Searches the web." },
    ),
  ],
};

/**
 * The tools of a connector. Of one that AWS does not describe, those are listed that the target names, and what they take
 * is unknown.
 */
export function connectorTools({ source, enabled, configurations = [] }: ConnectorTarget): DescribedTools {
  const described = known[source.connectorId];
  const names = described?.map(({ name }) => String(name)) ?? [
    ...new Set([...configurations.map(({ name }) => name), ...(enabled ?? [])]),
  ];
  const tools = names
    .filter((name) => enabled === undefined || enabled.includes(name))
    .map((name) => {
      const own = described?.find((one) => one.name === name) ?? tool(name, { type: "object" }, {});
      return adjusted(
        own,
        configurations.find((one) => one.name === name),
      );
    });
  const unknown = described ? (enabled ?? []).filter((name) => !names.includes(name)) : [];
  return {
    tools,
    problems: unknown.map((name) => ({ path: [], problem: `enabled: ${source.connectorId} has no tool ${name}` })),
  };
}

function adjusted(own: Json, configuration: NonNullable<ConnectorTarget["configurations"]>[number] | undefined): Json {
  if (configuration === undefined) return own;
  const { description, parameterOverrides = [] } = configuration;
  const { required = [], ...schema } = record(own.inputSchema);
  const properties = { ...record(schema.properties) };
  for (const { path, description: said, visible } of parameterOverrides) {
    const name = path.replace(/^\$\.|^\//, "");
    if (visible === false) delete properties[name];
    else if (name in properties && textIn(said)) properties[name] = { ...record(properties[name]), description: said };
  }
  const needed = (required as readonly string[]).filter((name) => name in properties);
  const inputSchema = {
    ...schema,
    ...(schema.properties !== undefined && { properties }),
    ...(needed.length > 0 && { required: needed }),
  };
  return { ...own, ...(textIn(description) && { description }), inputSchema };
}
