import type * as vscode from "vscode";
import type { Gateways } from "../../connections/gateways.ts";
import { isSharingAllowed } from "../../connections/managed/isSharingAllowed.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import type { CrossProcessLock } from "../../lib/crossProcessLock.ts";
import type { Log } from "../../lib/log.ts";
import { editorKeychain } from "../../node/secrets/editorKeychain.ts";
import { indexPath } from "../../node/secrets/machineStorage.ts";
import { SharedSignIns } from "../../node/secrets/sharedSignIns.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import type { GatewayChanges } from "../gatewayChanges.ts";
import { isForeignHere } from "../workspaces.ts";

export interface OpenSharedSignInsWorld {
  readonly context: Pick<vscode.ExtensionContext, "subscriptions">;
  /** What is made after this. */
  readonly window: () => { readonly gateways: Gateways; readonly changes: Pick<GatewayChanges, "changed"> };
  readonly secrets: SecretStore;
  readonly settings: () => SettingsValues;
  readonly lock: CrossProcessLock;
  readonly now: () => number;
  readonly log: Log;
  /** Calls back when a file was written that programs share. */
  readonly onFileChanged: (path: string, act: () => void) => vscode.Disposable;
}

/** The sign-ins of this window that are in the keychain, and whoever watches what other programs do with them. */
export function openSharedSignIns({
  window,
  secrets,
  lock,
  settings,
  ...world
}: OpenSharedSignInsWorld): SharedSignIns {
  const keychain = editorKeychain({ ...world, isForeign: isForeignHere });
  const shared = new SharedSignIns({
    ...{ editor: { secrets, lock }, keychain, log: world.log },
    isSharingAllowed: (url) => isSharingAllowed(url, settings()),
    connections: () => window().gateways.book.all,
    sessions: () => window().gateways.sessions(),
    revoke: (tokens) => window().gateways.revoke(tokens),
  });
  // A keychain tells nobody of changes. The list of its entries is written with each sign-in and sign-out.
  const watcher = world.onFileChanged(indexPath(), () => {
    keychain.forget();
    window().changes.changed();
  });
  world.context.subscriptions.push(watcher);
  return shared;
}
