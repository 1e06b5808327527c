import * as oauth from "oauth4webapi";
import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import { reachOf } from "../../lib/networkPlace.ts";
import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";
import { clientAuthentication } from "../tokens/clientAuthentication.ts";
import { bodyWords } from "../tokens/providerWords.ts";
import { deviceAnswer } from "../tokens/tokenAnswer.ts";
import { errorCode, oauthClient, refusalFacts, requestOptions, unansweredFailure } from "../tokens/tokenEndpoint.ts";
import { requestByDeviceCode } from "../tokens/tokenRequests.ts";
import { providerSpecificParameters, type SignInOutcome, type SignInWorld } from "./browserSignIn.ts";
import { type DeviceCode, offersDeviceCode } from "./deviceCode.ts";
import { exchangeSignal } from "./exchangeSignal.ts";
import type { SignInRequest } from "./signInRequest.ts";
import { toTokenSet } from "./toTokenSet.ts";

export interface DeviceWorld extends Pick<SignInWorld, "fetch" | "now" | "log" | "signal" | "readCredential"> {
  readonly showCode: (code: DeviceCode) => void;
  /** Waits; ends early, without an error, when the signal aborts. */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** What people are asked to type: letters, digits and what groups them (RFC 8628, 6.1). Anything else could be a message. */
const userCodes = /^(?=.*[A-Za-z0-9])[A-Za-z0-9 ._-]{1,32}$/;

/**
 * Signs a person in on whichever device they have (RFC 8628), for computers without a browser.
 *
 * @throws GatewayFailure `endpoint_missing` where the provider does not offer it, `access_denied`,
 *   `sign_in_timed_out`, `authorization_refused`, and those of `requestToken` and `toTokenSet`
 */
export async function signInByDevice(request: SignInRequest, world: DeviceWorld): Promise<SignInOutcome> {
  try {
    return await ask(request, world);
  } catch (error) {
    if (world.signal.aborted) return { kind: "cancelled" };
    throw error;
  }
}

async function ask(request: SignInRequest, world: DeviceWorld): Promise<SignInOutcome> {
  const { server, client, proofKey, resource } = request;
  const { signal } = world;
  signal.throwIfAborted();
  const given = await deviceCode(request, world);
  const minutes = Math.max(1, Math.round(given.expires_in / 60));
  const end = world.now() + given.expires_in * 1000;
  world.showCode({
    userCode: given.user_code,
    verificationUri: new URL(given.verification_uri).href,
    minutes,
    ...(given.verification_uri_complete !== undefined && {
      completeUri: new URL(given.verification_uri_complete).href,
    }),
  });
  let pauseMs = (given.interval ?? 5) * 1000;
  const asking = { ...world, signal: exchangeSignal(signal) };
  for (;;) {
    await world.wait(pauseMs, signal);
    signal.throwIfAborted();
    if (world.now() >= end) throw new GatewayFailure("sign_in_timed_out", { minutes });
    try {
      const { device_code: deviceCode } = given;
      const answer = await requestByDeviceCode({ server, client, proofKey }, { deviceCode, resource }, asking);
      const tokens = await toTokenSet(request, answer, world);
      world.log.info("signed in", { issuer: server.issuer, account: tokens.account.label });
      return { kind: "signedIn", tokens };
    } catch (failure) {
      pauseMs = nextPause(failure, pauseMs, { issuer: server.issuer, minutes });
    }
  }
}

/**
 * RFC 8628, 3.5: `slow_down` adds five seconds for good, and a connection that fails doubles the pause.
 *
 * @throws GatewayFailure where asking again would not help
 */
function nextPause(failure: unknown, pauseMs: number, facts: { readonly issuer: string; readonly minutes: number }) {
  if (isFailure(failure, "token_endpoint_unreachable")) return Math.min(pauseMs * 2, 60_000);
  if (isFailure(failure, "token_response_invalid") && failure.facts.status >= 500) return Math.min(pauseMs * 2, 60_000);
  if (!isFailure(failure, "token_refused")) throw failure;
  switch (failure.facts.error) {
    case "authorization_pending":
      return pauseMs;
    case "slow_down":
      return pauseMs + 5_000;
    case "access_denied":
      throw new GatewayFailure("access_denied", {
        issuer: facts.issuer,
        ...(failure.facts.words !== undefined && { words: failure.facts.words }),
      });
    case "expired_token":
      throw new GatewayFailure("sign_in_timed_out", { minutes: facts.minutes });
    default:
      throw failure;
  }
}

async function deviceCode(request: SignInRequest, world: DeviceWorld): Promise<oauth.DeviceAuthorizationResponse> {
  const { server, client, scopes, resource } = request;
  const { issuer } = server;
  if (!offersDeviceCode(server)) {
    throw new GatewayFailure("endpoint_missing", { issuer, name: "device_authorization_endpoint" });
  }
  const authentication = await clientAuthentication(client, world.readCredential);
  let response: Response;
  try {
    response = await oauth.deviceAuthorizationRequest(
      server,
      oauthClient(client),
      authentication,
      {
        ...providerSpecificParameters(request),
        ...(scopes.length > 0 && { scope: scopes.join(" ") }),
        ...(resource !== undefined && { resource }),
      },
      requestOptions(server, world),
    );
  } catch (error) {
    world.signal.throwIfAborted();
    throw unansweredFailure(server, server.device_authorization_endpoint, error);
  }
  const answer = await deviceAnswer(response);
  let given: oauth.DeviceAuthorizationResponse;
  try {
    given = await oauth.processDeviceAuthorizationResponse(server, oauthClient(client), answer.clone());
  } catch (error) {
    // The library's errors carry the response, so they are translated and never kept as a cause.
    if (!(error instanceof oauth.ResponseBodyError)) {
      const words = bodyWords(response, await answer.text());
      throw new GatewayFailure("authorization_refused", { issuer, error: "an unreadable answer", ...words });
    }
    const facts = { issuer, error: errorCode(error.error), ...refusalFacts(response, error.error_description) };
    throw new GatewayFailure("authorization_refused", facts);
  }
  for (const uri of [given.verification_uri, given.verification_uri_complete]) {
    const url = uri === undefined ? undefined : parseUrl(uri);
    // A person is sent there to type their password, and nowhere that only their own computer reaches.
    const isSafe = url && isSecureUrl(url) && reachOf(new URL(issuer), url) !== "refused";
    if (uri !== undefined && !isSafe) {
      throw new GatewayFailure("endpoint_insecure", { name: "verification_uri", url: uri });
    }
  }
  if (!userCodes.test(given.user_code)) {
    throw new GatewayFailure("authorization_refused", { issuer, error: "a user_code that nobody could type" });
  }
  return given;
}
