import * as oauth from "oauth4webapi";
import { responseFetch } from "../../lib/askServer.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { requestPolicies } from "../../lib/limits.ts";
import { isLoopback, parseUrl } from "../../lib/secureUrl.ts";
import type { Introspection } from "./beyondAgentCore.ts";
import type { Outage } from "./outage.ts";

/** The issuer did not answer, which says nothing about the token. */
export class IntrospectionUnavailable extends Error {}

/**
 * Asks whether a token is still active.
 *
 * @throws IntrospectionUnavailable
 */
export type Introspect = (token: string, at: Introspection) => Promise<boolean>;

/**
 * Asks the issuer's introspection endpoint (RFC 7662, 2) about every request. A cached answer would accept a token
 * after it was revoked.
 */
export function introspection(world: { readonly fetch: HttpFetch; readonly outage?: Outage }): Introspect {
  return async (token, { endpoint, clientId, clientSecret }) => {
    const url = parseUrl(endpoint);
    if (url === undefined) throw new IntrospectionUnavailable("the introspection endpoint is no URL");
    const server = { issuer: url.origin, introspection_endpoint: endpoint };
    const client = { client_id: clientId };
    try {
      const options = {
        [oauth.customFetch]: responseFetch(requestPolicies.introspection, world),
        [oauth.allowInsecureRequests]: isLoopback(url.hostname),
        additionalParameters: { token_type_hint: "access_token" },
      };
      const proof = oauth.ClientSecretBasic(clientSecret);
      const response = await oauth.introspectionRequest(server, client, proof, token, options);
      const { active } = await oauth.processIntrospectionResponse(server, client, response);
      world.outage?.worked();
      return active;
    } catch {
      // No cause: the library's error may contain the request, with the token and the secret.
      const at = `${url.origin}${url.pathname}`;
      const unavailable = new IntrospectionUnavailable(`${at} did not say whether the token is active`);
      world.outage?.failed(unavailable);
      throw unavailable;
    }
  };
}
