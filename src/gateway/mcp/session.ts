import {
  type RequestId,
  Server,
  type ServerContext,
  WebStandardStreamableHTTPServerTransport,
} from "@modelcontextprotocol/server";
import { anyJson, type Json, NO_TIMEOUT, noValidation } from "../../mcp/passThrough.ts";
import { withoutProgressToken } from "../../mcp/progressToken.ts";
import { type Report, reported } from "../audit/outcome.ts";
import type { CallerSide } from "../router/callerSide.ts";
import { createRouter, isNews, type Router, type RouterWorld } from "../router/router.ts";
import type { TargetCaller } from "../router/target.ts";
import { capabilities } from "./capabilities.ts";
import { jsonWhenAlone } from "./jsonWhenAlone.ts";

export interface SessionWorld extends RouterWorld {
  readonly legacyVersions: readonly string[];
  /** What the gateway tells a model about how to use it. */
  readonly instructions: string | undefined;
  /** Whom the session belongs to. */
  readonly caller: TargetCaller | undefined;
  readonly onClosed: (id: string) => void;
}

/** One session of a caller that speaks 2025-11-25 or earlier, with its own connections to the targets. */
export interface Session {
  readonly startedAt: number;
  handle(request: Request, body: unknown, report: Report): Promise<Response>;
  /** Takes up the settings as they are now. */
  settingsChanged(): void;
  close(): Promise<void>;
}

export async function openSession(id: string, world: SessionWorld): Promise<Session> {
  let router: Router | undefined;
  let streams = 0;
  const inFlight: RequestId[] = [];
  const reports = new Map<RequestId, Report>();
  const transport = new WebStandardStreamableHTTPServerTransport({ sessionIdGenerator: () => id });
  const server = new Server(world.info, {
    capabilities,
    ...(world.instructions !== undefined && { instructions: world.instructions }),
    jsonSchemaValidator: noValidation,
    supportedProtocolVersions: [...world.legacyVersions],
  });

  /** The caller, told on the stream of one request or, without one, wherever it can hear. */
  const sideOf = (request: RequestId | undefined): CallerSide => ({
    request: async (method, params, { signal, onprogress }) => {
      const relatedRequestId = request ?? inFlight.at(-1);
      // 2025-11-25 wants an id for a page to open, which 2026-07-28 has no use for any more.
      const needsId = method === "elicitation/create" && params?.mode === "url" && params.elicitationId === undefined;
      const asked = needsId ? { ...params, elicitationId: crypto.randomUUID() } : params;
      return await server.request({ method, ...(asked && { params: asked }) }, anyJson, {
        signal,
        timeout: NO_TIMEOUT,
        ...(relatedRequestId !== undefined && { relatedRequestId }),
        ...(onprogress && { onprogress: (progress) => onprogress(progress as unknown as Json) }),
      });
    },
    notify: (method, params) => {
      const relatedRequestId = isNews(method) && streams > 0 ? undefined : (request ?? inFlight.at(-1));
      const options = relatedRequestId === undefined ? {} : { relatedRequestId };
      void server.notification({ method, ...(params && { params }) }, options).catch(() => {});
    },
  });

  const routed = (): Router => {
    router ??= createRouter(server.getClientCapabilities() ?? {}, sideOf(undefined), world, true, world.caller);
    return router;
  };

  async function answer(method: string, params: Json | undefined, ctx: ServerContext): Promise<Json> {
    const { id: requestId, signal } = ctx.mcpReq;
    const caller = sideOf(requestId);
    const asked = withoutProgressToken(params, caller.notify);
    inFlight.push(requestId);
    try {
      const answered = routed().answer(method, asked.params, { signal, onprogress: asked.onprogress, caller });
      return await reported(answered, reports.get(requestId));
    } finally {
      inFlight.splice(inFlight.indexOf(requestId), 1);
    }
  }

  // The SDK would keep the level to itself; the targets are the ones that have to know it.
  server.removeRequestHandler("logging/setLevel");
  server.fallbackRequestHandler = async ({ method, params }, ctx) => await answer(method, params, ctx);
  server.fallbackNotificationHandler = async ({ method, params }) => await router?.notify(method, params);
  server.onclose = () => {
    world.onClosed(id);
    void router?.close();
  };
  await server.connect(transport);

  return {
    startedAt: world.now(),
    async handle(request, body, report) {
      if (request.method === "GET") {
        streams++;
        request.signal.addEventListener("abort", () => streams--, { once: true });
      }
      const ids = (Array.isArray(body) ? body : [body]).map((message) => (message as Json | undefined)?.id);
      const asked = ids.filter((one) => typeof one === "string" || typeof one === "number");
      for (const one of asked) reports.set(one, report);
      const onEnd = () => {
        for (const one of asked) reports.delete(one);
      };
      request.signal.addEventListener("abort", onEnd, { once: true });
      const response = await transport.handleRequest(request, { parsedBody: body });
      const isOne = request.method === "POST" && !Array.isArray(body);
      return isOne ? await jsonWhenAlone(response, request.signal) : response;
    },
    settingsChanged: () => router?.settingsChanged(),
    close: () => server.close(),
  };
}
