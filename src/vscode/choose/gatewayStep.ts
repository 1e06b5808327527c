import type { GatewayDetail, ListedGateway } from "../../agentcore/controlPlane/gatewayRecords.ts";
import { chosenGateway } from "../../connections/aws/chosenGateway.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";
import { type AwsQuestion, askOfAws, keptItems } from "./askOfAws.ts";
import { apiWorld, type ChooserWorld, type Place, type Step } from "./chooserWorld.ts";
import { type LookedAt, lookAt } from "./lookAt.ts";
import { type Way, waysIn } from "./waysIn.ts";

/** States in which a gateway takes requests: while it is changed it goes on as it was. */
const serving: ReadonlySet<string> = new Set(["READY", "UPDATING", "UPDATE_UNSUCCESSFUL"]);

/** Shows a gateway with its state, its rules and its targets, and asks how to connect it. */
export function gatewayStep(listed: ListedGateway, place: Place, world: ChooserWorld): Step {
  let looked: LookedAt | undefined;
  const ways = keptItems(async (signal) => {
    looked = await lookAt(listed, await apiWorld(place, signal, world));
    refuseUnusable(looked.detail);
    return waysIn(looked, place, world.failureWords);
  });
  return async ({ canGoBack }) => {
    const question: AwsQuestion<Way> = {
      title: translate("Choose a Gateway: {0}", foreignText(listed.name, 100)),
      placeholder: translate("How do you sign in to it?"),
      waiting: translate("Asking AWS about {0}…", foreignText(listed.name, 100)),
      canGoBack,
      ...ways,
    };
    const answer = await askOfAws(question, place, world);
    if (answer.kind !== "chosen") return answer;
    const { detail } = looked as LookedAt;
    return { kind: "chosen", gateway: chosenGateway(detail, { ...place, ...answer.value }) };
  };
}

/** @throws GatewayFailure `gateway_not_ready`, `choice_not_mcp` */
function refuseUnusable({ name, status, statusReasons: reasons, protocolType }: GatewayDetail): void {
  if (!serving.has(status)) throw new GatewayFailure("gateway_not_ready", { name, status, reasons });
  if (protocolType !== undefined && protocolType !== "MCP") {
    throw new GatewayFailure("choice_not_mcp", {
      name,
      found: translate("a gateway for {0}", foreignText(protocolType)),
    });
  }
}
