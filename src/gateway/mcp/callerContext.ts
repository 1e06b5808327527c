import type { Report } from "../audit/outcome.ts";
import type { TargetCaller } from "../router/target.ts";

/** Whom a request comes from, and who wants to know what became of it. */
export interface CallerContext {
  /** What is kept between requests is kept for one principal. */
  readonly principal: string;
  /** The same in parts, for the targets in this process. */
  readonly caller: TargetCaller | undefined;
  readonly report: Report;
}
