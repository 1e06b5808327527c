import { GatewayFailure } from "./failure.ts";

/**
 * What a bundle beside the running one brings. A bundle can be missing where an installation is damaged, or where the editor
 * has replaced it by another version while a window goes on with this one.
 *
 * @param file the name of the bundle
 * @throws GatewayFailure `part_not_loaded`
 */
export async function partLoaded<T>(loading: Promise<T>, file: string): Promise<T> {
  try {
    return await loading;
  } catch (error) {
    const { code = "it cannot be run" } = error as { readonly code?: string };
    throw new GatewayFailure("part_not_loaded", { file, reason: code }, { cause: error });
  }
}
