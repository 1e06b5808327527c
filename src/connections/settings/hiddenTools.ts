import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { keyOf, type SetForGateways, setFor } from "./setForGateways.ts";

/** The tools of a gateway that agents are not shown, by name. Whatever else is set, and cannot be used, shows none of them. */
export function hiddenTools(gateways: unknown, url: string): readonly string[] {
  const { hiddenTools: hidden } = setFor(gateways, url);
  return Array.isArray(hidden) ? hidden.filter((name) => typeof name === "string") : [];
}

/**
 * What is set for gateways with a tool of one hidden from agents, or shown to them. Everything else stays.
 *
 * @param gateways the value of `gatewayConnect.gateways`
 */
export function withHiddenTool(
  gateways: unknown,
  url: string,
  { tool, isHidden }: { readonly tool: string; readonly isHidden: boolean },
): SetForGateways {
  const all = recordOf(gateways);
  const key = keyOf(all, url);
  const { hiddenTools: _, ...others } = recordOf(all[key]);
  const left = hiddenTools(gateways, url).filter((name) => name !== tool);
  const now = isHidden ? [...left, tool] : left;
  const next = now.length > 0 ? { ...others, hiddenTools: now } : others;
  if (Object.keys(next).length > 0) return { ...all, [key]: next };
  const { [key]: __, ...rest } = all;
  return rest;
}

const recordOf = (value: unknown): SetForGateways => (isJsonObject(value) ? value : {});
