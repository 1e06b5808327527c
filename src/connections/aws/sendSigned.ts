import { awsFailure } from "../../agentcore/refusals.ts";
import type { AwsAccounts } from "../../aws/awsAccounts.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { type HttpAnswer, type HttpFetch, type HttpRequest, withText, wordsOf } from "../../lib/httpPort.ts";
import { parseChallenge } from "../../oauth/discovery/challenge.ts";
import { gatewayNetworkFailure } from "../../oauth/discovery/networkFailure.ts";
import type { Connection } from "../connection.ts";
import type { GatewaySettings } from "../settings/readGatewaySettings.ts";
import { awsSigningOf } from "./awsSigning.ts";

export interface RequestToSign extends HttpRequest {
  readonly url: string | URL;
}

export interface SignedGateway {
  readonly connection: Connection;
  readonly settings: GatewaySettings;
}

/**
 * Sends a signed request to the gateway of a connection.
 *
 * @param fetch the way to it
 * @throws GatewayFailure `sign_in_needed`, `endpoint_insecure`, `aws_region_needed`, `aws_permission_missing`, `aws_token_needed`, `gateway_unreachable`, `tls_failed`, those of the
 *   credentials and of their signature
 */
export async function sendSigned(
  { url, ...request }: RequestToSign,
  { connection, settings }: SignedGateway,
  { accounts, fetch }: { readonly accounts: Pick<AwsAccounts, "fetch">; readonly fetch: HttpFetch },
): Promise<HttpAnswer> {
  const { name, url: gateway, sessionId } = connection;
  if (sessionId === undefined) throw new GatewayFailure("sign_in_needed", { gateway: name });
  if (new URL(url).origin !== new URL(gateway).origin) {
    throw new GatewayFailure("endpoint_insecure", { name: "the gateway's address", url: String(url) });
  }
  const signing = awsSigningOf(connection, settings);
  const send: HttpFetch = async (to, init = {}) => {
    try {
      return await fetch(to, init);
    } catch (error) {
      if (init.signal?.aborted) throw error;
      throw gatewayNetworkFailure(to, error);
    }
  };
  const answer = await accounts.fetch(signing, url, request, send);
  return answer.status === 401 || answer.status === 403 ? await orRefusal(String(url), answer) : answer;
}

/** AWS's own reasons have codes; what it says of a policy engine or a session is for the relay to read. */
async function orRefusal(url: string, answer: HttpAnswer): Promise<HttpAnswer> {
  const { status, headers, body } = answer;
  const text = (await wordsOf(body)) ?? "";
  const failure = awsFailure({ url, status, text });
  if (failure?.code === "aws_permission_missing") throw failure;
  const isForTokens = parseChallenge(headers.get("www-authenticate")) !== undefined;
  if (isForTokens || failure?.code === "aws_signature_needed") throw new GatewayFailure("aws_token_needed", { url });
  return withText(answer, text);
}
