import { gatewayRegions, isRegion } from "../../agentcore/addresses.ts";
import { GatewayFailure } from "../../failures/failure.ts";
import { failureLine } from "../../failures/wording.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { askInBox } from "../connect/box.ts";
import { translate } from "../translate.ts";
import type { ChooserWorld, Step, StepOutcome } from "./chooserWorld.ts";
import { gatewaysStep } from "./gatewaysStep.ts";
import { askInList, type ListItem } from "./list.ts";

/** What is known of regions before anybody is asked. */
export interface KnownRegions {
  readonly profile: string | undefined;
  /** The profile's. */
  readonly own: string | undefined;
  readonly environment: string | undefined;
}

const OTHER = "";

/** Asks for the region: that of the profile comes first, then those in which AgentCore is offered, and any can be typed. */
export function regionStep(known: KnownRegions, world: ChooserWorld): Step {
  const { profile } = known;
  let last: string | undefined;
  let typed: string | undefined;
  const title = translate("Choose a Gateway: Region");
  const next = (region: string): StepOutcome => {
    last = region;
    return { kind: "next", step: gatewaysStep({ profile, region }, world) };
  };
  return async ({ canGoBack }) => {
    for (;;) {
      const answer = await askInList<string>({
        title,
        placeholder: translate("In which AWS region is the gateway?"),
        canGoBack,
        items: () => itemsOf(known),
        active: (region) => region === (last ?? known.own ?? known.environment),
      });
      if (answer.kind !== "chosen") return { kind: answer.kind === "back" ? "back" : "cancelled" };
      if (answer.value !== OTHER) return next(answer.value);
      const given = await askInBox({
        title,
        prompt: translate("The AWS region, as it stands in the console's address"),
        placeholder: "eu-central-1",
        value: typed,
        canGoBack: true,
        check: async (input) => {
          if (isRegion(input)) return undefined;
          return failureLine(world.failureWords(new GatewayFailure("region_invalid", { input })));
        },
      });
      if (given.kind === "cancelled") return { kind: "cancelled" };
      if (given.kind === "back") continue;
      typed = given.text;
      return next(given.text);
    }
  };
}

function itemsOf({ own, environment }: KnownRegions): readonly ListItem<string>[] {
  const known = [
    { region: own, description: translate("of the profile") },
    { region: environment, description: translate("of the environment") },
  ].flatMap(({ region, description }) => (region !== undefined && isRegion(region) ? [{ region, description }] : []));
  const first = known.filter(({ region }, at) => known.findIndex((one) => one.region === region) === at);
  const others = gatewayRegions.filter((region) => !first.some((one) => one.region === region));
  const item = (region: string, description?: string): ListItem<string> => ({
    label: `$(globe) ${foreignText(region)}`,
    value: region,
    ...(description !== undefined && { description }),
  });
  return [
    ...first.map(({ region, description }) => item(region, description)),
    { label: translate("AgentCore is offered in"), isHeading: true },
    ...others.map((region) => item(region)),
    { label: `$(edit) ${translate("Another Region…")}`, value: OTHER },
  ];
}
