import type { Gateways } from "../connections/gateways.ts";
import { misnamed } from "../connections/managed/managedGateway.ts";
import type { SettingsValues } from "../connections/settings/readGatewaySettings.ts";
import type { Log } from "../lib/log.ts";
import { machinePolicy } from "../node/policy/machinePolicy.ts";
import type { openPolicy } from "../node/policy/openPolicy.ts";
import { policyPlace } from "../node/policy/policyPlace.ts";
import type { CurrentPolicy } from "../policy/policy.ts";
import type { ShowFailure } from "./messages/failureMessages.ts";

export interface EditorPolicyWorld {
  /** Loads what reads the file, at once: whoever asks what is allowed cannot wait. */
  readonly load: () => { readonly openPolicy: typeof openPolicy };
  readonly log: Log;
  readonly showFailure: ShowFailure;
  /** Called after the file was read anew. */
  readonly onChanged: () => void;
}

/** What the administrator of this machine allows. A file that is broken or not theirs alone is told once. */
export const editorPolicy = ({ load, log, showFailure, onChanged }: EditorPolicyWorld): CurrentPolicy =>
  machinePolicy(policyPlace(), load, ({ state, fault }) => {
    log.info("the administrator's file", { kind: state.kind });
    if (fault) showFailure(fault);
    setImmediate(onChanged);
  });

/** Calls connections as the administrator has them, for the editor and hosts too. */
export async function nameAsManaged(gateways: Gateways, settings: () => SettingsValues): Promise<void> {
  for (const [id, name] of misnamed(gateways.book.all, { settings })) await gateways.book.nameAnew(id, name);
}
