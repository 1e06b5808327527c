import { statSync } from "node:fs";
import { type CurrentPolicy, noPolicy, type Policy } from "../../policy/policy.ts";
import type { openPolicy } from "./openPolicy.ts";
import type { PolicyPlace } from "./policyPlace.ts";

/**
 * The policy of this machine. Its file is looked at whenever somebody asks, which costs one call of the system, and read when it
 * has changed. What reads it is loaded where there is one.
 *
 * @param load loads it at once: whoever asks cannot wait
 */
export function machinePolicy(
  place: PolicyPlace,
  load: () => { readonly openPolicy: typeof openPolicy },
  onRead: (policy: Policy) => void = () => {},
): CurrentPolicy {
  let seen: string | undefined;
  let policy = noPolicy;
  let last: Policy | undefined;
  return () => {
    const now = stampOf(place.file);
    if (now === seen) return policy;
    policy = now === undefined ? noPolicy : load().openPolicy(place, last);
    seen = now;
    if (policy.state.kind !== "broken") last = policy;
    onRead(policy);
    return policy;
  };
}

/** Whether there is an administrator's file, or what may be one. Where there is none, nothing is managed. */
export const isManaged = ({ file }: PolicyPlace): boolean => stampOf(file) !== undefined;

/** Whatever differs once a file is another one; undefined where there is none. */
function stampOf(file: string): string | undefined {
  try {
    // Most machines have no such file, and an error for each request would take longer than the look itself.
    const stats = statSync(file, { throwIfNoEntry: false });
    if (!stats) return undefined;
    const { dev, ino, mtimeMs, ctimeMs, size, uid, mode } = stats;
    return [dev, ino, mtimeMs, ctimeMs, size, uid, mode].join(" ");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOTDIR" ? undefined : String(code);
  }
}
