import { type AskedWorld, askServer } from "../../lib/askServer.ts";
import { isTooLarge } from "../../lib/httpPort.ts";
import { isJsonObject, type JsonObject } from "../../lib/json/jsonObject.ts";
import { requestPolicies } from "../../lib/limits.ts";
import { gatewayNetworkFailure, isTlsError } from "./networkFailure.ts";
import { downAnswer, isDown, type Unserved } from "./serverDown.ts";

/**
 * The metadata at `url` (RFC 8414, RFC 9728, OpenID Connect discovery), or undefined where there is none. White space round what
 * its members say is not there: no address, scope or name of an algorithm begins or ends with any, and who writes lists of them
 * into a variable leaves it behind. All else stays as it is, since issuers are compared exactly (RFC 8414, 3.3).
 *
 * A redirect is followed within the same origin only: elsewhere it could lead to plain http or into a network that the
 * server itself cannot reach, and the address in our failures would not be the one that was read.
 *
 * @param onUnserved told of a request that brought no answer, or one of a server that is down
 * @throws GatewayFailure `tls_failed`, `answer_too_large`
 */
export async function fetchMetadata(
  url: URL,
  world: AskedWorld,
  onUnserved: (why: Unserved) => void = () => {},
): Promise<JsonObject | undefined> {
  try {
    const answer = await askServer({ url, headers: { accept: "application/json" } }, requestPolicies.metadata, world);
    if (answer.status !== 200) {
      await answer.cancel();
      if (isDown(answer.status)) onUnserved({ kind: "down", answer: downAnswer(url.href, answer) });
      return undefined;
    }
    const body: unknown = await answer.json();
    return isJsonObject(body) ? trimmed(body) : undefined;
  } catch (error) {
    world.signal?.throwIfAborted();
    // No other place on that host would do better, and only this reason tells people what to do.
    if (isTlsError(error) || isTooLarge(error)) throw gatewayNetworkFailure(url, error);
    // What is no JSON is an answer all the same.
    if (!(error instanceof SyntaxError)) onUnserved({ kind: "unanswered", error });
    return undefined;
  }
}

function trimmed(document: JsonObject): JsonObject {
  const text = (value: unknown): unknown => (typeof value === "string" ? value.trim() : value);
  const members = Object.entries(document);
  return Object.fromEntries(
    members.map(([name, value]) => [name, Array.isArray(value) ? value.map(text) : text(value)]),
  );
}
