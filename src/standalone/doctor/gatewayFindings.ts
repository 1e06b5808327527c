import { discoverGateway } from "../../connections/discovery/discoverGateway.ts";
import { gatewayCandidates } from "../../connections/gatewayUrl.ts";
import { resolveGateway } from "../../connections/resolvedConnection.ts";
import { asFailure } from "../../failures/failure.ts";
import { type Finding, ok, problem } from "../../node/doctor/finding.ts";
import { plainAddress } from "../../node/doctor/networkFindings.ts";
import { loopbackRedirect } from "../../node/redirect/loopbackRedirect.ts";
import { environmentFetch } from "../../system/environmentFetch.ts";
import { regionIn } from "../inputs.ts";
import { terminalWords } from "../terminalWords.ts";

/** Whether a gateway answers, and where it wants people to sign in. It is asked without a token, and nobody signs in. */
export async function gatewayFindings(address: string, env: NodeJS.ProcessEnv): Promise<readonly Finding[]> {
  try {
    const candidates = await gatewayCandidates(address, () => regionIn(env));
    if (!candidates) {
      return [problem("Gateway", "its region is not known", "Set AWS_REGION, or give the whole address.")];
    }
    const settings = { gateways: {}, shared: {} };
    const pages = async (): Promise<never> => {
      throw new Error("nobody signs in here");
    };
    const world = { settings: () => settings, redirect: loopbackRedirect({ pages }) };
    const found = await discoverGateway(candidates, (url) => resolveGateway({ url }, world), {
      fetch: environmentFetch,
    });
    const answers = ok("Gateway", `${plainAddress(found.url) ?? "it"} answers`);
    if (found.kind === "open") return [answers, ok("Sign-in", "nobody is asked to")];
    return [
      answers,
      ok("Sign-in", `at ${plainAddress(found.server.issuer) ?? "an issuer without https"}, which answers`),
    ];
  } catch (error) {
    const failure = asFailure(error);
    const { title, detail, nextStep } = terminalWords(failure);
    return [problem("Gateway", `${title} ${detail} (${failure.code})`, nextStep)];
  }
}
