import type { Json } from "../../mcp/passThrough.ts";

/**
 * A target that callers reach under `/<name>/…`, beside the MCP endpoint. AWS routes by path alone there: nothing is merged,
 * and what is said is handed on as it is.
 */
export type PathTarget = PolicyTarget &
  (
    | {
        readonly kind: "passthrough";
        /** Where `/<name>/<path>` leads to `<endpoint>/<path>`. */
        readonly endpoint: string;
        /** The gateway's own credentials for it. */
        readonly headers: Readonly<Record<string, string>>;
        /** Query parameters of its own. */
        readonly query: Readonly<Record<string, string>>;
        /** Whether a parameter that the caller sends too keeps the caller's value. */
        readonly callerOverrides: boolean;
        /** The gateway's own credentials in the query, which are nobody's to replace. */
        readonly credentialQuery: Readonly<Record<string, string>>;
        /** Names in lower case. */
        readonly requestHeaders: readonly string[];
        readonly responseHeaders: readonly string[];
        readonly queryParameters: readonly string[];
        /** Whether the caller's token, which the gateway found good, goes on to the target. */
        readonly passesToken: boolean;
        readonly callTimeoutMs?: number;
      }
    | {
        /** What runs at AWS only. */
        readonly kind: "elsewhere";
        /** AWS's word for it, such as `http.agentcoreRuntime`. */
        readonly what: string;
      }
  );

/** A target as policies know it. */
export interface PolicyTarget {
  readonly name: string;
  /** The requests that its schema has, with the schemas of their bodies; absent where it has none. */
  readonly requests?: readonly Json[];
}

/** Whether models are asked there. */
export const isInference = (target: PathTarget): boolean =>
  target.kind === "elsewhere" && /^inference\.|\bINFERENCE$/.test(target.what);
