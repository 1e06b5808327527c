import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Plugin } from "esbuild";

const guard =
  /const isJSONRPC(Request|Notification|ResultResponse|ErrorResponse) = \(value\) => (\w+)\.safeParse\(value\)\.success;/g;
const standIn = /const parsed = wireSchema\.safeParse\(raw\);/g;

/** How often each stands in a file of the SDK; another number is a reason to look at what it does now. */
const expected = { guards: 4, standIns: 1 };

/**
 * Keeps the SDK from asking its schemas about what was judged before, in each of the two copies that it has of this:
 *
 * - of what kind a message is, where `knownKind.ts` says so: it asks up to four schemas about every message that comes;
 * - whether a stand-in is a result, which `unjudged.ts` puts in the place of every complete one.
 */
export const judgedBefore: Plugin = {
  name: "judged before",
  setup({ onLoad }) {
    onLoad({ filter: /modelcontextprotocol\/(client|server)\/dist\/src-[^/]+\.mjs$/ }, async ({ path }) => {
      const found = { guards: 0, standIns: 0 };
      const text = (await readFile(path, "utf8"))
        .replaceAll(guard, (_, kind: string, schema: string) => {
          found.guards++;
          const asked = `known === undefined ? ${schema}.safeParse(value).success : known === "${kind}"`;
          return `const isJSONRPC${kind} = (value) => { const known = knownKind(value); return ${asked}; };`;
        })
        .replaceAll(standIn, () => {
          found.standIns++;
          return "const parsed = isStandIn(raw) ? { success: true } : wireSchema.safeParse(raw);";
        });
      if (JSON.stringify(found) !== JSON.stringify(expected)) {
        return { errors: [{ text: `${path} has ${JSON.stringify(found)}, and not ${JSON.stringify(expected)}` }] };
      }
      const from = (module: string) => JSON.stringify(resolve(`src/mcp/${module}.ts`));
      const imports = `import { knownKind } from ${from("knownKind")}; import { isStandIn } from ${from("standIn")};`;
      return { contents: `${imports}\n${text}`, loader: "js" };
    });
  },
};
