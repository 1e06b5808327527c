import { awsFailure } from "../agentcore/refusals.ts";
import { whereOffered } from "../agentcore/whereOffered.ts";
import { asFailure } from "../failures/failure.ts";
import { english, type Translate } from "../failures/translate.ts";
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
  const { say = english } = world;
  const checks: AccessCheck[] = [];
  const url = parseUrl(gateway.url);
  const safe = url !== undefined && isSecureUrl(url);
  checks.push({
    what: say("A token may be sent to this address"),
    state: safe ? "passed" : "failed",
    expected: say("https, or http on this machine"),
    found: gateway.url,
    ...(!safe && { fix: say("Use the https address of the gateway.") }),
  });
  const first = safe ? await probe(url, checks, world) : undefined;
  const found = safe && first?.kind === "open" ? await asksForCalls(url, checks, world) : first;
  if (found?.kind === "protected") checks.push(challengeCheck(found.challenge, say));
  const asks = found?.kind !== "protected" ? undefined : first?.kind === "open" ? "call" : "ping";
  return { section: { id: "gateway", title: say("The gateway"), checks }, probed: found, asks };
}

/** Whether a gateway that answers everybody at first asks for a token when a tool is called. */
async function asksForCalls(url: URL, checks: AccessCheck[], world: AccessWorld): Promise<ProbedGateway> {
  const { say = english } = world;
  const what = say("It asks for a token");
  const answer = await askHarmlessly(url, { kind: "call" }, world).catch(() => undefined);
  world.signal.throwIfAborted();
  if (answer?.kind === "refused" && (answer.status === 401 || answer.challenge)) {
    const found = say("not before a tool is called: it answers everything else to everybody");
    checks.push({ what, state: "note", found });
    return { kind: "protected", url, challenge: answer.challenge };
  }
  const found =
    answer?.kind === "taken"
      ? say("not so far: it answered everybody, a call of a tool that nobody has too")
      : say("not so far: it answered everybody, and a call of a tool could not be tried");
  checks.push({ what, state: "note", found });
  return { kind: "open", url };
}

async function probe(url: URL, checks: AccessCheck[], world: AccessWorld): Promise<ProbedGateway | undefined> {
  const { say = english } = world;
  const what = say("An MCP gateway answers, over a connection that is trusted");
  try {
    const probed = await probeGateway([url], { ...toGateway(world, url), ruleOf: awsFailure });
    const how = url.protocol === "https:" ? say("yes, with a trusted certificate") : say("yes, on this machine");
    checks.push({ what, state: "passed", found: how });
    return probed;
  } catch (error) {
    world.signal.throwIfAborted();
    checks.push(checkOfFailure(what, asFailure(whereOffered(error)), say));
    return undefined;
  }
}

function challengeCheck(challenge: Challenge | undefined, say: Translate): AccessCheck {
  const what = say("It asks for a token and says where to get one (RFC 9728, 5.1)");
  const expected = say("401, and resource_metadata in WWW-Authenticate");
  if (!challenge) {
    const found = say("no Bearer challenge; the metadata is looked for at its usual places");
    return { what, state: "note", expected, found };
  }
  const { resourceMetadata, scopes } = challenge;
  const found = say(
    "resource_metadata {0}; scope {1}",
    resourceMetadata ?? say("not named"),
    scopes.length > 0 ? scopes.join(" ") : say("not named"),
  );
  return { what, state: resourceMetadata === undefined ? "note" : "passed", expected, found };
}
