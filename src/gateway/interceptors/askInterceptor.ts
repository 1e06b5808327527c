import { foreignText } from "../../lib/foreignText.ts";
import type { HttpReply, Piece, ServedRequest } from "../../lib/servedHttp.ts";
import type { Json } from "../../mcp/passThrough.ts";
import type { Messages } from "../http/messages.ts";
import { INTERNAL_ERROR, rpcError } from "../http/refusals.ts";
import { type InterceptionPoint, type Interceptor, InterceptorFailure } from "./interceptor.ts";
import { interceptorRunner, type RunInterceptor } from "./runInterceptor.ts";

export interface InterceptWorld {
  readonly isDebug: boolean;
  readonly log: (message: string, facts: Json) => void;
}

/** An interceptor with its program at hand. */
export interface ReadyInterceptor {
  readonly interceptor: Interceptor;
  readonly run: RunInterceptor;
}

export const readyInterceptor = (interceptor: Interceptor): ReadyInterceptor => ({
  interceptor,
  run: interceptorRunner(interceptor),
});

/** An interceptor at one of its points, and how its output is read. */
interface Asked<Output> {
  readonly ready: ReadyInterceptor;
  readonly point: InterceptionPoint;
  readonly event: object;
  readonly read: (text: string) => Output;
}

/** Asks an interceptor; `undefined` where it failed and the request goes on all the same. */
export async function askInterceptor<Output>(
  { ready: { interceptor, run }, point, event, read }: Asked<Output>,
  world: InterceptWorld,
): Promise<Output | InterceptorFailure | undefined> {
  try {
    return read(await run(event));
  } catch (error) {
    if (!(error instanceof InterceptorFailure)) throw error;
    const { arn, failureMode } = interceptor;
    world.log("interceptor failed", { interceptor: arn, point, code: error.code, error: error.message, failureMode });
    return failureMode === "FAIL_OPEN" ? undefined : error;
  }
}

/** The answer to a request whose interceptor failed. */
export function failedAnswer(error: InterceptorFailure, messages: Messages, { isDebug }: InterceptWorld): HttpReply {
  const message = isDebug ? `The interceptor failed: ${foreignText(error.message)}` : INTERNAL_ERROR.message;
  return rpcError(500, { ...INTERNAL_ERROR, message }, messages);
}

/** An answer's body in one, as interceptors are asked about it. */
export const wholeBody = (pieces: readonly Piece[]): Buffer =>
  Buffer.concat(pieces.map((piece) => Buffer.from(piece as Uint8Array)));

/** The headers that a program may be told of where nobody can tell which ones there are. */
const told = [
  "accept",
  "content-type",
  "user-agent",
  "mcp-session-id",
  "mcp-protocol-version",
  "mcp-method",
  "mcp-name",
];

/** What an interceptor is told of a request beside its body; headers, the token among them, where it wants them. */
export function requestFacts(
  { interceptor }: ReadyInterceptor,
  request: ServedRequest,
  authorization: string | null,
): { readonly path: string; readonly httpMethod: string; readonly headers?: Readonly<Record<string, string>> } {
  const headers = interceptor.passRequestHeaders && headersOf(request, authorization);
  return {
    path: request.target.replace(/[?#].*$/s, ""),
    httpMethod: request.method,
    ...(headers && { headers }),
  };
}

function headersOf(request: ServedRequest, authorization: string | null): Readonly<Record<string, string>> {
  const all = request.headers.names?.() ?? told;
  const given = all.flatMap((name) => {
    const value = request.headers.get(name);
    return value === null ? [] : [[name, value] as const];
  });
  return Object.fromEntries([...given, ...(authorization === null ? [] : [["authorization", authorization] as const])]);
}
