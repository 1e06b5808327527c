import { allCapabilities } from "../../mcp/allCapabilities.ts";
import type { FrontWorld } from "../../mcp/route.ts";
import { reported } from "../audit/outcome.ts";
import type { CallerContext } from "./callerContext.ts";

/** What the gateway says about itself, whichever revision its caller speaks; each answer is reported. */
export function frontOf(world: {
  readonly info: { readonly name: string; readonly version: string };
  readonly settings: () => { readonly instructions: string | undefined };
  readonly now: () => number;
}): FrontWorld<CallerContext> {
  return {
    serverInfo: world.info,
    capabilities: () => allCapabilities,
    instructions: () => world.settings().instructions,
    now: world.now,
    observe: (answered, { report }) => reported(answered, report),
  };
}
