import { isSearchable, listRecords, searchRecords } from "../../agentcore/controlPlane/registryList.ts";
import type { ListedRecord, ListedRegistry } from "../../agentcore/controlPlane/registryRecords.ts";
import { chosenRegistry } from "../../connections/aws/chosenRecord.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { askInBox } from "../connect/box.ts";
import { translate } from "../translate.ts";
import { type AwsQuestion, askOfAws, keptItems } from "./askOfAws.ts";
import { apiWorld, type ChooserWorld, type Place, type Step } from "./chooserWorld.ts";
import type { ListItem } from "./list.ts";
import { nothingListed } from "./nothingListed.ts";
import { recordStep } from "./recordStep.ts";
import { isServer, recordText } from "./recordText.ts";

const LISTING = "agent-registry:ListDiscoverableRegistryRecords";
const SEARCHING = "agent-registry:SearchDiscoverableRegistryRecords";

type Choice =
  | { readonly kind: "record"; readonly record: ListedRecord }
  | { readonly kind: "search" }
  | { readonly kind: "registry" };

/** Where somebody looks for a server. */
export interface Looked {
  readonly registry: ListedRegistry;
  readonly place: Place;
  /** What was searched for; undefined for all that there is. */
  readonly query?: string;
}

/** Asks which record of a registry: MCP servers and gateways first, then what else there is, as what it is. */
export function recordsStep(looked: Looked, world: ChooserWorld): Step {
  const { registry, place, query } = looked;
  const name = foreignText(registry.name, 100);
  const listed = keptItems<Choice>(async (signal) => {
    const api = await apiWorld(place, signal, world);
    const found = query === undefined ? await listRecords(registry, api) : await searchRecords(registry, query, api);
    const nothing = nothingListed(query === undefined ? LISTING : SEARCHING, place, world, name);
    return [...recordItems(found, nothing), ...(query === undefined ? more(registry) : [])];
  });
  let last: string | undefined;
  const search = searchStep(looked, world);
  return async ({ canGoBack }) => {
    const question: AwsQuestion<Choice> = {
      title: titleOf(looked),
      placeholder: translate("Which MCP server?"),
      waiting: translate("Asking the registry {0}…", name),
      canGoBack,
      ...listed,
      active: (choice) => choice.kind === "record" && choice.record.id === last,
    };
    const answer = await askOfAws(question, place, world);
    if (answer.kind !== "chosen") return answer;
    switch (answer.value.kind) {
      case "record":
        last = answer.value.record.id;
        return { kind: "next", step: recordStep(answer.value.record, looked, world) };
      case "registry":
        return { kind: "chosen", gateway: chosenRegistry(registry, place) };
      case "search":
        return { kind: "next", step: search };
    }
  };
}

/** Asks what to search a registry for. */
function searchStep({ registry, place }: Looked, world: ChooserWorld): Step {
  let value: string | undefined;
  return async ({ canGoBack }) => {
    const prompt = translate("What do you look for? The registry searches by meaning.");
    const check = async (text: string) => (text === "" ? prompt : undefined);
    const given = await askInBox({ title: titleOf({ registry, place }), prompt, value, canGoBack, check });
    if (given.kind !== "answered") return given;
    value = given.text;
    return { kind: "next", step: recordsStep({ registry, place, query: given.text }, world) };
  };
}

const titleOf = ({ registry, query }: Looked): string => {
  const title = translate("Choose from the Registry {0}", foreignText(registry.name, 100));
  return query === undefined ? title : `${title}: ${query}`;
};

function recordItems(
  { all, isCut }: Awaited<ReturnType<typeof listRecords>>,
  nothing: ListItem<never>,
): readonly ListItem<Choice>[] {
  const servers = all.filter(isServer);
  const others = all.filter((record) => !isServer(record));
  return [
    ...(servers.length === 0 ? [nothing] : servers.map(itemOf)),
    ...(others.length === 0 ? [] : [{ label: translate("No MCP servers"), isHeading: true }, ...others.map(itemOf)]),
    ...(isCut
      ? [{ label: `$(info) ${translate("There are more records. Search the registry for one that is not here.")}` }]
      : []),
  ];
}

function more(registry: ListedRegistry): readonly ListItem<Choice>[] {
  const search: ListItem<Choice> = {
    label: `$(search) ${translate("Search the Registry…")}`,
    value: { kind: "search" },
  };
  return [
    { label: translate("The registry"), isHeading: true },
    ...(isSearchable(registry) ? [search] : []),
    {
      label: `$(library) ${translate("Connect the Registry Itself")}`,
      detail: translate("It is an MCP server, with whose tools an agent searches it."),
      value: { kind: "registry" },
    },
  ];
}

function itemOf(record: ListedRecord): ListItem<Choice> {
  const { name, version, description } = record;
  return {
    label: `$(${isServer(record) ? "plug" : "circle-slash"}) ${foreignText(name, 100)}`,
    description: [recordText(record), ...(version === undefined ? [] : [foreignText(version, 40)])].join(" · "),
    ...(description !== undefined && { detail: foreignText(description, 200) }),
    value: { kind: "record", record },
  };
}
