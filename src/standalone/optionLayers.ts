import type { ToolLayers } from "../connections/toolRules/toolLayers.ts";
import type { StandaloneOptions } from "./arguments.ts";

const optionOf: Readonly<Record<string, string>> = {
  allow: "--tools-allow",
  deny: "--tools-deny",
  readOnly: "--read-only",
};

/** What the options say about the tools that the host has. */
export const optionLayers = ({ tools, timeout }: StandaloneOptions["settings"]): ToolLayers => ({
  hidden: [],
  rules: tools === undefined ? [] : [{ place: (member) => optionOf[member] ?? "--tools-allow", rules: tools }],
  ...(timeout !== undefined && { timeout: { place: () => "--timeout", limits: timeout } }),
});
