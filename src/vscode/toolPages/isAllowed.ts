import { awsWho } from "../../connections/aws/awsWho.ts";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { foreignText } from "../../lib/foreignText.ts";
import type { JsonObject } from "../../lib/json/jsonObject.ts";
import { accountAtIssuer } from "../../oauth/tokens/account.ts";
import { isDestructive, type Subject } from "../../toolPage/subject.ts";
import { isConfirmed } from "../messages/isConfirmed.ts";
import { translate } from "../translate.ts";

/** How much of the arguments stands in the question, in characters. */
const LONGEST_ARGUMENTS = 600;

/** Asks before a tool runs that says that it may destroy something: which, where, as whom and with what. */
export async function isAllowed(
  subject: Subject,
  args: JsonObject,
  gateway: Connection,
  gateways: Gateways,
): Promise<boolean> {
  if (!isDestructive(subject)) return true;
  const state = await gateways.state(gateway);
  const person = state.kind === "signedIn" ? accountAtIssuer(state.tokens, translate) : "";
  const who = state.kind === "signedInToAws" ? foreignText(awsWho(state, translate)) : person;
  const name = foreignText(subject.name);
  const where =
    who === "" ? translate("Gateway: {0}", gateway.name) : translate("Gateway: {0}, as {1}", gateway.name, who);
  const question = translate('Run "{0}"? It says that it may destroy something.', subject.title);
  const detail = [
    translate("Tool: {0}", name),
    where,
    translate("Arguments: {0}", foreignText(JSON.stringify(args), LONGEST_ARGUMENTS)),
  ];
  return await isConfirmed(question, detail.join("\n"), translate("Run"));
}
