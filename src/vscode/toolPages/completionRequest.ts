import type { JsonObject } from "../../lib/json/jsonObject.ts";
import type { SubjectReference } from "./listedSubjects.ts";

/** The request that completes an argument of a prompt or a template (2025-11-25, server/utilities/completion). */
export function completionRequest(
  { kind, name }: SubjectReference,
  { argument, value, args }: { readonly argument: string; readonly value: string; readonly args: JsonObject },
): JsonObject {
  const others = Object.entries(args).flatMap(([other, text]) =>
    other !== argument && typeof text === "string" ? [[other, text]] : [],
  );
  return {
    ref: kind === "prompt" ? { type: "ref/prompt", name } : { type: "ref/resource", uri: name },
    argument: { name: argument, value },
    ...(others.length > 0 && { context: { arguments: Object.fromEntries(others) } }),
  };
}
