import { listGateways } from "../../agentcore/controlPlane/gatewayList.ts";
import type { ListedGateway } from "../../agentcore/controlPlane/gatewayRecords.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";
import { type AwsQuestion, askOfAws, keptItems } from "./askOfAws.ts";
import { apiWorld, type ChooserWorld, type Place, type Step } from "./chooserWorld.ts";
import { gatewayStep } from "./gatewayStep.ts";
import type { ListItem } from "./list.ts";
import { nothingListed } from "./nothingListed.ts";
import { registriesStep } from "./registriesStep.ts";

type Choice = { readonly kind: "gateway"; readonly gateway: ListedGateway } | { readonly kind: "registry" };

/** Asks which gateway of a region, or goes to its registries. What was listed is kept until the person has it read again. */
export function gatewaysStep(place: Place, world: ChooserWorld): Step {
  const { region } = place;
  const listed = keptItems(async (signal) =>
    itemsOf(await listGateways(await apiWorld(place, signal, world)), place, world),
  );
  let last: string | undefined;
  return async ({ canGoBack }) => {
    const question: AwsQuestion<Choice> = {
      title: translate("Choose a Gateway: {0}", region),
      placeholder: translate("Which gateway?"),
      waiting: translate("Asking AWS for the gateways in {0}…", region),
      canGoBack,
      ...listed,
      active: (choice) => choice.kind === "gateway" && choice.gateway.id === last,
    };
    const answer = await askOfAws(question, place, world);
    if (answer.kind !== "chosen") return answer;
    if (answer.value.kind === "registry") return { kind: "next", step: registriesStep(place, world) };
    const { gateway } = answer.value;
    last = gateway.id;
    return { kind: "next", step: gatewayStep(gateway, place, world) };
  };
}

function itemsOf(
  { all, isCut }: Awaited<ReturnType<typeof listGateways>>,
  place: Place,
  world: ChooserWorld,
): readonly ListItem<Choice>[] {
  const cut = translate("There are more. Type an address in Connect Gateway for one that is not here.");
  return [
    ...all.map(itemOf),
    ...(all.length === 0 ? [nothingListed("bedrock-agentcore:ListGateways", place, world)] : []),
    ...(isCut ? [{ label: `$(info) ${cut}` }] : []),
    { label: translate("AWS Agent Registry"), isHeading: true },
    {
      label: `$(library) ${translate("From a Registry…")}`,
      description: translate("MCP servers that your company has approved"),
      value: { kind: "registry" },
    },
  ];
}

function itemOf(gateway: ListedGateway): ListItem<Choice> {
  const { id, name, status, protocolType, authorizerType, description } = gateway;
  return {
    label: `$(${iconOf(status)}) ${foreignText(name, 100)}`,
    description: [status, protocolType ?? translate("targets by path"), authorizerType]
      .map((text) => foreignText(text, 40))
      .join(" · "),
    detail: description === undefined ? id : `${id} · ${foreignText(description, 200)}`,
    value: { kind: "gateway", gateway },
  };
}

function iconOf(status: string): string {
  if (status === "READY") return "plug";
  if (/FAILED|UNSUCCESSFUL/.test(status)) return "error";
  return status === "DELETING" ? "trash" : "sync";
}
