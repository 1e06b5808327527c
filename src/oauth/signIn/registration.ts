import * as oauth from "oauth4webapi";
import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import type { AuthorizationServer } from "../discovery/authorizationServer.ts";
import { downAnswer, isDown } from "../discovery/serverDown.ts";
import type { ClientIdentity } from "../tokens/clientIdentity.ts";
import { bodyWords } from "../tokens/providerWords.ts";
import { errorCode, requestOptions, unansweredFailure } from "../tokens/tokenEndpoint.ts";

/** A client that can keep no secret (RFC 6749, 2.1). */
export const publicClient = (clientId: string): ClientIdentity => ({ clientId, authMethod: "none" });

/** What to register for. */
export interface RegistrationRequest {
  readonly redirectUris: readonly string[];
  /** Grants besides the authorization code, as far as the provider offers them. */
  readonly moreGrants: readonly string[];
}

/**
 * Registers a client (RFC 7591). Where something of the request is refused, it is asked for once more with the least that a
 * sign-in in the browser needs: some providers refuse a grant type that they advertise, or a member that they do not know.
 *
 * @throws GatewayFailure `registration_refused`, `authorization_server_down`, `token_endpoint_unreachable`, `answer_too_large`
 */
export async function register(
  server: AuthorizationServer,
  { redirectUris, moreGrants }: RegistrationRequest,
  world: { readonly fetch: HttpFetch; readonly signal?: AbortSignal },
): Promise<ClientIdentity> {
  const least = {
    client_name: "Gateway Connect",
    redirect_uris: [...redirectUris],
    grant_types: ["authorization_code", "refresh_token"],
    token_endpoint_auth_method: "none",
  };
  const offered = server.grant_types_supported ?? [];
  const wanted = {
    ...least,
    // A native application: loopback redirect, no secret it could keep (RFC 8252, 8.4 and 8.5).
    application_type: "native",
    grant_types: [...least.grant_types, ...moreGrants.filter((grant) => offered.includes(grant))],
    response_types: ["code"],
  };
  const first = await ask(server, wanted, world);
  if (!isFailure(first)) return first;
  // A redirect URI and a token that is missing would be refused again (RFC 7591, 3.2.2).
  const { status, error } = first.facts;
  const mayBeOptional = [400, 422].includes(status) && error !== "invalid_redirect_uri";
  const second = mayBeOptional ? await ask(server, least, world) : first;
  if (!isFailure(second)) return second;
  throw first;
}

async function ask(
  server: AuthorizationServer,
  metadata: Parameters<typeof oauth.dynamicClientRegistrationRequest>[1],
  world: { readonly fetch: HttpFetch; readonly signal?: AbortSignal },
): Promise<ClientIdentity | GatewayFailure<"registration_refused">> {
  let response: Response;
  try {
    response = await oauth.dynamicClientRegistrationRequest(server, metadata, requestOptions(server, world));
  } catch (error) {
    world.signal?.throwIfAborted();
    throw unansweredFailure(server, server.registration_endpoint, error);
  }
  const { status } = response;
  const body = await response.text().catch(() => "");
  const answer = membersOf(body);
  world.signal?.throwIfAborted();
  if (response.ok && typeof answer.client_id === "string" && answer.client_id !== "") {
    return clientIdentity(answer.client_id, answer.client_secret, answer.token_endpoint_auth_method);
  }
  const { issuer, registration_endpoint: url = issuer } = server;
  if (isDown(status)) {
    const facts = { issuer, ...downAnswer(url, response), ...bodyWords(response, body) };
    throw new GatewayFailure("authorization_server_down", facts);
  }
  return new GatewayFailure("registration_refused", {
    issuer,
    status,
    error: typeof answer.error === "string" ? errorCode(answer.error) : "an unreadable answer",
    ...bodyWords(response, body, String(answer.error)),
  });
}

/**
 * The client as the provider registered it. RFC 7591, 3.2.1 lets the provider choose another method than the one asked
 * for; left out, a secret is sent as Basic (section 2).
 */
function clientIdentity(clientId: string, secret: unknown, method: unknown): ClientIdentity {
  if (typeof secret !== "string" || secret === "" || method === "none") return publicClient(clientId);
  const authMethod = method === "client_secret_post" ? "client_secret_post" : "client_secret_basic";
  return { clientId, clientSecret: secret, authMethod };
}

/**
 * The fields of the answer, none where it is not a JSON object. It is read by hand, since many providers answer 200 in
 * place of 201 or leave out `client_secret_expires_at`, which oauth4webapi does not accept.
 */
function membersOf(text: string): Readonly<Record<string, unknown>> {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === "object" && body !== null ? { ...body } : {};
  } catch {
    return {};
  }
}
