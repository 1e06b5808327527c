import type { Json } from "../../mcp/passThrough.ts";
import type { ToolPolicies } from "../policies/toolPolicies.ts";
import type { BackOff } from "./backOff.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Processes } from "./processes.ts";
import type { Target } from "./target.ts";
import type { TargetPool } from "./targetPool.ts";

/** What the gateway's operator decides about its targets and how they are shown. */
export interface RouterSettings {
  readonly targets: readonly Target[];
  /** How long a list waits for a target before it leaves the target out. */
  readonly listTimeoutMs: number;
  /** How long a call waits for its target. */
  readonly callTimeoutMs: number;
  /** How many items a page of a list has; 0 puts everything on one. */
  readonly pageSize: number;
  /** Whether the gateway has a tool that searches tools. */
  readonly searchType: "SEMANTIC" | undefined;
  /** DEBUG tells callers what went wrong behind the gateway. */
  readonly exceptionLevel: "DEBUG" | undefined;
}

export interface RouterWorld {
  readonly info: { readonly name: string; readonly version: string };
  readonly settings: () => RouterSettings;
  readonly catalogue: Catalogue;
  readonly backOff: BackOff;
  readonly processes: Processes;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (message: string, facts: Json) => void;
  /** The policies that are asked about tools; undefined when there are none. */
  readonly policies?: (() => ToolPolicies | undefined) | undefined;
  /** Called for each target that could not be reached or did not answer in time. */
  readonly targetFailed?: ((target: string) => void) | undefined;
}

/** The current settings and links of one router. */
export interface Routed {
  readonly settings: RouterSettings;
  /** By the names of the targets. */
  readonly links: ReadonlyMap<string, TargetPool>;
}
