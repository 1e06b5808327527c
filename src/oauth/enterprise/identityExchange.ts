import * as oauth from "oauth4webapi";
import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import { clientAuthentication } from "../tokens/clientAuthentication.ts";
import { type AskedEndpoint, askingOnce, oauthClient, requestToken, whenServed } from "../tokens/tokenEndpoint.ts";
import type { GrantWorld } from "../tokens/tokenRequests.ts";
import { checkAssertion } from "./identityAssertion.ts";

/** What an assertion is asked for, and for whom. */
export interface AskedAssertion {
  /** The person's, from the identity provider that is asked. */
  readonly idToken: string;
  /** The gateway's authorization server, and the client there: who will take the assertion, and from whom. */
  readonly gateway: AskedEndpoint;
  readonly resource: string | undefined;
  readonly scopes: readonly string[];
}

/** An assertion. It is good for one redemption, a few minutes long, and kept nowhere. */
export interface IdentityAssertion {
  readonly text: string;
  /** The scopes that it is for, as its issuer spells them. */
  readonly scopes: readonly string[];
}

const TOKEN_TYPE = "urn:ietf:params:oauth:token-type:";
const ID_JAG = `${TOKEN_TYPE}id-jag`;

/**
 * Exchanges a person's ID token for an assertion to a gateway's authorization server (RFC 8693, 2.1;
 * draft-ietf-oauth-identity-assertion-authz-grant, 4): the first of the two steps.
 *
 * @throws GatewayFailure `enterprise_policy_refused`, `identity_assertion_invalid`, `token_response_invalid`,
 *   `token_endpoint_unreachable`, `credential_unreadable`
 */
export async function requestAssertion(
  identityProvider: AskedEndpoint,
  asked: AskedAssertion,
  world: GrantWorld & { readonly now: () => number },
): Promise<IdentityAssertion> {
  const { server, client } = identityProvider;
  const { idToken, gateway, resource, scopes } = asked;
  const parameters = {
    requested_token_type: ID_JAG,
    subject_token: idToken,
    subject_token_type: `${TOKEN_TYPE}id_token`,
    audience: gateway.server.issuer,
    ...(resource !== undefined && { resource }),
    ...(scopes.length > 0 && { scope: scopes.join(" ") }),
  };
  const authentication = await clientAuthentication(client, world.readCredential);
  const options = askingOnce(server, world);
  const exchange = () =>
    oauth.genericTokenEndpointRequest(server, oauthClient(client), authentication, TOKEN_EXCHANGE, parameters, options);
  const send = () => whenServed(exchange, world.signal);
  const read = async (answer: Response) => {
    // Throws for an error of OAuth. Of what is granted every member is looked at here: no token type is one of a token to send.
    if (!answer.ok) return await oauth.processGenericTokenEndpointResponse(server, oauthClient(client), answer);
    const members = (await answer.json()) as oauth.TokenEndpointResponse;
    if (typeof members.access_token !== "string" || members.access_token === "") throw new Error("no assertion");
    return members;
  };
  const answer = await requestToken(identityProvider, { send, read }, world.signal).catch((failure: unknown) => {
    throw isFailure(failure, "token_refused") ? refused(failure, { identityProvider, asked }) : failure;
  });
  checkAnswer(server.issuer, answer);
  const { subject_types_supported: subjects } = server;
  checkAssertion(answer.access_token, {
    ...{ issuer: server.issuer, audience: gateway.server.issuer, clientId: gateway.client.clientId },
    ...{ resource, idToken, now: world.now() },
    isPairwise: Array.isArray(subjects) && subjects.includes("pairwise"),
  });
  const granted = answer.scope?.split(" ").filter((scope) => scope !== "");
  return { text: answer.access_token, scopes: granted ?? scopes };
}

const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

/** RFC 8693, 2.2.1: an answer says what it issued, and that it is no access token. */
function checkAnswer(issuer: string, answer: oauth.TokenEndpointResponse): void {
  const { issued_token_type: issued = "nothing", token_type: type } = answer;
  const invalid = (part: string, expected: string, found: unknown) =>
    new GatewayFailure("identity_assertion_invalid", { issuer, part, expected, found: String(found) });
  if (issued !== ID_JAG) throw invalid("issued_token_type", ID_JAG, issued);
  if (type.toLowerCase() !== "n_a") throw invalid("token_type", "N_A", type);
}

function refused(
  { facts }: GatewayFailure<"token_refused">,
  { identityProvider, asked }: { readonly identityProvider: AskedEndpoint; readonly asked: AskedAssertion },
): GatewayFailure {
  const { clientId } = identityProvider.client;
  const { scopes, gateway } = asked;
  return new GatewayFailure("enterprise_policy_refused", {
    ...facts,
    ...{ audience: gateway.server.issuer, clientId, scopes },
  });
}
