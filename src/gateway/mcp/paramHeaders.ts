import type { ServedRequest } from "../../lib/servedHttp.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { headerDeclarations } from "../../mcp/toolHeaders.ts";

const BASE64 = /^=\?base64\?(.*)\?=$/s;
const CANONICAL = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/**
 * Compares the `Mcp-Param-*` headers of a call with its arguments (2026-07-28, basic/transports/streamable-http, custom
 * headers). They must agree, since an intermediary reads only the headers and the target only the arguments.
 *
 * @param schema the tool's `inputSchema`, in which `x-mcp-header` names the headers; `undefined` when it is not known
 * @returns the first difference, in words; `undefined` when they agree
 */
export function paramHeaderMismatch(
  schema: unknown,
  params: Json | undefined,
  headers: ServedRequest["headers"],
): string | undefined {
  for (const { path, header, isNumber } of headerDeclarations(schema)) {
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
