import type { Json } from "../../mcp/passThrough.ts";
import { nobody } from "../../mcp/peer.ts";
import type { BackOff } from "./backOff.ts";
import type { Catalogue } from "./catalogue.ts";
import { createProcesses } from "./processes.ts";
import { createRouter } from "./router.ts";
import type { RouterSettings } from "./routerWorld.ts";

interface ToolsWorld {
  /** Remembers what they list. */
  readonly catalogue: Catalogue;
  readonly backOff: BackOff;
  readonly now: () => number;
  readonly log: (message: string, facts: Json) => void;
}

/**
 * Asks all targets for their tools on connections of its own, as nobody in particular.
 *
 * @returns the names of the targets that gave none
 */
export async function listTargetTools(
  settings: RouterSettings,
  { catalogue, backOff, now, log }: ToolsWorld,
): Promise<ReadonlySet<string>> {
  const silent = new Set<string>();
  const router = createRouter(
    { capabilities: {}, peer: nobody, hearsChanges: false, caller: undefined },
    {
      ...{ info: { name: "gateway", version: "1.0.0" }, settings: () => settings, catalogue, backOff, now },
      processes: createProcesses(),
      log(message, facts) {
        if (message === "target not listed" || message === "target late") silent.add(String(facts.target));
        log(message, facts);
      },
    },
  );
  try {
    await router.handle({ method: "tools/list", params: undefined, options: {} });
  } catch {
    // None of them gave a list, and each is named in the log.
  } finally {
    await router.close();
  }
  return silent;
}
