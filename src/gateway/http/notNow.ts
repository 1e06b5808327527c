import { splitName } from "../../lib/qualifiedName.ts";
import type { HttpReply, ServedRequest } from "../../lib/servedHttp.ts";
import type { Limited, Limits } from "../limits/limits.ts";
import type { RateContext } from "../limits/rateLimit.ts";
import type { RateLimited, RateLimits } from "../limits/rateLimits.ts";
import type { Messages } from "./messages.ts";
import type { PathTarget } from "./pathTarget.ts";
import { limitedAnswer, rateLimitedAnswer, stoppingAnswer } from "./refusals.ts";

/** Why somebody who is let in has to come back later. */
export interface NotNow {
  readonly reply: HttpReply;
  /** The rate limit that says so, if one does. */
  readonly rateLimit?: RateLimited;
}

/** A request of somebody who was let in. */
export interface AdmittedRequest {
  readonly request: ServedRequest;
  readonly messages: Messages;
  readonly pathTarget: PathTarget | undefined;
  readonly principal: string;
  readonly claims: () => RateContext["claims"];
}

export interface NotNowWorld {
  /** Absent where there are none. */
  readonly limits: Limits | undefined;
  /** AWS's rate limits; absent where there are none. */
  readonly rateLimits: RateLimits | undefined;
  /** Whether the gateway takes no new requests and only finishes open calls. */
  readonly stopping: () => boolean;
  /** Called when a limit refuses a request. */
  readonly limited: (limited: Limited) => void;
  /** Called when one of AWS's rate limits refuses a request. */
  readonly rateLimited: (limited: RateLimited) => void;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The answer to a caller who is let in but has to come back later; `undefined` where the request may go on. */
export function notNow(asked: AdmittedRequest, world: NotNowWorld): NotNow | undefined {
  const { request, messages, pathTarget, principal } = asked;
  // Answers and notifications are never too many: without them a call that was let in could not end.
  if (messages.requests === 0 && !pathTarget) return undefined;
  // A caller who was asked something in the middle of a call may still answer.
  if (world.stopping() && !messages.resumes) return { reply: stoppingAnswer(messages) };
  const now = world.now();
  const rated = world.rateLimits?.take(contextsOf(asked), now);
  if (rated?.kind === "limited") {
    world.rateLimited(rated);
    return { reply: rateLimitedAnswer(rated, messages, pathTarget === undefined), rateLimit: rated };
  }
  if (rated) request.onOver(rated.over);
  const limited = world.limits?.take({ principal, requests: messages.requests, tools: messages.tools }, now);
  if (limited === undefined) return undefined;
  world.limited(limited);
  return { reply: limitedAnswer(limited, messages) };
}

function contextsOf({ messages: { tools }, pathTarget, claims }: AdmittedRequest): readonly RateContext[] {
  if (pathTarget) return [new RatedCall(pathTarget.name, undefined, claims)];
  if (tools.length === 0) return [new RatedCall(undefined, undefined, claims)];
  return tools.map((tool) => new RatedCall(splitName(tool)?.target, tool, claims));
}

class RatedCall implements RateContext {
  readonly targetName: string | undefined;
  readonly toolName: string | undefined;
  readonly #claims: AdmittedRequest["claims"];

  constructor(targetName: string | undefined, toolName: string | undefined, claims: AdmittedRequest["claims"]) {
    this.targetName = targetName;
    this.toolName = toolName;
    this.#claims = claims;
  }

  /** Most limits ask for no claim, and reading a token takes time. */
  get claims(): RateContext["claims"] {
    return this.#claims();
  }
}
