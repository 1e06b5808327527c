import { ProtocolError } from "@modelcontextprotocol/client";
import { type AnyFailure, asFailure, isFailure } from "../failures/failure.ts";
import { type FailureWords, failureLine } from "../failures/wording.ts";
import type { Log } from "../lib/log.ts";
import { unexpectedFacts } from "../lib/unexpectedError.ts";
import { untilAborted } from "../lib/waiting.ts";
import { isListMethod, type ListMethod, lists } from "../mcp/lists.ts";
import type { Json } from "../mcp/passThrough.ts";
import { type CallerRequest, INTERNAL_ERROR } from "../mcp/peer.ts";
import { toolError } from "../mcp/toolError.ts";
import type { UpstreamLink } from "../mcp/upstreamLink.ts";
import type { AgentTools } from "./agentTools.ts";
import { withinLimit } from "./callLimit.ts";
import type { Listed } from "./catalogue.ts";
import type { CatalogueKeeper } from "./catalogueKeeper.ts";
import type { ConsentCalls } from "./consent/consentCalls.ts";
import { editorList } from "./editorList.ts";
import type { GatewayAccess, GatewayAddress } from "./gatewayAccess.ts";
import { rateLimitedRequest } from "./rateLimitedRequest.ts";

export interface AnswerWorld {
  readonly gateway: GatewayAddress;
  readonly access: Pick<GatewayAccess, "ready" | "signIn">;
  readonly keeper: CatalogueKeeper;
  readonly log: Log;
  /** Says what failed to whoever asked, in the words of the place where they read it. */
  readonly failureWords: FailureWords;
  readonly now: () => number;
  /** The tools that a person keeps from agents. */
  readonly agentTools: AgentTools;
  readonly consents: ConsentCalls;
  /** A link in the name of a caller that opens pages, for one that does not. */
  readonly openerLink: () => UpstreamLink;
  /** Told how each call of a tool ended: with a failure, or with a result. */
  readonly onToolCall?: ((tool: string, failure: AnyFailure | undefined) => void) | undefined;
}

/** What somebody does, and who does it. */
export interface ActWorld extends AnswerWorld {
  /** Whether the caller opens pages that the gateway asks for. */
  readonly opensUrls: boolean;
  /** Whether the rules for the tools of agents hold. */
  readonly isAgent: boolean;
}

/** How the requests of one caller are answered. */
export interface CallerWorld extends ActWorld {
  /** Records the items that a list was answered with. */
  readonly gave: (method: ListMethod, items: readonly Listed[]) => void;
  /** Records that there were none to give over a link. */
  readonly missed: (method: ListMethod, link: UpstreamLink) => void;
}

/** Requests that a person or their agent makes on purpose; only these may ask for a sign-in. */
const acts = new Set(["tools/call", "prompts/get", "resources/read"]);

/**
 * Answers one request of the editor.
 *
 * @throws ProtocolError whose message a person can read
 */
export async function handleRequest(link: UpstreamLink, request: CallerRequest, world: CallerWorld): Promise<Json> {
  const { method, params, options } = request;
  try {
    if (isListMethod(method)) {
      const items = world.agentTools.shown(method, await editorList(link, method, options, world));
      world.gave(method, items);
      return { [lists[method].field]: items };
    }
    if (acts.has(method)) return await act(link, request, world);
    if (method === "completion/complete") return await completion(link, request, world);
    if (method === "logging/setLevel") return await link.setLogLevel(String(params?.level), options);
    if (method === "resources/subscribe") return await link.subscribe(params ?? {}, options);
    if (method === "resources/unsubscribe") return await link.unsubscribe(params ?? {}, options);
    return await link.request(request);
  } catch (error) {
    if (options.signal?.aborted) throw error;
    if (isListMethod(method)) world.missed(method, link);
    if (ProtocolError.isInstance(error)) throw error;
    const failure = asFailure(error);
    const facts = { gateway: world.gateway.name, method, code: failure.code };
    if (isFailure(failure, "unexpected"))
      world.log.error("relay: unforeseen failure", { ...facts, ...unexpectedFacts(error) });
    else world.log.warn("relay: request failed", facts);
    const text = failureLine(world.failureWords(failure));
    // A tool's failure is a result, so that the agent reads it and can tell the person (2025-11-25, server/tools).
    if (method === "tools/call") return toolError(text);
    throw new ProtocolError(INTERNAL_ERROR, text, { code: failure.code });
  }
}

