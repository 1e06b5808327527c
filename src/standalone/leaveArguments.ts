/** What is done for every gateway of this computer at once. */
export interface LeaveOptions {
  /** `clean` signs out too, and then removes what this program keeps. */
  readonly act: "signOut" | "clean";
  readonly verbose: boolean;
}

/**
 * Reads what leaves every gateway, which is for none in particular.
 *
 * @param values the options as they were typed
 * @param addresses the words beside them
 * @returns undefined where neither `--all` nor `--clean` was typed
 * @throws Error in words about what does not go with it
 */
export function leaveOptions(
  values: Readonly<Record<string, unknown>>,
  addresses: readonly string[],
): LeaveOptions | undefined {
  if (!values.all && !values.clean) return undefined;
  const act = values.clean ? "clean" : "signOut";
  if (act === "signOut" && !values["sign-out"]) throw new Error("--all belongs to --sign-out: give both.");
  const option = act === "clean" ? "--clean" : "--sign-out --all";
  const own = act === "clean" ? ["clean", "verbose"] : ["sign-out", "all", "verbose"];
  const other = Object.keys(values).find((name) => !own.includes(name));
  if (other !== undefined) throw new Error(`${option} is for every gateway of this computer, and takes no --${other}.`);
  if (addresses.length > 0) throw new Error(`${option} is for every gateway of this computer, and takes no address.`);
  return { act, verbose: values.verbose === true };
}
