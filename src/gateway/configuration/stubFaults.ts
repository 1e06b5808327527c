import { memberPath, type SchemaFault } from "../../lib/json/checkSchema.ts";
import { plain } from "../../lib/json/jsonDocument.ts";
import type { ValidParts } from "../../lib/json/validParts.ts";
import { splitName } from "../../lib/qualifiedName.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { record } from "../tools/describedTools.ts";
import { valueFaults } from "../tools/valueFaults.ts";

/** Answers for tools that there are not, and outputs that their tool's `outputSchema` does not allow. */
export function stubFaults(parts: ValidParts, tools: ReadonlyMap<string, readonly Json[]>): readonly SchemaFault[] {
  return parts.below("local.stubs").flatMap(({ name, path }) => {
    const named = splitName(name);
    const listed = named && tools.get(named.target);
    // A description with faults is told of itself.
    if (listed === undefined && !parts.isValid("targets")) return [];
    const tool = listed?.find((one) => one.name === named?.name);
    if (tool === undefined) {
      const expected = "expected target___tool with a tool of a target that does not run here";
      const some = (listed ?? []).slice(0, 5).map((one) => String(one.name));
      return [
        parts.nameFault(path, some.length === 0 ? expected : `${expected}: ${named?.target} has ${some.join(", ")}`),
      ];
    }
    const output = parts.node(`${path}.output`);
    if (output === undefined || tool.outputSchema === undefined) return [];
    return valueFaults(plain(output), record(tool.outputSchema)).map(({ path: steps, problem }) =>
      parts.fault(
        steps.reduce((at, step) => (/^\d+$/.test(step) ? `${at}[${step}]` : memberPath(at, step)), `${path}.output`),
        `does not fit the tool's outputSchema: ${problem}`,
      ),
    );
  });
}
