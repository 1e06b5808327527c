import { defaultRedirect, type LoopbackRedirect } from "../../oauth/clientMetadata/publishedRedirects.ts";
import type { SettingOption } from "../options/settingOptions.ts";
import { typedSettings } from "../options/settingOptions.ts";

/** What is done with a client ID metadata document, which is for no gateway in particular. */
export interface MetadataOptions {
  readonly act: "write" | "check";
  /** Where it will be, or is. */
  readonly url: string;
  readonly redirect: LoopbackRedirect;
}

const acts = { "write-client-metadata": "write", "check-client-metadata": "check" } as const;

/** What the document depends on. */
const own = ["redirect-port", "redirect-path", "redirect-host"];

/**
 * Reads what is done with a client ID metadata document.
 *
 * @param values the options as they were typed
 * @param words those beside them
 * @returns undefined where nothing of the kind was typed
 * @throws Error in words about what does not go with it
 */
export function metadataOptions(
  values: Readonly<Record<string, unknown>>,
  words: readonly string[],
  options: readonly SettingOption[],
): MetadataOptions | undefined {
  const typed = Object.keys(acts).filter((name) => values[name] !== undefined) as (keyof typeof acts)[];
  const [option, other] = typed;
  if (option === undefined) return undefined;
  if (other !== undefined) throw new Error(`--${option} and --${other} exclude each other: choose one.`);
  const alien = Object.keys(values).find((name) => name !== option && !own.includes(name));
  if (alien !== undefined) throw new Error(`--${option} is about a document, and takes no --${alien}.`);
  if (words.length > 0) throw new Error(`--${option} takes one address. What is "${words[0]}" for?`);
  const { redirectPorts, redirectPath, redirectHost } = typedSettings(options, values) as {
    readonly redirectPorts?: readonly number[];
    readonly redirectPath?: string;
    readonly redirectHost?: string;
  };
  const { ports, path, host } = defaultRedirect;
  const redirect = { ports: redirectPorts ?? ports, path: redirectPath ?? path, host: redirectHost ?? host };
  return { act: acts[option], url: String(values[option]), redirect };
}
