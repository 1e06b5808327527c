/** What is done for many gateways of this computer at once. */
export interface LeaveOptions {
  /** `clean` signs out too, and then removes what this program keeps. `company` is for what a company's sign-in brought. */
  readonly act: "signOut" | "clean" | "company";
  readonly verbose: boolean;
}

/**
 * Reads what leaves every gateway, which is for none in particular.
 *
 * @param values the options as they were typed
 * @param addresses the words beside them
 * @returns undefined where none of `--all`, `--company` and `--clean` was typed
 * @throws Error in words about what does not go with it
 */
export function leaveOptions(
  values: Readonly<Record<string, unknown>>,
  addresses: readonly string[],
): LeaveOptions | undefined {
  if (!values.all && !values.clean && !values.company) return undefined;
  const act = values.clean ? "clean" : values.company ? "company" : "signOut";
  const name = act === "company" ? "company" : "all";
  if (act !== "clean" && !values["sign-out"]) throw new Error(`--${name} belongs to --sign-out: give both.`);
  const option = act === "clean" ? "--clean" : `--sign-out --${name}`;
  const own = act === "clean" ? ["clean", "verbose"] : ["sign-out", name, "verbose"];
  const other = Object.keys(values).find((one) => !own.includes(one));
  const whose = act === "company" ? "all that your company's sign-in brought" : "every gateway of this computer";
  if (other !== undefined) throw new Error(`${option} is for ${whose}, and takes no --${other}.`);
  if (addresses.length > 0) throw new Error(`${option} is for ${whose}, and takes no address.`);
  return { act, verbose: values.verbose === true };
}
