import { basename } from "node:path";
import type { SchemaFault } from "../../lib/json/checkSchema.ts";
import { offsetInString, positionsIn } from "../../lib/json/jsonDocument.ts";
import type { ValidParts } from "../../lib/json/validParts.ts";
import type { Policy, PolicyPlace } from "../policies/policy.ts";
import type { WrittenPolicy } from "../policies/readPolicies.ts";
import { onlyWords, splitPolicies } from "../policies/splitPolicies.ts";
import type { PolicyFiles } from "./policyFiles.ts";

/** The JSON of a gateway's file, in which policies stand. */
export interface WrittenIn {
  /** The file's text, without a byte order mark. */
  readonly text: string;
  readonly parts: ValidParts;
}

/** The policies that a gateway's file has or names, as far as the file is valid. */
export function writtenPolicies(
  { text, parts }: WrittenIn,
  files: PolicyFiles,
): { readonly written: readonly WrittenPolicy[]; readonly faults: readonly SchemaFault[] } {
  const positionOf = positionsIn(text);
  const faults: SchemaFault[] = [];
  const written = parts.below("policies").flatMap(({ path }): readonly WrittenPolicy[] => {
    if (!parts.isValid(path)) return [];
    const mode = (parts.text(`${path}.enforcementMode`) ?? "ACTIVE") as Policy["mode"];
    const file = parts.text(`${path}.file`);
    if (file !== undefined) {
      try {
        return files.read(file).flatMap((one) => policiesOf(one, mode));
      } catch (error) {
        faults.push(parts.fault(`${path}.file`, (error as Error).message));
        return [];
      }
    }
    const id = parts.text(`${path}.policyId`);
    return ["cedar", "policy"].flatMap((kind) => {
      const at = `${path}.definition.${kind}.statement`;
      const [statement, node] = [parts.text(at), parts.node(at)];
      if (statement === undefined || node === undefined) return [];
      const place: PolicyPlace = { path: at, position: (char) => positionOf(offsetInString(text, node.offset, char)) };
      return [{ name: parts.text(`${path}.name`) ?? "", ...(id !== undefined && { id }), statement, mode, place }];
    });
  });
  return { written, faults };
}

function policiesOf(
  { file, text }: { readonly file: string; readonly text: string },
  mode: Policy["mode"],
): readonly WrittenPolicy[] {
  const positionOf = positionsIn(text);
  const parts = splitPolicies(text);
  const stem = nameOf(basename(file).replace(/\.cedar$/, ""));
  return parts.map(({ start, text: statement }, index) => ({
    name: annotatedId(statement) ?? (index === 0 ? stem : `${stem.slice(0, 44)}_${index + 1}`),
    statement,
    mode,
    place: { file, path: "", position: (at) => positionOf(start + at) },
  }));
}

/** A name that AgentCore takes, made of a file's. */
const nameOf = (text: string): string =>
  text
    .replace(/[^A-Za-z0-9_]/g, "_")
    .replace(/^(?![A-Za-z])/, "p_")
    .slice(0, 48);

/** The id that a policy has in an annotation before it. */
function annotatedId(statement: string): string | undefined {
  const at = onlyWords(statement).search(/@id\s*\(/);
  const found =
    at === -1 ? undefined : /^@id\s*\(\s*"([A-Za-z][A-Za-z0-9_]{0,47})"\s*\)/.exec(statement.slice(at))?.[1];
  return found;
}
