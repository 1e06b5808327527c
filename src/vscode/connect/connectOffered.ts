import type { Connection } from "../../connections/connection.ts";
import { type OfferedGateway, offeredSettings } from "../../connections/offers/offeredGateway.ts";
import { keyOf } from "../../connections/settings/setForGateways.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { type ConnectWorld, connectCommand } from "../commands/connectCommand.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";
import { isConfirmed } from "../messages/isConfirmed.ts";
import { translate } from "../translate.ts";

/** A gateway that somebody else offers, and who that is. */
export interface Offer extends OfferedGateway {
  /** Where people sign in, where the gateway does not say so itself. */
  readonly issuer?: string;
  /** The file that it stands in, with its line. */
  readonly from?: string;
}

/** How the person is asked. */
export interface OfferQuestion {
  readonly question: string;
  /** Whom to know before it is confirmed. */
  readonly caution: string;
}

/** Shows all that is said of a gateway, and asks. Nothing has been asked of a server yet. */
export const isOfferConfirmed = (offer: Offer, { question, caution }: OfferQuestion): Promise<boolean> =>
  isConfirmed(question, detailOf(offer, caution), translate("Connect"));

/**
 * Connects a gateway that somebody else offers, once the person agreed. No offer changes what is set or connected already, or
 * a file of another program.
 *
 * @returns the connection, if there is one now
 */
export async function connectOffered(offer: Offer, world: ConnectWorld): Promise<Connection | undefined> {
  const { url: address, name, issuer } = offer;
  return await connectCommand(
    {
      address,
      ...(name !== undefined && { name }),
      ...(issuer !== undefined && { known: { issuer } }),
      settings: offeredSettings(offer),
    },
    { ...world, connected: async () => {} },
  );
}

function detailOf({ url, name, clientId, scopes, issuer, from }: Offer, caution: string): string {
  const gateways = gatewaysSetting.read() as Readonly<Record<string, unknown>> | undefined;
  const isSet = gateways !== undefined && gateways[keyOf(gateways, url)] !== undefined;
  const lines = [
    translate("Address: {0}", foreignText(url, 2_048)),
    name !== undefined && translate("Name: {0}", foreignText(name)),
    clientId !== undefined && translate("Client ID: {0}", foreignText(clientId, 512)),
    scopes && translate("Scopes: {0}", foreignText(scopes.join(" "), 1_024)),
    issuer !== undefined && translate("Identity provider, if the gateway names none: {0}", foreignText(issuer, 2_048)),
    from !== undefined && translate("It stands in {0}.", foreignText(from)),
  ];
  const hosts = [url, issuer].filter((one) => one !== undefined).map((one) => new URL(one).hostname);
  const notes = [
    hosts.some((host) => /(?:^|\.)xn--/.test(host)) &&
      translate("Its host has letters that can look like others. It is shown as it is asked for (xn--)."),
    isSet && translate("What you have set for this gateway stays as it is."),
    caution,
  ];
  const shown = (texts: readonly (string | false | undefined)[]) => texts.filter((text) => text).join("\n");
  return `${shown(lines)}\n\n${shown(notes)}`;
}