/**
 * Does what a person or their agent asks for, with the sign-in and the consent that it takes.
 *
 * @throws GatewayFailure, or the gateway's own `ProtocolError`
 */
export async function act(link: UpstreamLink, request: CallerRequest, world: ActWorld): Promise<Json> {
  const { opensUrls, isAgent } = world;
  const isCall = request.method === "tools/call";
  const send = isAgent && isCall ? callForAgent : callForPerson;
  const answered = world.consents.call(request, {
    ...{ opensUrls, isAgent },
    send: (asked) => send(link, asked, world),
    sendAsOpener: ({ method, params, options }) =>
      send(world.openerLink(), { method, params, options: { ...options, passInputRequired: true } }, world),
  });
  return await (isCall ? reported(answered, String(request.params?.name), world) : answered);
}

/** Tells how a call of a tool ended. */
async function reported(answered: Promise<Json>, tool: string, { onToolCall }: AnswerWorld): Promise<Json> {
  try {
    const result = await answered;
    onToolCall?.(tool, undefined);
    return result;
  } catch (error) {
    if (isFailure(error)) onToolCall?.(tool, error);
    throw error;
  }
}

/**
 * Sends a request by `send`, and asks for one sign-in if the gateway requires it.
 *
 * @throws GatewayFailure, or the gateway's own `ProtocolError`
 */
async function withSignIn(
  send: () => Promise<Json>,
  { link, method, options }: Pick<CallerRequest, "method" | "options"> & { readonly link: UpstreamLink },
  { gateway, access, log, isAgent }: ActWorld,
): Promise<Json> {
  try {
    return await send();
  } catch (error) {
    if (!isFailure(error, "sign_in_needed") && !isFailure(error, "insufficient_scope")) throw error;
    log.info("relay: sign-in asked", { gateway: gateway.name, because: error.code, method });
    const refused = link.current;
    const signal = options.signal ?? new AbortController().signal;
    const ending = await untilAborted(access.signIn(error.code, signal, isAgent), options.signal);
    if (ending.kind === "cancelled") throw error;
    // Somebody else may have signed in, and a session belongs to the person who opened it.
    if (refused !== undefined) link.retire(refused);
    return await send();
  }
}

/** Does what a person asks for, to whom no rules for agents apply. @throws GatewayFailure, or the gateway's `ProtocolError` */
async function callForPerson(link: UpstreamLink, request: CallerRequest, world: ActWorld): Promise<Json> {
  return await withSignIn(() => rateLimitedRequest(link, request, world.gateway), { link, ...request }, world);
}

/**
 * Calls a tool for an agent, if it has it, and for no longer than it may take.
 *
 * @throws GatewayFailure of `CallRules.check` and `withinLimit`, and what `callForPerson` does
 */
async function callForAgent(link: UpstreamLink, request: CallerRequest, world: ActWorld): Promise<Json> {
  const { gateway, agentTools, keeper, now } = world;
  const { params, options } = request;
  const tool = String(params?.name);
  const send = async () => {
    let rules = agentTools.callRules();
    if (rules.needsTool && keeper.tool(tool) === undefined) {
      await link.list("tools/list", options.signal);
      rules = agentTools.callRules();
    }
    rules.check(tool, keeper.tool(tool));
    const limit = rules.limit(tool);
    const sent = (asked: CallerRequest) => rateLimitedRequest(link, asked, gateway);
    return await (limit === undefined ? sent(request) : withinLimit(request, limit, { send: sent, now }));
  };
  return await withSignIn(send, { link, ...request }, world);
}

/** Completion runs while somebody types, so it neither prompts nor reports failures. */
export async function completion(link: UpstreamLink, request: CallerRequest, { access }: AnswerWorld): Promise<Json> {
  try {
    if (await access.ready()) return await link.request(request);
  } catch (error) {
    if (!isFailure(error)) throw error;
  }
  return { completion: { values: [] } };
}
