import * as vscode from "vscode";

/** The meta-schema that the editor holds schemas of tools to (VS Code, `mcpServer.ts`, `_normalizeTool`). */
const META_SCHEMA = "https://json-schema.org/draft-07/schema";

/** How many schemas are remembered: those of more tools than anybody opens. */
const MOST_KNOWN = 5_000;

/**
 * What the editor finds wrong with schemas of tools. It gives its agent no tool whose schema it finds not valid, and says so in
 * its output alone; here it is asked with the command that it asks itself, one schema after the other. Editors without that
 * command find nothing.
 */
export class EditorSchemas {
  readonly #known = new Map<string, readonly string[]>();
  #last: Promise<void> = Promise.resolve();

  /** What is known by now. */
  faults(schema: string | undefined): readonly string[] {
    return (schema !== undefined && this.#known.get(schema)) || [];
  }

  /** Looks at a schema that is not known yet, when those before it are done. @param found called where something is wrong */
  look(schema: string | undefined, found: () => void): void {
    if (schema === undefined || this.#known.has(schema)) return;
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    this.#known.set(schema, []);
    this.#last = this.#last.then(async () => {
      const faults = await faultsOf(schema);
      if (faults.length === 0) return;
      this.#known.set(schema, faults);
      found();
    });
  }
}

async function faultsOf(schema: string): Promise<readonly string[]> {
  try {
    const said = await vscode.commands.executeCommand("json.validate", vscode.Uri.parse(META_SCHEMA), schema);
    if (!Array.isArray(said)) return [];
    return [
      ...new Set(said.flatMap(({ message }: vscode.Diagnostic) => (typeof message === "string" ? [message] : []))),
    ];
  } catch {
    return [];
  }
}
