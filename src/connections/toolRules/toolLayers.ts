import { type ManagedValues, managedGateways } from "../managed/managedSettings.ts";
import { hiddenTools } from "../settings/hiddenTools.ts";
import { setFor } from "../settings/setForGateways.ts";

/** Rules for the tools of a gateway as they are set in one place, whatever stands there. */
export interface SetRules {
  /** How the place is called to whoever set them; a member of the rules is named behind it. */
  readonly place: (member: string) => string;
  readonly rules: unknown;
}

/** All that is set about what agents have of a gateway's tools. Each place narrows what the others leave, and none widens it. */
export interface ToolLayers {
  /** The names of tools that the person has hidden. */
  readonly hidden: readonly string[];
  readonly rules: readonly SetRules[];
  /** How long a call may take, in seconds: for all tools, or by the names or patterns of some. */
  readonly timeout?: { readonly place: (member: string) => string; readonly limits: unknown };
}

/** What is set in the editor about the tools of all gateways, by the place where it is set. */
export interface SharedRules {
  readonly user: unknown;
  /** Whoever opens a folder gets these with it: they narrow what the person has set for themselves. */
  readonly workspace: unknown;
}

const placed =
  (...path: readonly string[]) =>
  (member: string): string =>
    [...path, member].filter((part) => part !== "").join(" \u203a ");

/**
 * The layers of a gateway in the editor.
 *
 * @param set the settings as they are now; an administrator's rules stand before those of the person
 */
export function layersOf(set: ManagedValues, url: string, shared: SharedRules): ToolLayers {
  const gateways = managedGateways(set, url);
  const { tools, timeout } = setFor(gateways, url);
  const own: readonly SetRules[] = [
    { place: placed("gatewayConnect.gateways", url, "tools"), rules: tools },
    { place: placed("gatewayConnect.tools"), rules: shared.user },
    { place: placed("gatewayConnect.tools", "workspace"), rules: shared.workspace },
  ];
  return {
    hidden: hiddenTools(gateways, url),
    rules: [...(set.policy?.of(url).tools ?? []), ...own.filter(({ rules }) => rules !== undefined)],
    ...(timeout !== undefined && {
      timeout: { place: placed("gatewayConnect.gateways", url, "timeout"), limits: timeout },
    }),
  };
}
