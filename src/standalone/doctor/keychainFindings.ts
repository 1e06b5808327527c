import { asFailure } from "../../failures/failure.ts";
import { type Finding, note, ok, problem } from "../../node/doctor/finding.ts";
import { keychainTrouble } from "../../node/secrets/keychain.ts";
import { indexPath } from "../../node/secrets/machineStorage.ts";
import { keychainIndex } from "../storage.ts";

/** Whether tokens can be kept, and how many entries there are. One that is there is asked for, and nothing of it is used. */
export async function keychainFindings(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  const keys = await keychainIndex()
    .keys()
    .catch((error: unknown) => asFailure(error).code);
  const listed = typeof keys === "string" ? keys : keys.length;
  const [first] = typeof keys === "string" ? [] : keys;
  const trouble = await keychainTrouble(platform, env, { first });
  const list =
    typeof listed === "string"
      ? problem(
          "List of entries",
          `${indexPath()} cannot be used (${listed})`,
          "Move it away, and sign out with each address.",
        )
      : ok("List of entries", `${listed} in ${indexPath()}`);
  return [reachable(trouble, listed), list];
}

function reachable(trouble: string | undefined, listed: number | string): Finding {
  const what = "Keychain of the system";
  if (trouble === undefined) return ok(what, "it answers");
  const found = `it cannot be used: ${trouble}; tokens stay in memory`;
  const next = "Install or unlock it, or sign in anew with each start.";
  // Somebody is signed in there who cannot be signed out.
  return typeof listed === "number" && listed > 0 ? problem(what, found, next) : note(what, found, next);
}
