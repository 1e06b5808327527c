import { translatable } from "../../failures/translate.ts";
import { headerNameFault, headerValueFault, looksSecret } from "../../lib/settableHeaders.ts";
import { cannotBeKept, kept, notNeeded, type OptionOutcome } from "./optionOutcome.ts";

/** The headers of a gateway as `gatewayConnect.gateways` has them. */
export type ImportedHeaders = Readonly<
  Record<string, string | { readonly environment: string; readonly before?: string }>
>;

/**
 * What a header of mcp-remote's becomes. It has variables of its environment as `${NAME}` in the value, and Claude Code's
 * entries have them there too.
 *
 * @param text the argument of `--header`, `Name: value`
 */
export function readHeaderOption(text: string): {
  readonly outcome: OptionOutcome;
  readonly headers?: ImportedHeaders;
} {
  const [, name = "", value = ""] = /^\s*([^:]*?)\s*:\s*(.*?)\s*$/s.exec(text) ?? [];
  const fault = headerNameFault(name);
  if (name.toLowerCase() === "authorization") {
    return {
      outcome: notNeeded(
        translatable("the sign-in takes its place: the gateway gets a token of your own, which is renewed"),
      ),
    };
  }
  if (fault === "name") return { outcome: cannotBeKept(translatable("it is no header")) };
  if (fault !== undefined) {
    return { outcome: cannotBeKept(translatable("the header {0} is not for anybody to set"), name) };
  }
  const [, before = "", environment] = /^(.*?)\$\{(?:env:)?(\w+)\}$/s.exec(value) ?? [];
  if (environment !== undefined && isPlain(before) && !looksSecret("", before.trim())) {
    return {
      headers: { [name]: { environment, ...(before !== "" && { before }) } },
      outcome: kept(
        translatable(
          "the header {0}, read from the environment variable {1} of the editor: set it there if the entry did",
        ),
        name,
        environment,
      ),
    };
  }
  if (looksSecret(name, value)) {
    return {
      outcome: cannotBeKept(
        translatable(
          'the header {0} looks like a secret, which does not belong into settings: set it under "headers", from a variable, a file or a command',
        ),
        name,
      ),
    };
  }
  if (value.includes("${") || headerValueFault(value) !== undefined) {
    return { outcome: cannotBeKept(translatable("the header {0} has a value that cannot be taken over"), name) };
  }
  return { headers: { [name]: value }, outcome: kept(translatable("the header {0}, for the gateway alone"), name) };
}

const isPlain = (before: string): boolean => /^[\t\x20-\x7e]*$/.test(before) && !before.includes("${");
