import type { Report } from "../audit/outcome.ts";
import type { TargetCaller } from "../router/target.ts";

/** Who sent a request, and who records its outcome. */
export interface CallerContext {
  /** State between requests belongs to one principal. */
  readonly principal: string;
  /** The parts of the principal, for targets in this process. */
  readonly caller: TargetCaller | undefined;
  readonly report: Report;
}
