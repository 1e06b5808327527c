import { type AnyFailure, GatewayFailure, isFailure } from "../../failures/failure.ts";
import type { AskedWorld } from "../../lib/askServer.ts";
import { parseUrl } from "../../lib/secureUrl.ts";
import { metadataUrlAt } from "../../oauth/clientMetadata/ownClientMetadata.ts";
import {
  type AuthorizationServer,
  findAuthorizationServer,
  type NamedIssuer,
} from "../../oauth/discovery/authorizationServer.ts";
import { gatewayNetworkFailure } from "../../oauth/discovery/networkFailure.ts";
import { issuerToAsk } from "../../oauth/identityProviders/entraId.ts";
import type { GatewaySettings } from "../settings/readGatewaySettings.ts";

/**
 * The authorization server to sign in at, of those that a gateway names: the first that is usable and lets this program be
 * its client, else the first that is usable (RFC 9728, 7.6 leaves the choice to the client).
 *
 * @throws GatewayFailure of `findAuthorizationServer` for the first, `authorization_server_missing` where none is named
 */
export async function firstToServe(
  issuers: readonly string[],
  { settings, metadataUrl, ...named }: NamedIssuers,
  world: AskedWorld,
): Promise<AuthorizationServer> {
  let usable: AuthorizationServer | undefined;
  let first: unknown;
  for (const issuer of issuers) {
    try {
      const server = await findAuthorizationServer(issuerToAsk(issuer), world, named);
      if (issuers.length === 1 || takesClient(server, settings)) return server;
      usable ??= server;
    } catch (failure) {
      world.signal?.throwIfAborted();
      first ??= failure;
    }
  }
  if (usable) return usable;
  throw first ?? new GatewayFailure("authorization_server_missing", { metadataUrl });
}

/** Who named the issuers, and with which settings they are used. */
export interface NamedIssuers extends Pick<NamedIssuer, "namedBy" | "mayAskPrivate"> {
  readonly settings: GatewaySettings;
  readonly metadataUrl: string;
}

/** Whether this program is known there, or can become so without a person who asks an administrator. */
const takesClient = (server: AuthorizationServer, settings: GatewaySettings): boolean =>
  settings.clientId !== undefined ||
  server.registration_endpoint !== undefined ||
  metadataUrlAt(server, settings, []) !== undefined;

/** An authorization server that was found without metadata of its gateway. */
export interface OwnAuthorizationServer {
  readonly server: AuthorizationServer;
  /** Its endpoints have their default names, which nobody has said. What to tell where they turn out not to be there. */
  readonly guessed?: AnyFailure;
}

/**
 * The authorization server of a gateway that has no metadata of its own, as the MCP specification had it before there was
 * any: at the gateway's origin, with metadata (RFC 8414), or with endpoints by their default names (2025-03-26,
 * authorization, 2.3.2 and 2.3.3).
 *
 * It may be of any issuer of that origin. Metadata of another one is believed if that one says the same of itself: else a
 * gateway could have the code of somebody else's issuer sent to an endpoint of its own.
 *
 * @param unanswered why the gateway answered no question about its metadata, where it answered none
 * @param mayGuess whether the default names may be tried
 * @throws GatewayFailure of `findAuthorizationServer`, `resource_metadata_missing`
 */
export async function ownAuthorizationServer(
  gateway: URL,
  {
    tried,
    unanswered,
    mayGuess,
    mayAskPrivate,
  }: Pick<NamedIssuer, "mayAskPrivate"> & {
    readonly tried: readonly string[];
    readonly unanswered?: unknown;
    readonly mayGuess: boolean;
  },
  { toGateway, toIssuer }: { readonly toGateway: AskedWorld; readonly toIssuer: AskedWorld },
): Promise<OwnAuthorizationServer> {
  const { origin: issuer } = gateway;
  try {
    const ofOrigin = {
      speaksFor: (found: string) => parseUrl(found)?.origin === issuer,
      namedBy: gateway,
      mayAskPrivate,
    };
    return { server: await findAuthorizationServer(issuer, toGateway, ofOrigin) };
  } catch (failure) {
    if (isFailure(failure, "issuer_mismatch")) {
      const { found } = failure.facts;
      const named = { namedBy: gateway, mayAskPrivate };
      return { server: await findAuthorizationServer(found, toIssuer, named).catch(() => Promise.reject(failure)) };
    }
    // What is down there is the gateway, which has not said yet where to sign in.
    const isDownToo = isFailure(failure, "authorization_server_down") && unanswered !== undefined;
    if (!isDownToo && !isFailure(failure, "authorization_server_unreachable")) throw failure;
    const facts = { url: gateway.href, tried: [...tried, ...("tried" in failure.facts ? failure.facts.tried : [])] };
    // Who does not answer has said nothing about where to sign in, and may in a moment: nobody is asked for an issuer then.
    const missing =
      unanswered === undefined
        ? new GatewayFailure("resource_metadata_missing", facts)
        : gatewayNetworkFailure(gateway, unanswered);
    if (!mayGuess) throw missing;
    const server = {
      issuer,
      authorization_endpoint: `${issuer}/authorize`,
      token_endpoint: `${issuer}/token`,
      registration_endpoint: `${issuer}/register`,
    };
    return { server, guessed: missing };
  }
}

/**
 * Becomes a client of an authorization server. By registering it shows that endpoints are there whose names were guessed.
 *
 * @param register chooses the client
 * @throws GatewayFailure of `register`, or what is to be told of a guess that was wrong
 */
export async function orWrongGuess<T>(
  guessed: OwnAuthorizationServer["guessed"],
  register: () => Promise<T>,
): Promise<T> {
  try {
    return await register();
  } catch (failure) {
    const isWrong =
      isFailure(failure, "registration_refused") ||
      isFailure(failure, "token_endpoint_unreachable") ||
      // Servers were seen to answer so at whatever they do not know.
      isFailure(failure, "authorization_server_down");
    throw isWrong && guessed ? guessed : failure;
  }
}
