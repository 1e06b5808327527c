import type { Claims } from "../../agentcore/authorizer/claimRules.ts";
import type { CallOptions } from "../../mcp/peer.ts";
import type { Report } from "../audit/outcome.ts";
import type { PolicyRecord } from "../policies/policyRecord.ts";
import type { TargetCaller } from "../router/target.ts";

/** Who sent a request, and who records its outcome. */
export interface CallerContext {
  /** State between requests belongs to one principal. */
  readonly principal: string;
  /** The parts of the principal, for targets in this process. */
  readonly caller: TargetCaller | undefined;
  /** The claims of the request's own token; undefined without an authorizer. */
  readonly claims: () => Claims | undefined;
  /** The revision of MCP that the request names; null where it names none, as those of 2025-03-26 do. */
  readonly revision: string | null;
  readonly report: Report;
  /** Records what the policies said of a call. */
  readonly judged: (record: PolicyRecord) => void;
}

/** What the front was given with a request; nothing where the gateway asks for itself. */
export const contextOf = ({ context }: CallOptions): CallerContext | undefined => context as CallerContext | undefined;
