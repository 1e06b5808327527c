import type { Connection } from "../../connections/connection.ts";
import type { OfferedGateway } from "../../connections/offers/offeredGateway.ts";
import { readSetUpLink } from "../../connections/offers/setUpLink.ts";
import type { ConnectWorld } from "../commands/connectCommand.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";
import { connectOffered, isOfferConfirmed } from "./connectOffered.ts";

/** A page may open links as often as it likes: one is asked about at a time. */
let isAsking = false;

/**
 * Connects the gateway of a link that somebody followed. All that it says is shown, and nothing is asked of a server before the
 * person agreed. No link changes what is set or connected already, or a file of another program.
 *
 * @param query of the link, as the editor hands it over
 * @throws GatewayFailure `link_refused`
 */
export async function followedLink(query: string, world: ConnectWorld): Promise<Connection | undefined> {
  if (isAsking) return undefined;
  isAsking = true;
  let link: OfferedGateway;
  try {
    link = readSetUpLink(query);
    const known = world.gateways.book.byUrl(link.url);
    if (known) {
      const text = translate("{0} is connected already, as {1}. The link changed nothing.", link.url, known.name);
      world.tell({ text, show: () => tellFact(text) });
      return known;
    }
    const asked = {
      question: translate("Connect the gateway of this link?"),
      caution: translate("Nothing has been asked of it yet. Connect it only if you know who gave you this link."),
    };
    if (!(await isOfferConfirmed(link, asked))) return undefined;
  } finally {
    isAsking = false;
  }
  return await connectOffered(link, world);
}
