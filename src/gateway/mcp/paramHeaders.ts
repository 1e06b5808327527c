import type { Json } from "../../mcp/passThrough.ts";

/** An argument of a tool that a request repeats in a header, so that what stands between can route by it. */
interface Declaration {
  readonly path: readonly string[];
  readonly header: string;
  readonly isNumber: boolean;
}

const BASE64 = /^=\?base64\?(.*)\?=$/s;
const CANONICAL = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
/** Deeper than anybody nests the arguments of a tool. */
const DEEPEST = 20;

/**
 * Whether the `Mcp-Param-*` headers of a call say what its arguments say (2026-07-28, basic/transports/streamable-http,
 * custom headers): whoever reads only the one must not be told something else than who reads the other.
 *
 * @param schema the tool's `inputSchema`, in which `x-mcp-header` names the headers; `undefined` when it is not known
 * @returns what does not fit, in words
 */
export function paramHeaderMismatch(schema: unknown, params: Json | undefined, headers: Headers): string | undefined {
  for (const { path, header, isNumber } of declarationsOf(schema, [])) {
    const value = path.reduce<unknown>((at, key) => (at as Json | null | undefined)?.[key], params?.arguments);
    // A header for an argument that is not there says nothing about the call.
    if (value === undefined || value === null || typeof value === "object") continue;
    const given = headers.get(header);
    if (given === null) return `The header ${header} is missing, and the arguments have ${path.join(".")}`;
    const decoded = decode(given);
    if (decoded === undefined) return `The header ${header} is not valid Base64`;
    const same = isNumber && decoded.trim() !== "" ? Number(decoded) === value : decoded === String(value);
    if (!same) return `The header ${header} and the argument ${path.join(".")} differ`;
  }
  return undefined;
}

/** Only properties of properties are looked at: what applies under a condition cannot be known to who only routes. */
function declarationsOf(schema: unknown, path: readonly string[]): readonly Declaration[] {
  const properties = (schema as Json | null | undefined)?.properties;
  if (typeof properties !== "object" || properties === null || path.length >= DEEPEST) return [];
  return Object.entries(properties as Record<string, Json | null>).flatMap(([name, property]) => {
    const header = property?.["x-mcp-header"];
    const here = [...path, name];
    const isNumber = property?.type === "integer" || property?.type === "number";
    const own = typeof header === "string" && /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(header);
    return [
      ...(own ? [{ path: here, header: `Mcp-Param-${header}`, isNumber }] : []),
      ...declarationsOf(property, here),
    ];
  });
}

function decode(value: string): string | undefined {
  const encoded = BASE64.exec(value)?.[1];
  if (encoded === undefined) return value;
  if (!CANONICAL.test(encoded)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(Buffer.from(encoded, "base64"));
  } catch {
    return undefined;
  }
}
