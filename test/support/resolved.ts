import { type ResolvedGateway, resolveConnection } from "../../src/connections/resolvedConnection.ts";
import type { GatewaySettings } from "../../src/connections/settings/readGatewaySettings.ts";
import { defaultRedirect } from "../../src/connections/settings/redirectUriSettings.ts";
import type { Authorization } from "../../src/oauth/signIn/recordedAuthorization.ts";
import { FakeRedirect } from "./fakePorts.ts";

/** A gateway with these settings and a redirect without sockets. */
export function resolvedGateway(settings: Partial<GatewaySettings> = {}): ResolvedGateway {
  const all = { redirect: defaultRedirect, ...settings };
  return {
    settings: all,
    flow: all.signIn === undefined || all.signIn === "aws" ? "browser" : all.signIn,
    redirect: new FakeRedirect(),
  };
}

/** A connection with these settings, written as in `gatewayConnect.gateways`. */
export function resolvedConnection(authorization: Authorization, settings: Readonly<Record<string, unknown>> = {}) {
  const url = "https://gw.example.com/mcp";
  const world = { settings: () => ({ gateways: { [url]: settings }, shared: {} }), redirect: () => new FakeRedirect() };
  const resolved = resolveConnection({ url, authorization }, world);
  if (!resolved) throw new Error("the gateway asks nobody to sign in");
  return resolved;
}
