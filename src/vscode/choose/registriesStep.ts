import { listRegistries } from "../../agentcore/controlPlane/registryList.ts";
import type { ListedRegistry } from "../../agentcore/controlPlane/registryRecords.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";
import { type AwsQuestion, askOfAws, keptItems } from "./askOfAws.ts";
import { apiWorld, type ChooserWorld, type Place, type Step } from "./chooserWorld.ts";
import type { ListItem } from "./list.ts";
import { nothingListed } from "./nothingListed.ts";
import { recordsStep } from "./recordsStep.ts";

/** Asks which AWS Agent Registry of a region. */
export function registriesStep(place: Place, world: ChooserWorld): Step {
  const { region } = place;
  const listed = keptItems<ListedRegistry>(async (signal) => {
    const { all } = await listRegistries(await apiWorld(place, signal, world));
    return all.length === 0 ? [nothingListed("agent-registry:ListRegistries", place, world)] : all.map(itemOf);
  });
  let last: string | undefined;
  return async ({ canGoBack }) => {
    const question: AwsQuestion<ListedRegistry> = {
      title: translate("Choose a Registry: {0}", region),
      placeholder: translate("Which AWS Agent Registry?"),
      waiting: translate("Asking AWS for the registries in {0}…", region),
      canGoBack,
      ...listed,
      active: ({ id }) => id === last,
    };
    const answer = await askOfAws(question, place, world);
    if (answer.kind !== "chosen") return answer;
    last = answer.value.id;
    return { kind: "next", step: recordsStep({ registry: answer.value, place }, world) };
  };
}

function itemOf(registry: ListedRegistry): ListItem<ListedRegistry> {
  const { id, name, status, authorizerType, description } = registry;
  return {
    label: `$(library) ${foreignText(name, 100)}`,
    description: [status, ...(authorizerType === undefined ? [] : [authorizerType])]
      .map((text) => foreignText(text, 40))
      .join(" · "),
    detail: description === undefined ? id : `${id} · ${foreignText(description, 200)}`,
    value: registry,
  };
}
