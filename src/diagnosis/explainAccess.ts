import { scopesWanted } from "../connections/discovery/discoverGateway.ts";
import { english } from "../failures/translate.ts";
import { proofOffer } from "../oauth/discovery/proofOffer.ts";
import { isRenewable, sentToken } from "../oauth/tokens/tokenSet.ts";
import { accessOutcome } from "./accessOutcome.ts";
import type { AccessReport, AccessSection } from "./accessReport.ts";
import { agentCheck } from "./agentCheck.ts";
import { answerChecks } from "./answerChecks.ts";
import type { AccessWorld, AskedAccess } from "./askedAccess.ts";
import { gatewayChecks } from "./gatewayChecks.ts";
import { judgedToken } from "./judgedToken.ts";
import { nameCheck } from "./nameCheck.ts";
import { clockSection, observedClocks } from "./observedClocks.ts";
import { providerChecks } from "./providerChecks.ts";
import { setChecks } from "./setChecks.ts";
import { signedAccess } from "./signedAccess.ts";
import { signInChecks } from "./signInChecks.ts";
import { tokenChecks } from "./tokenChecks.ts";
import { withoutSecrets } from "./withoutSecrets.ts";

/**
 * Explains why a gateway lets somebody in or does not: everything on the way from its address to its answer, rule by
 * rule, expected beside found.
 *
 * It looks and changes nothing: no token is renewed, nobody is signed in, no session is opened. What is wrong is
 * returned; it throws nothing but the reason of `world.signal`, when that is aborted. The token goes to the gateway and
 * to nobody else, and neither it nor what it says about its person is in the report.
 */
export async function explainAccess(asked: AskedAccess, outside: AccessWorld): Promise<AccessReport> {
  if (asked.signed) return await signedAccess(asked, asked.signed, outside);
  const clocks = observedClocks(outside);
  const world = { ...outside, ...clocks.outgoing };
  const { say = english } = world;
  const { gateway, tokens } = asked;
  const at = world.now();

  const { section, probed, asks } = await gatewayChecks(asked, world);
  const gatewaySection = { ...section, checks: [...section.checks, ...setChecks(asked, say)] };
  const finish = (sections: readonly AccessSection[], letIn?: boolean): AccessReport => {
    const isOpen = probed?.kind === "open";
    const renewable = tokens !== undefined && isRenewable(tokens);
    const outcome = accessOutcome(
      sections,
      { letIn, hasToken: tokens !== undefined, isOpen, isRenewable: renewable },
      say,
    );
    return withoutSecrets({ gateway, at, letIn, outcome, sections }, tokens);
  };
  // Who signed in to it met a request for a token somewhere.
  if (probed?.kind === "open" && !asked.connection) {
    const names: AccessSection = {
      id: "signIn",
      title: say("In this editor"),
      checks: [...(await nameCheck(asked, world)), ...agentCheck(asked, world)],
    };
    const clock = clockSection(clocks, [[say("the gateway"), gateway.url]], say);
    return finish([gatewaySection, clock, ...(names.checks.length > 0 ? [names] : [])]);
  }

  const challenge = probed?.kind === "protected" ? probed.challenge : undefined;
  const { section: providerSection, provider, server, resource } = await providerChecks(asked, challenge, world);
  const challenged = challenge?.scopes ?? [];
  const wanted = scopesWanted(challenge, resource);
  const signInSection = await signInChecks(
    asked,
    { provider, server, wanted, offer: proofOffer(challenge, resource) },
    world,
  );
  const found = tokenChecks(asked, provider, at, say);
  const sections = (...more: readonly AccessSection[]): readonly AccessSection[] => [
    gatewaySection,
    providerSection,
    clockSection(
      clocks,
      [
        [say("the gateway"), gateway.url],
        [say("the identity provider"), server?.issuer],
      ],
      say,
    ),
    signInSection,
    found.section,
    ...more,
  ];
  const { text } = found;
  if (!tokens || text === undefined) return finish(sections());

  const judged = await judgedToken(
    { asked, text, decoded: found.decoded, provider, server, resource, challenged },
    world,
  );
  if (!probed) return finish(sections(judged.section));
  const answer = await answerChecks(
    asked,
    { token: sentToken(tokens, asked.bearerToken), judged, provider, asks },
    world,
  );
  return finish(sections(judged.section, answer.section), answer.letIn);
}
