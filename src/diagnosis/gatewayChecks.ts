import { awsFailure } from "../agentcore/refusals.ts";
import { asFailure } from "../failures/failure.ts";
import { isSecureUrl, parseUrl } from "../lib/secureUrl.ts";
import type { Challenge } from "../oauth/discovery/challenge.ts";
import { type ProbedGateway, probeGateway } from "../oauth/discovery/probeGateway.ts";
import type { AccessCheck, AccessSection } from "./accessReport.ts";
import { type AccessWorld, type AskedAccess, toGateway } from "./askedAccess.ts";
import { checkOfFailure } from "./checkOfFailure.ts";
import { askHarmlessly, type HarmlessKind } from "./harmlessRequest.ts";

export interface FoundGateway {
  readonly section: AccessSection;
  /** What answers at the address; undefined where nothing does that could be a gateway. */
  readonly probed: ProbedGateway | undefined;
  /** What it asks for a token first; undefined where it serves everybody, as far as can be seen without harm. */
  readonly asks: HarmlessKind | undefined;
}

/** Whether a gateway answers at the address, safely, and asks for a token as the standards say. */
export async function gatewayChecks({ gateway }: AskedAccess, world: AccessWorld): Promise<FoundGateway> {
  const checks: AccessCheck[] = [];
  const url = parseUrl(gateway.url);
  const safe = url !== undefined && isSecureUrl(url);
  checks.push({
    what: "A token may be sent to this address",
    state: safe ? "passed" : "failed",
    expected: "https, or http on this machine",
    found: gateway.url,
    ...(!safe && { fix: "Use the https address of the gateway." }),
  });
  const first = safe ? await probe(url, checks, world) : undefined;
  const found = safe && first?.kind === "open" ? await asksForCalls(url, checks, world) : first;
  if (found?.kind === "protected") checks.push(challengeCheck(found.challenge));
  const asks = found?.kind !== "protected" ? undefined : first?.kind === "open" ? "call" : "ping";
  return { section: { id: "gateway", title: "The gateway", checks }, probed: found, asks };
}

/** Whether a gateway that answers everybody at first asks for a token when a tool is called. */
async function asksForCalls(url: URL, checks: AccessCheck[], world: AccessWorld): Promise<ProbedGateway> {
  const what = "It asks for a token";
  const answer = await askHarmlessly(url, { kind: "call" }, world).catch(() => undefined);
  world.signal.throwIfAborted();
  if (answer?.kind === "refused" && (answer.status === 401 || answer.challenge)) {
    checks.push({ what, state: "note", found: "not before a tool is called: it answers everything else to everybody" });
    return { kind: "protected", url, challenge: answer.challenge };
  }
  const found =
    answer?.kind === "taken"
      ? "not so far: it answered everybody, a call of a tool that nobody has too"
      : "not so far: it answered everybody, and a call of a tool could not be tried";
  checks.push({ what, state: "note", found });
  return { kind: "open", url };
}

async function probe(url: URL, checks: AccessCheck[], world: AccessWorld): Promise<ProbedGateway | undefined> {
  const what = "An MCP gateway answers, over a connection that is trusted";
  try {
    const probed = await probeGateway([url], { ...toGateway(world, url), ruleOf: awsFailure });
    const how = url.protocol === "https:" ? "yes, with a trusted certificate" : "yes, on this machine";
    checks.push({ what, state: "passed", found: how });
    return probed;
  } catch (error) {
    world.signal.throwIfAborted();
    checks.push(checkOfFailure(what, asFailure(error)));
    return undefined;
  }
}

function challengeCheck(challenge: Challenge | undefined): AccessCheck {
  const what = "It asks for a token and says where to get one (RFC 9728, 5.1)";
  const expected = "401, and resource_metadata in WWW-Authenticate";
  if (!challenge) {
    const found = "no Bearer challenge; the metadata is looked for at its usual places";
    return { what, state: "note", expected, found };
  }
  const { resourceMetadata, scopes } = challenge;
  const found = [
    `resource_metadata ${resourceMetadata ?? "not named"}`,
    `scope ${scopes.length > 0 ? scopes.join(" ") : "not named"}`,
  ].join("; ");
  return { what, state: resourceMetadata === undefined ? "note" : "passed", expected, found };
}
