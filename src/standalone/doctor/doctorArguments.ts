import { nonEmpty } from "../options/settingOptions.ts";

/** What is looked at, and how it is told. */
export interface DoctorOptions {
  readonly isJson: boolean;
  /** The address of a gateway that is asked too. Without one nothing is sent. */
  readonly check: string | undefined;
}

/** The word in the place of an address. No address and no id of a gateway is like it. */
const VERB = "doctor";

/**
 * Reads what the doctor is to look at.
 *
 * @param values the options as they were typed
 * @param words what stands beside them
 * @returns undefined where nobody asked for it
 * @throws Error in words about what does not go with it
 */
export function doctorOptions(
  values: Readonly<Record<string, unknown>>,
  [verb, ...more]: readonly string[],
): DoctorOptions | undefined {
  if (verb !== VERB) {
    if (values.check !== undefined)
      throw new Error("--check belongs to doctor: write doctor --check <gateway address>.");
    return undefined;
  }
  const other = Object.keys(values).find((name) => name !== "json" && name !== "check");
  if (other !== undefined) throw new Error(`doctor takes --json and --check, and no --${other}.`);
  if (more.length > 0) throw new Error("doctor takes no address: --check <gateway address> asks a gateway too.");
  const check = values.check === undefined ? undefined : nonEmpty("--check", String(values.check));
  return { isJson: values.json === true, check };
}
