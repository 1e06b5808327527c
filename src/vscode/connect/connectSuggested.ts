import type { SuggestedGateway } from "../../connections/offers/teamFile.ts";
import type { ConnectWorld } from "../commands/connectCommand.ts";
import { translate } from "../translate.ts";
import { connectOffered, isOfferConfirmed } from "./connectOffered.ts";

/**
 * Connects a gateway that a repository suggests, where the person confirms all that the file says of it.
 *
 * @param from the file, with the line of the entry
 */
export async function connectSuggested(gateway: SuggestedGateway, from: string, world: ConnectWorld): Promise<void> {
  const asked = {
    question: translate("Connect the gateway that this workspace suggests?"),
    caution: translate("Nothing has been asked of it yet. Connect it only if you know who maintains this workspace."),
  };
  if (await isOfferConfirmed({ ...gateway, from }, asked)) await connectOffered(gateway, world);
}
