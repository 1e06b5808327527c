import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { standaloneArguments } from "../../../src/standalone/arguments.ts";

interface Argument {
  readonly type: "positional" | "named";
  readonly name?: string;
  readonly value?: string;
  readonly valueHint?: string;
}
interface Server {
  readonly $schema: string;
  readonly name: string;
  readonly description: string;
  readonly version: string;
  readonly packages: readonly {
    readonly identifier: string;
    readonly version: string;
    readonly transport: { readonly type: string };
    readonly packageArguments: readonly Argument[];
  }[];
}

const read = (path: string) => readFileSync(path, "utf8");
const manifest = JSON.parse(read("package.json")) as Readonly<Record<"name" | "version" | "mcpName", string>>;
const own = JSON.parse(read("server.json")) as Server;
const example = JSON.parse(
  /```json\n(\{\n {2}"\$schema"[\s\S]*?\n\})\n```/.exec(read("docs/administrators.md"))?.[1] ?? "",
) as Server;

/** The command line that a host makes of it, with an answer for whatever it asks. */
const line = ({ packages: [one] }: Server): readonly string[] =>
  (one?.packageArguments ?? []).flatMap(({ type, name = "", value, valueHint }) => {
    const given = value ?? (valueHint === "gateway" ? "https://gateway.example.com/mcp" : "given");
    return type === "named" ? [name, given] : [given];
  });

for (const [what, server] of Object.entries({ "server.json": own, "the one in administrators.md": example })) {
  test(`${what} starts the program of this version with arguments that it takes`, () => {
    const command = standaloneArguments(line(server));
    assert.equal(command.kind, "run", JSON.stringify(command));
    const [one] = server.packages;
    const { identifier, version, transport } = one ?? {};
    assert.deepEqual(
      { identifier, version, transport },
      { identifier: manifest.name, version: manifest.version, transport: { type: "stdio" } },
    );
  });

  // The registry's schema of 2025-12-11.
  test(`${what} has a name and a description that registries take`, () => {
    assert.match(server.name, /^[a-zA-Z0-9.-]+\/[a-zA-Z0-9._-]+$/);
    assert.ok(server.description.length <= 100, `${server.description.length} characters`);
    assert.match(server.$schema, /\/2025-12-11\/server\.schema\.json$/);
  });
}

test("server.json is of this version and bears the name that the package proves", () => {
  assert.deepEqual([own.version, own.name], [manifest.version, manifest.mcpName]);
});
