import { ProtocolError } from "@modelcontextprotocol/client";
import { unexpectedFacts } from "../../lib/unexpectedError.ts";
import type { Json } from "../../mcp/passThrough.ts";
import { type CallerRequest, INTERNAL_ERROR as INTERNAL } from "../../mcp/peer.ts";
import { INTERNAL_ERROR } from "./failureDetail.ts";
import type { RouterWorld } from "./routerWorld.ts";

/**
 * Answers a request. Where `answer` throws what is no error of the protocol, which is a fault of this program, the caller gets
 * AgentCore's internal error (JSON-RPC 2.0, -32603) with nothing of the exception in it, and the log gets the exception.
 *
 * @throws ProtocolError, or whatever the request was aborted with
 */
export async function withInternalErrors(
  request: CallerRequest,
  answer: (request: CallerRequest) => Promise<Json>,
  { log }: Pick<RouterWorld, "log">,
): Promise<Json> {
  try {
    return await answer(request);
  } catch (error) {
    if (request.options.signal?.aborted || ProtocolError.isInstance(error)) throw error;
    log("unforeseen failure", { method: request.method, ...unexpectedFacts(error) });
    throw new ProtocolError(INTERNAL, INTERNAL_ERROR);
  }
}
