import type { FrontWorld } from "../../mcp/route.ts";
import { reported } from "../audit/outcome.ts";
import type { CallerContext } from "./callerContext.ts";
import { capabilities } from "./capabilities.ts";

/** What the gateway says about itself, whichever revision its caller speaks; each answer is reported. */
export function frontOf(world: {
  readonly info: { readonly name: string; readonly version: string };
  readonly settings: () => { readonly instructions: string | undefined };
  readonly now: () => number;
}): FrontWorld<CallerContext> {
  return {
    serverInfo: world.info,
    capabilities: () => capabilities,
    instructions: () => world.settings().instructions,
    now: world.now,
    observe: (answered, { report }) => reported(answered, report),
  };
}
