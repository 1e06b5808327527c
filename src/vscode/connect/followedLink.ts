import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import { keyOf } from "../../connections/settings/setForGateways.ts";
import { readSetUpLink, type SetUpLink } from "../../connections/setUpLink.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { type ConnectWorld, connectCommand } from "../commands/connectCommand.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";
import { isConfirmed } from "../isConfirmed.ts";
import { translate } from "../translate.ts";

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
  let link: SetUpLink;
  try {
    link = readSetUpLink(query);
    const known = world.gateways.book.byUrl(link.url);
    if (known) {
      const text = translate("{0} is connected already, as {1}. The link changed nothing.", link.url, known.name);
      void vscode.window.showInformationMessage(text);
      return known;
    }
    const question = translate("Connect the gateway of this link?");
    if (!(await isConfirmed(question, detailOf(link), translate("Connect")))) return undefined;
  } finally {
    isAsking = false;
  }
  const { url: address, name, clientId, scopes } = link;
  return await connectCommand(
    {
      address,
      ...(name !== undefined && { name }),
      settings: { ...(clientId !== undefined && { clientId }), ...(scopes && { scopes }) },
    },
    // A file of another program is not changed for a link.
    { ...world, connected: async () => {} },
  );
}

function detailOf({ url, name, clientId, scopes }: SetUpLink): string {
  const gateways = gatewaysSetting.read() as Readonly<Record<string, unknown>> | undefined;
  const isSet = gateways !== undefined && gateways[keyOf(gateways, url)] !== undefined;
  const lines = [
    translate("Address: {0}", foreignText(url, 2_048)),
    name !== undefined && translate("Name: {0}", foreignText(name)),
    clientId !== undefined && translate("Client ID: {0}", foreignText(clientId, 512)),
    scopes && translate("Scopes: {0}", foreignText(scopes.join(" "), 1_024)),
  ];
  const notes = [
    /(?:^|\.)xn--/.test(new URL(url).hostname) &&
      translate("Its host has letters that can look like others. It is shown as it is asked for (xn--)."),
    isSet && translate("What you have set for this gateway stays as it is."),
    translate("Nothing has been asked of it yet. Connect it only if you know who gave you this link."),
  ];
  const shown = (texts: readonly (string | false | undefined)[]) => texts.filter((text) => text).join("\n");
  return `${shown(lines)}\n\n${shown(notes)}`;
}
