import type { TestContext } from "node:test";
import type { FakeAuthorizationServer } from "../../support/fakeAuthorizationServer.ts";
import { startGateway, type TestGateway } from "../../support/relayGateways.ts";

/** A request as a row looks at it. */
export interface Asked {
  /** Of HTTP. */
  readonly method: string;
  readonly path: string;
  readonly search: string;
  readonly text: string;
  readonly bearer: string | undefined;
  readonly headers: Headers;
  /** The JSON-RPC message; empty where it is none. */
  readonly rpc: {
    readonly id?: string | number;
    readonly method?: string;
    readonly params?: Readonly<Record<string, unknown>>;
  };
}

/** An MCP gateway over HTTP that takes the access tokens of a provider, and can be told to behave otherwise. */
export interface WorldGateway extends TestGateway {
  /** Every request, in the order of arrival. */
  readonly asked: readonly Asked[];
  /** Answers before anything else is looked at; undefined leaves the request to the gateway as it is. */
  instead: ((asked: Asked) => Response | undefined | Promise<Response | undefined>) | undefined;
  /** Whether a request needs a token. All do at first. */
  isProtected: (asked: Asked) => boolean;
  /** How often a method of JSON-RPC was asked for. */
  count(method: string): number;
}

const METADATA = "/.well-known/oauth-protected-resource/mcp";

/**
 * An MCP gateway that takes the tokens of a provider. With its tool `echo` whoever calls it learns that all went well.
 *
 * @param era of the protocol that it speaks
 */
export async function startWorldGateway(
  t: TestContext,
  provider: Pick<FakeAuthorizationServer, "issuer" | "access">,
  era: "legacy" | "modern" = "legacy",
): Promise<WorldGateway> {
  const asked: Asked[] = [];
  const answer = async (request: Request): Promise<Response | undefined> => {
    const one = await read(request);
    asked.push(one);
    const other = await gateway.instead?.(one);
    if (other) return other;
    const { origin } = new URL(gateway.url);
    if (one.path === METADATA) {
      return Response.json({ resource: gateway.url, authorization_servers: [provider.issuer] });
    }
    if (one.path.startsWith("/.well-known/")) return new Response("not found", { status: 404 });
    if (!gateway.isProtected(one) || (one.bearer !== undefined && provider.access.has(one.bearer))) return undefined;
    const challenge = `Bearer resource_metadata="${origin}${METADATA}"`;
    return new Response("Unauthorized", { status: 401, headers: { "www-authenticate": challenge } });
  };
  const plain = await startGateway(era, 0, answer);
  const gateway: WorldGateway = Object.assign(plain, {
    asked,
    instead: undefined,
    isProtected: () => true,
    count: (method: string) => asked.filter(({ rpc }) => rpc.method === method).length,
  });
  t.after(() => gateway.stop());
  return gateway;
}

async function read(request: Request): Promise<Asked> {
  const text = await request.clone().text();
  const { headers, method, url } = request;
  return {
    method,
    path: new URL(url).pathname,
    search: new URL(url).search,
    text,
    bearer: headers.get("authorization")?.replace(/^Bearer /, ""),
    headers,
    rpc: text.startsWith("{") ? JSON.parse(text) : {},
  };
}
