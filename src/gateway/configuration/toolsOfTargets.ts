import { memberPath, type SchemaFault } from "../../lib/json/checkSchema.ts";
import { offsetInString, positionsIn, splitMark } from "../../lib/json/jsonDocument.ts";
import type { ValidParts } from "../../lib/json/validParts.ts";
import { qualifiedName } from "../../lib/qualifiedName.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { type DescribedTools, LONGEST_TOOL_NAME } from "../tools/describedTools.ts";
import type { TextFault } from "../tools/description.ts";
import type { ConfigurationFault } from "./gatewayConfiguration.ts";
import type { GatewayFile, TargetEntry } from "./gatewayFile.ts";
import { type TargetDescription, targetDescription } from "./targetDescription.ts";

/** A local file that stands in for one in S3. */
export interface SchemaFile {
  /** Where it is, for whoever has to mend it. */
  readonly file: string;
  readonly text: string;
}

/**
 * Reads a local file that stands in for one in S3.
 *
 * @param path as it stands in the gateway's file
 * @throws Error with a message for people
 */
export type ReadSchema = (path: string) => SchemaFile;

/** The tools of the targets that have them described, and what is wrong with the descriptions. */
export interface ToolsOfTargets {
  /** By target. A server without a description of its own is not among them. */
  readonly tools: ReadonlyMap<string, readonly Json[]>;
  /** The requests to targets with a path of their own, by target, as policies name them. */
  readonly requests: ReadonlyMap<string, readonly Json[]>;
  /** The paths of the sources in S3 that no local file stands in for. */
  readonly missing: readonly string[];
  /** Faults in the gateway's file itself. */
  readonly faults: readonly SchemaFault[];
  /** Faults in the files that stand in for those in S3. */
  readonly placed: readonly ConfigurationFault[];
}

/** The JSON of a gateway's file, in which targets stand. */
interface TargetsIn {
  readonly file: GatewayFile;
  /** The file's text, without a byte order mark. */
  readonly text: string;
  readonly parts: ValidParts;
}

/** A description as it was written, and who is told of its faults. */
interface WrittenText {
  readonly text: string;
  readonly tell: (fault: TextFault) => void;
}

/** Makes the tools of all targets that AWS describes them for. */
export function toolsOfTargets({ file, text, parts }: TargetsIn, readSchema: ReadSchema): ToolsOfTargets {
  const tools = new Map<string, readonly Json[]>();
  const requests = new Map<string, readonly Json[]>();
  const faults: SchemaFault[] = [];
  const placed: ConfigurationFault[] = [];
  const missing: string[] = [];

  /** A text within the gateway's file. Its own lines are told too, of which that file shows one. */
  function inline(path: string): WrittenText {
    const node = parts.node(path);
    const [mark, body] = splitMark(String(node?.value ?? ""));
    const positionOf = positionsIn(body);
    return {
      text: body,
      tell({ at, problem }) {
        const { line, column } = positionOf(at);
        const within = body.includes("\n") ? ` (line ${line}, column ${column} of the text)` : "";
        const offset = offsetInString(text, node?.offset ?? 0, mark.length + at);
        faults.push({ path, offset, problem: `${problem}${within}` });
      },
    };
  }

  function inFile(path: string): WrittenText {
    const found = readSchema(path);
    const [, body] = splitMark(found.text);
    const positionOf = positionsIn(body);
    return {
      text: body,
      tell: ({ at, problem }) => placed.push({ file: found.file, path: "", ...positionOf(at), problem }),
    };
  }

  /** The tools that a target's description has; undefined where nothing here has it. */
  function describedIn(
    description: TargetDescription,
    path: string,
    file: string | undefined,
  ): DescribedTools | undefined {
    const at = `${path}.${description.at}`;
    if (description.kind === "listed") return told(description.found, at);
    if (description.kind === "inline") return read(description, inline(at));
    if (file !== undefined) return read(description, inFile(file));
    return description.otherwise && told(description.otherwise, at);
  }

  function told(found: DescribedTools, at: string): DescribedTools {
    faults.push(...found.problems.map(({ problem }) => parts.fault(at, problem)));
    return found;
  }

  function read(
    { read: readText, make }: Exclude<TargetDescription, { kind: "listed" }>,
    written: WrittenText,
  ): DescribedTools {
    const description = readText(written.text);
    if (description.kind === "faulty") {
      for (const fault of description.faults) written.tell(fault);
      return { tools: [], problems: [] };
    }
    const made = make(description.value);
    for (const { path, problem } of made.problems) written.tell({ at: description.offsetOf(path), problem });
    return made;
  }

  const { targets = [] } = file;
  for (const [index, target] of (Array.isArray(targets) ? targets : []).entries()) {
    const path = `targets[${index}].targetConfiguration`;
    const { name, targetConfiguration } = (target ?? {}) as TargetEntry;
    if (targetConfiguration === undefined || !parts.isValid(path) || !parts.isValid(`targets[${index}].name`)) continue;
    const own = memberPath("local.schemas", name);
    const standIn = parts.text(own);
    const description = targetDescription(targetConfiguration);
    if (standIn !== undefined && description?.kind !== "elsewhere") {
      faults.push(parts.nameFault(own, `${name} has no schema in S3 that a file could stand in for`));
    }
    if (description === undefined) continue;
    const place = description.kind === "elsewhere" && standIn !== undefined ? own : `${path}.${description.at}`;
    try {
      const found = describedIn(description, path, standIn);
      if (found === undefined) missing.push(`${path}.${description.at}`);
      else {
        faults.push(...nameProblems(name, found.tools).map((problem) => parts.fault(place, problem)));
        (targetConfiguration.mcp ? tools : requests).set(name, found.tools);
      }
    } catch (error) {
      faults.push(parts.fault(place, (error as Error).message));
    }
  }
  return { tools, requests, missing, faults, placed };
}

function nameProblems(target: string, tools: readonly Json[]): readonly string[] {
  const names = tools.map(({ name }) => String(name));
  const twice = [...new Set(names.filter((name, at) => names.indexOf(name) !== at))];
  const long = names.filter((name) => qualifiedName(target, name).length > LONGEST_TOOL_NAME);
  return [
    ...twice.map((name) => `two tools are called ${name}`),
    ...long.map(
      (name) => `the name ${qualifiedName(target, name.slice(0, 60))}… is longer than ${LONGEST_TOOL_NAME} characters`,
    ),
  ];
}
