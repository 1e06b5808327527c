import { isJsonObject } from "../lib/json/jsonObject.ts";
import type { CredentialKind } from "./policyDocument.ts";

/** A setting that has something secret read somewhere. */
export interface PlacedSecret {
  readonly setting: string;
  readonly kind: CredentialKind;
}

const kinds: readonly CredentialKind[] = ["environment", "file", "command"];

/** How deep places stand: `headers` has them by the names of headers. */
const DEEPEST = 3;

/**
 * Where the settings of a gateway have secrets, keys, tokens and headers read: wherever a member is
 * `{ "environment": … }`, `{ "file": … }` or `{ "command": … }`, so that a setting that comes later is found too.
 */
export function placesIn(settings: Readonly<Record<string, unknown>>, within = "", depth = 0): readonly PlacedSecret[] {
  return Object.entries(settings).flatMap(([name, value]): readonly PlacedSecret[] => {
    // The gateway's own configuration, which names rules and no place of ours.
    if (!isJsonObject(value) || name === "authorizer") return [];
    const setting = within === "" ? name : `${within} \u203a ${name}`;
    // As the reader of settings has made it of the same.
    const made = kinds.find((kind) => value.kind === kind);
    const named = kinds.filter((kind) => Object.hasOwn(value, kind));
    const own = (made ? [made] : named).map((kind) => ({ setting, kind }));
    return depth < DEEPEST ? [...own, ...placesIn(value, setting, depth + 1)] : own;
  });
}
