import { ProtocolError } from "@modelcontextprotocol/client";
import { doneWithin } from "../../lib/waiting.ts";
import { URL_ELICITATION_REQUIRED } from "../../mcp/elicitationUrls.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { type CallerRequest, INTERNAL_ERROR as INTERNAL } from "../../mcp/peer.ts";
import { type CallerContext, contextOf } from "../mcp/callerContext.ts";
import { deadline } from "./deadline.ts";
import { failureDetail, INTERNAL_ERROR } from "./failureDetail.ts";
import { failureFacts } from "./failureReason.ts";
import { NoProcessFree } from "./processes.ts";
import type { RouterSettings, RouterWorld } from "./routerWorld.ts";
import type { TargetLink } from "./targetLink.ts";

/** A target could not be reached or did not answer. The message is what the caller may see. */
export class TargetFailure extends ProtocolError {
  constructor(words: string) {
    super(INTERNAL, words);
  }
}

type AskWorld = Pick<RouterWorld, "log" | "targetFailed"> & { readonly settings: RouterSettings };

/**
 * Sends a request to one target, with the time limit of a call.
 *
 * @throws ProtocolError as the target gave it, `TargetFailure`, or whatever `options.signal` was aborted with
 */
export async function askTarget(link: TargetLink, request: CallerRequest, world: AskWorld): Promise<Json> {
  const { method, options } = request;
  const limit = deadline(link.target.callTimeoutMs ?? world.settings.callTimeoutMs, options.signal);
  try {
    return await link.request({ ...request, options: { ...options, signal: limit.signal } });
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (!limit.passed() && ProtocolError.isInstance(error)) {
      if (error.code !== URL_ELICITATION_REQUIRED || opensPages(contextOf(options))) throw error;
      throw targetFailure(link, method, new Error(NEEDS_NEWER_CALLER), world);
    }
    throw targetFailure(link, method, limit.passed() ? limit.signal.reason : error, world);
  } finally {
    limit.clear();
  }
}

const NEEDS_NEWER_CALLER = "it asks for a page to be opened, which needs a caller of MCP 2025-11-25";

/** Whether a caller may be told of a page: AgentCore tells those of 2025-11-25 and later alone (developer guide, elicitation). */
const opensPages = (from: CallerContext | undefined): boolean =>
  from === undefined || (from.revision !== null && from.revision >= "2025-11-25");

/**
 * The tools of a target.
 *
 * @throws TargetFailure, or whatever the signal was aborted with
 */
export async function toolsOf(
  link: TargetLink,
  { signal, ...world }: AskWorld & { readonly signal: AbortSignal | undefined },
): Promise<readonly Json[]> {
  const limit = deadline(link.target.callTimeoutMs ?? world.settings.callTimeoutMs, signal);
  try {
    return await link.list("tools/list", limit.signal);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw targetFailure(link, "tools/list", error, world);
  } finally {
    limit.clear();
  }
}

/** Logs why a target failed, and returns as much of it as the caller may see. */
export function targetFailure(link: TargetLink, method: string, error: unknown, world: AskWorld): TargetFailure {
  const { name } = link.target;
  world.log("target failed", { target: name, method, ...failureFacts(link.target, error, link.output()) });
  // The target works; the caller's own calls use all of its processes.
  if (error instanceof NoProcessFree) return new TargetFailure(error.message);
  world.targetFailed?.(name);
  const isDebug = world.settings.exceptionLevel === "DEBUG";
  return new TargetFailure(isDebug ? failureDetail(link.target, error) : INTERNAL_ERROR);
}

/** A time limit passed. */
export class TooSlow extends Error {}

/** @throws TooSlow after `ms` milliseconds; the work goes on */
export async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  if (!(await doneWithin(ms, work))) throw new TooSlow(`no answer within ${ms} ms`);
  return await work;
}

export const listTimeoutMs = ({ target }: TargetLink, settings: RouterSettings): number =>
  target.listTimeoutMs ?? settings.listTimeoutMs;
