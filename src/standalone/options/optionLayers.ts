import type { ManagedValues } from "../../connections/managed/managedSettings.ts";
import { layersOf, type ToolLayers } from "../../connections/toolRules/toolLayers.ts";
import { freeRules, type GatewayRules } from "../../policy/policy.ts";
import type { StandaloneOptions } from "../arguments.ts";

const optionOf: Readonly<Record<string, string>> = {
  allow: "--tools-allow",
  deny: "--tools-deny",
  readOnly: "--read-only",
};

/** What the options say about the tools that the host has, behind what the administrator says. */
export const optionLayers = (
  { tools, timeout }: StandaloneOptions["settings"],
  managed: Pick<GatewayRules, "tools" | "settings"> = freeRules,
): ToolLayers => {
  const limits = managed.settings.timeout ?? timeout;
  return {
    hidden: [],
    rules: [
      ...managed.tools,
      ...(tools === undefined
        ? []
        : [{ place: (member: string) => optionOf[member] ?? "--tools-allow", rules: tools }]),
    ],
    ...(limits !== undefined && { timeout: { place: () => "--timeout", limits } }),
  };
};

/** The same of whoever has started this program: of an entry that an editor wrote, what is set there, as a window has it. */
export function toolLayers(
  { settings, handed }: Pick<StandaloneOptions, "settings" | "handed">,
  url: string,
  set: ManagedValues,
): ToolLayers {
  const now = handed?.();
  return now
    ? layersOf(set, url, { user: now.settings.tools, workspace: now.workspace })
    : optionLayers(settings, set.policy?.of(url));
}
