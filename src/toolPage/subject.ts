import { foreignText } from "../lib/foreignText.ts";
import { isJsonObject, type JsonObject } from "../lib/json/jsonObject.ts";
import { partsOfName } from "../lib/qualifiedName.ts";
import { templateVariables } from "./uriTemplate.ts";

export type SubjectKind = "tool" | "resource" | "prompt";

/** What a tool says of itself (2025-11-25, schema, ToolAnnotations); each is a hint, and shown as one. */
export type Badge = "readOnly" | "destructive" | "mayChange" | "idempotent" | "openWorld" | "template";

/** What a page is about: a tool, a resource or resource template, or a prompt of one gateway. */
export interface Subject {
  readonly kind: SubjectKind;
  /** What it is asked for by: a name, an address, a template of addresses. */
  readonly name: string;
  readonly title: string;
  /** The target behind the gateway, where the name says it. */
  readonly target: string | undefined;
  /** Markdown of somebody else. */
  readonly description: string;
  readonly badges: readonly Badge[];
  /** Of the arguments: whatever was sent as one. */
  readonly schema: unknown;
  readonly outputSchema?: unknown;
  /** Facts to show beside the name, such as a type of media. */
  readonly facts: readonly string[];
  /** Whether the server may be asked to complete arguments. */
  readonly completes: boolean;
}

const LONGEST_TITLE = 200;
/** More of a description than anybody reads. */
const LONGEST_DESCRIPTION = 20_000;

/** Reads a listed tool, prompt, resource or template as what a page is about. */
export function subjectOf(kind: SubjectKind, listed: JsonObject): Subject {
  const hints = isJsonObject(listed.annotations) ? listed.annotations : {};
  const template = kind === "resource" && typeof listed.uriTemplate === "string" ? listed.uriTemplate : undefined;
  const name = kind === "resource" ? String(template ?? listed.uri) : String(listed.name);
  const { target, own } =
    kind === "resource" ? { target: undefined, own: String(listed.name ?? name) } : partsOfName(name);
  const title = [listed.title, hints.title].find((one) => typeof one === "string" && one.trim() !== "") ?? own;
  return {
    kind,
    name,
    title: foreignText(String(title), LONGEST_TITLE),
    target,
    description: typeof listed.description === "string" ? listed.description.slice(0, LONGEST_DESCRIPTION) : "",
    badges: template !== undefined ? ["template"] : kind === "tool" ? toolBadges(hints) : [],
    schema:
      kind === "tool"
        ? listed.inputSchema
        : kind === "prompt"
          ? promptSchema(listed.arguments)
          : templateSchema(template === undefined ? [] : templateVariables(template)),
    ...(kind === "tool" && listed.outputSchema !== undefined && { outputSchema: listed.outputSchema }),
    facts: kind === "resource" ? resourceFacts(listed) : [],
    completes: kind === "prompt" || template !== undefined,
  };
}

/** Whether a tool declares that it may destroy something, and so is to be asked about. */
export const isDestructive = ({ badges }: Pick<Subject, "badges">): boolean => badges.includes("destructive");

/**
 * The revisions have a tool that says nothing count as one that may destroy (default of `destructiveHint`). Most say
 * nothing, and a warning on all of them warns of none: only what was declared is marked. A tool that says no more than that
 * it is not read-only is marked as that.
 */
function toolBadges(hints: JsonObject): readonly Badge[] {
  const { readOnlyHint, destructiveHint, idempotentHint, openWorldHint } = hints;
  const badges: Badge[] = [];
  if (readOnlyHint === true) badges.push("readOnly");
  else if (destructiveHint === true) badges.push("destructive");
  else if (readOnlyHint === false && destructiveHint === undefined) badges.push("mayChange");
  if (idempotentHint === true && readOnlyHint !== true) badges.push("idempotent");
  if (openWorldHint === true) badges.push("openWorld");
  return badges;
}

/** Arguments of a prompt are texts (2025-11-25, server/prompts). */
function promptSchema(given: unknown): JsonObject {
  const all = (Array.isArray(given) ? given : []).filter((one) => isJsonObject(one) && typeof one.name === "string");
  return {
    type: "object",
    properties: Object.fromEntries(
      all.map(({ name, title, description }) => [name, { type: "string", title, description }]),
    ),
    required: all.filter(({ required }) => required === true).map(({ name }) => name),
    additionalProperties: false,
  };
}

const templateSchema = (variables: readonly string[]): JsonObject => ({
  type: "object",
  properties: Object.fromEntries(variables.map((name) => [name, { type: "string" }])),
  required: variables,
  additionalProperties: false,
});

function resourceFacts({ mimeType, size }: JsonObject): readonly string[] {
  const type = typeof mimeType === "string" ? [foreignText(mimeType, 80)] : [];
  return typeof size === "number" && Number.isFinite(size) ? [...type, byteText(size)] : type;
}

/** A number of bytes as people say it. */
export function byteText(bytes: number): string {
  const units = ["B", "kB", "MB", "GB"];
  let [value, unit] = [bytes, 0];
  while (value >= 1000 && unit < units.length - 1) [value, unit] = [value / 1000, unit + 1];
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit]}`;
}
