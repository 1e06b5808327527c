import { createRequire } from "node:module";

/** The reader of YAML: https://eemeli.org/yaml. */
type Yaml = typeof import("yaml");

/** Where the bundle of the reader is, beside the program's own; unset when the sources run. */
declare const BUNDLED_YAML: string | undefined;

let loaded: Yaml | undefined;

/**
 * Loads what reads YAML, once. It is a file of its own, so that nobody whose descriptions are JSON loads it.
 *
 * @throws Error that names the missing file, where somebody copied the program without it
 */
export function loadYaml(): Yaml {
  if (loaded !== undefined) return loaded;
  const file = typeof BUNDLED_YAML === "string" ? BUNDLED_YAML : "yaml";
  try {
    loaded = createRequire(import.meta.url)(file) as Yaml;
    return loaded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "MODULE_NOT_FOUND") throw error;
    throw new Error("a description in YAML needs yaml.cjs, which ships beside this program", { cause: error });
  }
}
