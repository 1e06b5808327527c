import type { TestContext } from "node:test";
import { FakeAuthorizationServer } from "../../support/fakeAuthorizationServer.ts";
import { type ForwardProxy, startForwardProxy, testCertificate } from "../../support/forwardProxy.ts";
import { startGateway } from "../../support/relayGateways.ts";
import { makeComputer, type Standalone, startStandalone } from "../../support/standalone/startStandalone.ts";
import { startWebServer } from "../../support/webServer.ts";

/** What a company's proxy knows and this machine does not: the names are of nobody (RFC 6761, 6.2). */
const GATEWAY = "https://gateway.test/mcp";
export const ISSUER = "https://login.test";

/** The address of a proxy on this machine, as the environment has it. */
export const through = (port: number, credentials = ""): string => `http://${credentials}127.0.0.1:${port}`;

export interface Company {
  readonly proxy: ForwardProxy;
  /** Where MCP was asked for at the gateway: paths with their queries. */
  readonly paths: ReadonlySet<string>;
  readonly env: Readonly<Record<string, string>>;
  /** @param typed in place of the gateway's address */
  start(env: Readonly<Record<string, string>>, typed?: string): ReturnType<typeof startStandalone>;
}

export interface CompanyOptions {
  /** `name:password` of its proxy. */
  readonly credentials?: string;
  /** The only address at which the gateway serves MCP, at a host that `untrusted.pem` names. */
  readonly address?: string;
  /** What its metadata is about. */
  readonly resource?: string;
}

/** A gateway and an identity provider that only a proxy reaches, and a computer that trusts their certificates. */
export async function company(
  t: TestContext,
  { credentials, address = GATEWAY, resource = address }: CompanyOptions = {},
): Promise<Company> {
  const provider = new FakeAuthorizationServer(ISSUER);
  provider.answer.token = () => {
    provider.access.add("machine");
    return Response.json({ access_token: "machine", token_type: "Bearer", expires_in: 3600 });
  };
  const login = await startWebServer(async (request) => {
    const { method, headers } = request;
    const body = await request.text();
    const url = new URL(new URL(request.url).pathname, ISSUER);
    return await provider.fetch(url, { method, headers, ...(body !== "" && { body }) });
  });
  t.after(() => login.stop());
  const { hostname, pathname, origin } = new URL(address);
  const metadata = `${origin}/.well-known/oauth-protected-resource`;
  const paths = new Set<string>();
  const gateway = await startGateway("legacy", 0, ({ url, headers }) => {
    const asked = new URL(url);
    if (`${origin}${asked.pathname}` === metadata) {
      return Response.json({ resource, authorization_servers: [ISSUER] });
    }
    if (asked.pathname.startsWith("/.well-known/")) return new Response("not found", { status: 404 });
    paths.add(asked.pathname + asked.search);
    if (asked.pathname !== pathname) return new Response("not found", { status: 404 });
    if (headers.get("authorization") === "Bearer machine") return undefined;
    const challenge = `Bearer resource_metadata="${metadata}"`;
    return new Response("Unauthorized", { status: 401, headers: { "www-authenticate": challenge } });
  });
  t.after(() => gateway.stop());
  const ports = { [hostname]: new URL(gateway.url).port, "login.test": new URL(login.origin).port };
  const hosts = Object.fromEntries(Object.entries(ports).map(([host, port]) => [host, Number(port)]));
  const proxy = await startForwardProxy(t, { hosts, ...(credentials !== undefined && { credentials }) });
  const computer = makeComputer({});
  const running: Standalone[] = [];
  t.after(async () => {
    await Promise.all(running.map((one) => one.close()));
    computer.remove();
  });
  const env = { ...computer.env, NODE_EXTRA_CA_CERTS: testCertificate, SECRET: "marked-secret" };
  const signIn = ["--client-credentials", "--client-id", "app", "--client-secret", "env:SECRET"];
  return {
    proxy,
    paths,
    env,
    async start(more, typed = address) {
      const started = await startStandalone([typed, ...signIn], { ...env, ...more });
      running.push(started);
      return started;
    },
  };
}
