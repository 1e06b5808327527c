import { createRequire } from "node:module";

/** Cedar's engine: https://github.com/cedar-policy/cedar/tree/main/cedar-wasm. */
export type Cedar = typeof import("@cedar-policy/cedar-wasm/nodejs");

/** Where the bundle of the engine is, beside the program's own; unset when the sources run. */
declare const BUNDLED_CEDAR: string | undefined;

let loaded: Cedar | undefined;

/**
 * Loads Cedar's engine, once. It is a file of its own and takes megabytes, so that nobody without policies loads it.
 *
 * @throws Error that names the missing files, where somebody copied the program without them
 */
export function loadCedar(): Cedar {
  if (loaded !== undefined) return loaded;
  const file = typeof BUNDLED_CEDAR === "string" ? BUNDLED_CEDAR : "@cedar-policy/cedar-wasm/nodejs";
  try {
    loaded = createRequire(import.meta.url)(file) as Cedar;
    return loaded;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "MODULE_NOT_FOUND" && code !== "ENOENT") throw error;
    throw new Error("policies need cedar.cjs and cedar_wasm_bg.wasm.br, which ship beside this program", {
      cause: error,
    });
  }
}
