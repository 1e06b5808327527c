import { GatewayFailure } from "../../failures/failure.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { translate } from "../translate.ts";
import type { ChooserWorld, Place } from "./chooserWorld.ts";
import type { ListItem } from "./list.ts";

/** The line of a list in which there is nothing to choose from, with what to do about it. */
export function nothingListed(
  permission: string,
  { profile, region }: Place,
  { failureWords }: ChooserWorld,
  where = profile === undefined
    ? translate("the AWS credentials of this computer")
    : translate("the profile {0}", profile),
): ListItem<never> {
  const failure = new GatewayFailure("aws_nothing_listed", { permission, region, where: foreignText(where) });
  const { title, detail, nextStep } = failureWords(failure as Parameters<typeof failureWords>[0]);
  return { label: `$(info) ${title}`, description: detail, detail: nextStep };
}
