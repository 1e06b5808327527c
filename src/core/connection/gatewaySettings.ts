import { GatewayFailure } from "../failure.ts";

/**
 * What a person or their platform team may set for one gateway, in `gatewayConnect.gateways` under its address.
 * Whatever is absent is found by discovery or asked for.
 */
export interface GatewaySettings {
  readonly clientId?: string;
  readonly issuer?: string;
  readonly scopes?: readonly string[];
  /** A resource indicator to use instead of the metadata's, or `false` to send none. */
  readonly resource?: string | false;
  /** The audience a token must have to be kept. */
  readonly audience?: string;
  /** The address of a client ID metadata document that the company publishes. */
  readonly clientMetadataUrl?: string;
  readonly redirect: RedirectSettings;
}

/** Where the browser comes back to. Identity providers compare it exactly, so it is configurable to the letter. */
export interface RedirectSettings {
  /** Tried in this order, the one used last first. */
  readonly ports: readonly number[];
  readonly path: string;
  readonly host: string;
}

/** What AWS's guide registers, so that who followed it need change nothing at the identity provider. */
export const defaultRedirect: RedirectSettings = {
  ports: [3334, 3335, 3336],
  path: "/oauth/callback",
  host: "localhost",
};

/** The redirect URI of one port. */
export const redirectUri = (settings: RedirectSettings, port: number): string =>
  `http://${settings.host}:${port}${settings.path}`;

/**
 * Reads the settings of one gateway.
 *
 * @param gateways the value of `gatewayConnect.gateways`
 * @param shared the values of `gatewayConnect.redirectPorts`, `redirectPath` and `redirectHost`
 * @param url the gateway's address, compared without trailing slash
 * @throws GatewayFailure `setting_invalid`, naming the one that cannot be used
 */
export function readGatewaySettings(
  gateways: unknown,
  shared: { readonly ports?: unknown; readonly path?: unknown; readonly host?: unknown },
  url: string,
): GatewaySettings {
  const entry = entryFor(gateways, url);
  const redirect: RedirectSettings = {
    ports: ports(entry.redirectPorts ?? shared.ports) ?? defaultRedirect.ports,
    path: path(entry.redirectPath ?? shared.path) ?? defaultRedirect.path,
    host: host(entry.redirectHost ?? shared.host) ?? defaultRedirect.host,
  };
  const clientId = text(entry, "clientId");
  const issuer = text(entry, "issuer");
  const audience = text(entry, "audience");
  const clientMetadataUrl = text(entry, "clientMetadataUrl");
  const resource = entry.resource === false ? false : text(entry, "resource");
  const scopes = entry.scopes;
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every((scope) => typeof scope === "string"))) {
    throw invalid("gateways › scopes", scopes);
  }
  return {
    redirect,
    ...(clientId !== undefined && { clientId }),
    ...(issuer !== undefined && { issuer }),
    ...(audience !== undefined && { audience }),
    ...(clientMetadataUrl !== undefined && { clientMetadataUrl }),
    ...(resource !== undefined && { resource }),
    ...(scopes !== undefined && { scopes: scopes as string[] }),
  };
}

function entryFor(gateways: unknown, url: string): Record<string, unknown> {
  if (typeof gateways !== "object" || gateways === null) return {};
  const wanted = url.replace(/\/$/, "");
  const found = Object.entries(gateways).find(([key]) => key.replace(/\/$/, "") === wanted)?.[1];
  if (found === undefined) return {};
  if (typeof found !== "object" || found === null) throw invalid("gateways", found);
  return found as Record<string, unknown>;
}

function text(entry: Record<string, unknown>, name: string): string | undefined {
  const value = entry[name];
  if (value === undefined || value === "") return undefined;
  if (typeof value !== "string") throw invalid(`gateways › ${name}`, value);
  return value;
}

function ports(value: unknown): number[] | undefined {
  if (value === undefined) return undefined;
  const valid = (port: unknown): boolean => Number.isInteger(port) && (port as number) > 0 && (port as number) < 65536;
  if (!Array.isArray(value) || value.length === 0 || !value.every(valid)) throw invalid("redirectPorts", value);
  return value as number[];
}

function path(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string" || !/^\/[A-Za-z0-9._~/-]*$/.test(value)) throw invalid("redirectPath", value);
  return value;
}

/** Only names of this machine: anything else would carry the code over the network. */
function host(value: unknown): string | undefined {
  if (value === undefined) return undefined;
  if (value !== "localhost" && value !== "127.0.0.1" && value !== "[::1]") throw invalid("redirectHost", value);
  return value;
}

const invalid = (setting: string, found: unknown): GatewayFailure =>
  new GatewayFailure("setting_invalid", { setting: `gatewayConnect.${setting}`, found: JSON.stringify(found) });
