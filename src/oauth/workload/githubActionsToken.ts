import { GatewayFailure } from "../../failures/failure.ts";
import { askServer } from "../../lib/askServer.ts";
import { bearerHeader } from "../../lib/bearer.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import { requestPolicies } from "../../lib/limits.ts";
import { networkReason } from "../../lib/networkReason.ts";
import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";

const PLATFORM = "GitHub Actions";
/** Where a job asks for tokens, and with what. Both are set for jobs with the permission alone. */
const ADDRESS = "ACTIONS_ID_TOKEN_REQUEST_URL";
export const GITHUB_REQUEST_TOKEN = "ACTIONS_ID_TOKEN_REQUEST_TOKEN";

export interface GithubActionsWorld {
  /** The value of an environment variable. */
  readonly variable: (name: string) => Promise<string | undefined>;
  readonly fetch: HttpFetch;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Asks GitHub Actions for a token of the job that is running ("OpenID Connect reference", custom actions).
 *
 * @throws GatewayFailure `workload_platform_missing`, `workload_permission_missing`, `workload_platform_refused`
 */
export async function githubActionsToken(
  audience: string,
  { variable, fetch, signal }: GithubActionsWorld,
): Promise<string> {
  const [address, bearer] = [await variable(ADDRESS), await variable(GITHUB_REQUEST_TOKEN)];
  if (address === undefined || bearer === undefined) {
    // Every job has this one.
    if ((await variable("GITHUB_ACTIONS")) === "true") {
      throw new GatewayFailure("workload_permission_missing", { platform: PLATFORM, lacks: "id-token: write" });
    }
    const missing = [
      ...(address === undefined ? [ADDRESS] : []),
      ...(bearer === undefined ? [GITHUB_REQUEST_TOKEN] : []),
    ];
    throw new GatewayFailure("workload_platform_missing", { platform: PLATFORM, missing });
  }
  const refused = (reason: string) => new GatewayFailure("workload_platform_refused", { platform: PLATFORM, reason });
  const url = parseUrl(address);
  if (!url || !isSecureUrl(url)) throw refused(`${ADDRESS} is no https address`);
  url.searchParams.set("audience", audience);
  let answer: unknown;
  try {
    const headers = { authorization: bearerHeader(bearer), accept: "application/json" };
    const response = await askServer({ url, headers }, requestPolicies.tokens, { fetch, signal });
    if (!response.ok) {
      await response.cancel();
      throw refused(`HTTP ${response.status}`);
    }
    answer = await response.json();
  } catch (error) {
    signal?.throwIfAborted();
    // A parser's error could quote what it read.
    throw error instanceof SyntaxError ? refused("an answer that is no JSON") : orUnreachable(error, refused);
  }
  const value = isJsonObject(answer) ? answer.value : undefined;
  if (typeof value !== "string") throw refused("an answer without a token");
  return value;
}

const orUnreachable = (error: unknown, refused: (reason: string) => Error): unknown =>
  error instanceof GatewayFailure ? error : refused(networkReason(error).text);
