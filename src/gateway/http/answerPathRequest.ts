import type { HttpReply } from "../../lib/servedHttp.ts";
import type { Interceptors } from "../interceptors/intercept.ts";
import { deniedRequest, type JudgedCaller } from "../policies/policyAnswer.ts";
import { requestDenial } from "../policies/requestDenial.ts";
import type { ToolPolicies } from "../policies/toolPolicies.ts";
import {
  answerAtPath,
  type ChangedRequest,
  type PathAnswer,
  type PathRequest,
  type PathWorld,
} from "./answerAtPath.ts";
import { pathOf } from "./pathOf.ts";
import { isInference, type PathTarget } from "./pathTarget.ts";

export interface PathRequestWorld extends PathWorld {
  readonly interceptors?: Interceptors | undefined;
  readonly policies: () => ToolPolicies | undefined;
}

/** Answers a request under a target's own path: between the interceptors the policies are asked, and then the target. */
export async function answerPathRequest(
  target: PathTarget,
  { request, messages, authorization, from }: PathRequest & { readonly from: JudgedCaller },
  world: PathRequestWorld,
): Promise<HttpReply> {
  const asked = { request, messages, authorization };
  const next = async (changed: ChangedRequest): Promise<PathAnswer> => {
    const policies = world.policies();
    const path = pathOf(request.target).slice(target.name.length + 1);
    const sent = { target: target.name, method: request.method, path, body: changed.body ?? request.body };
    const verdict = policies && deniedRequest(sent, policies, from);
    if (verdict) return { reply: requestDenial(verdict, isInference(target)), isTargets: false };
    return await answerAtPath(target, { ...asked, changed }, world);
  };
  return world.interceptors ? await world.interceptors.answerAtPath(asked, next, world) : (await next({})).reply;
}
