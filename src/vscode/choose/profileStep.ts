import type { AwsProfile, AwsSurroundings } from "../../aws/awsSurroundings.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";
import type { ChooserWorld, Step } from "./chooserWorld.ts";
import { askInList, type ListItem } from "./list.ts";
import { regionStep } from "./regionStep.ts";
import { troubled } from "./trouble.ts";

interface ChosenProfile {
  readonly profile: string | undefined;
}

/** Asks whose credentials list the gateways. They are read with the first list, and not before. */
export function profileStep(world: ChooserWorld): Step {
  let last: ChosenProfile | undefined;
  return async ({ canGoBack }) => {
    let surroundings: AwsSurroundings | undefined;
    const answer = await askInList<ChosenProfile>({
      title: translate("Choose a Gateway: AWS Profile"),
      placeholder: translate("Whose AWS account is the gateway in?"),
      waiting: translate("Reading the profiles of the AWS CLI…"),
      canGoBack,
      async items() {
        surroundings = await (await world.loadAws()).surroundings();
        return itemsOf(surroundings);
      },
      active: ({ profile }) => last !== undefined && profile === last.profile,
    });
    if (answer.kind === "failed") return await troubled(answer.error, undefined, world);
    if (answer.kind !== "chosen") return { kind: answer.kind === "back" ? "back" : "cancelled" };
    last = answer.value;
    const { profile } = last;
    const found = surroundings?.profiles.find(({ name }) => name === (profile ?? surroundings?.byDefault));
    return {
      kind: "next",
      step: regionStep({ profile, own: found?.region, environment: surroundings?.region }, world),
    };
  };
}

function itemsOf({ profiles, hasKeys, byDefault }: AwsSurroundings): readonly ListItem<ChosenProfile>[] {
  const unnamed: ListItem<ChosenProfile> = {
    label: `$(key) ${translate("What the AWS CLI takes by default")}`,
    description: hasKeys
      ? translate("the keys of the environment")
      : translate("the profile {0}", foreignText(byDefault ?? "default")),
    value: { profile: undefined },
  };
  const named = profiles.map(
    (profile): ListItem<ChosenProfile> => ({
      label: `$(account) ${foreignText(profile.name)}`,
      description: [profile.region, kindText(profile)]
        .flatMap((text) => (text === undefined ? [] : [foreignText(text)]))
        .join(" · "),
      value: { profile: profile.name },
    }),
  );
  return hasKeys ? [unnamed, ...named] : [...named, unnamed];
}

function kindText({ kind }: AwsProfile): string | undefined {
  switch (kind) {
    case "sso":
      return translate("IAM Identity Center");
    case "role":
      return translate("a role");
    case "process":
      return translate("a program of yours");
    case "webIdentity":
      return translate("web identity");
    case "keys":
      return translate("keys in a file");
    case "other":
      return undefined;
  }
}
