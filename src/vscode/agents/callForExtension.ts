import type * as vscode from "vscode";
import type { Gateways } from "../../connections/gateways.ts";
import { asFailure, isFailure } from "../../failures/failure.ts";
import { failureText } from "../../failures/failureText.ts";
import { failureLine } from "../../failures/wording.ts";
import { untilCancelled } from "../untilCancelled.ts";
import type { ApiCall, ApiResult } from "./extensionApi.ts";

export interface CallForExtensionWorld {
  readonly gateways: Gateways;
  /** Whether a session is one that this window gave to the editor. */
  readonly isGiven: (session: ApiCall["session"]) => boolean;
}

/**
 * Calls a tool for another extension, through the relay: no token leaves it.
 *
 * The session proves the person's consent. Only the editor has it, and gives it to those whom its person allowed.
 *
 * @throws Error with a `code`, and words in English: a model may be handed them
 */
export async function callForExtension(
  call: ApiCall,
  token: vscode.CancellationToken | undefined,
  { gateways, isGiven }: CallForExtensionWorld,
): Promise<ApiResult> {
  const { session, gateway, tool, arguments: args = {} } = call;
  const connection = gateways.find(String(gateway));
  if (!connection) throw coded("gateway_unknown", "No gateway of this id is connected.");
  if (connection.sessionId === undefined || session?.id !== connection.sessionId || !isGiven(session)) {
    const text = `Ask for a session first: authentication.getSession("gateway-connect", ["gateway:${connection.id}"]).`;
    throw coded("session_refused", text);
  }
  try {
    return await untilCancelled(token, async (signal) => {
      const relay = await gateways.relay(connection.id);
      if (!relay) throw coded("gateway_unknown", "No gateway of this id is connected.");
      return await relay.own.callToolForAgent(String(tool), { ...args }, { signal });
    });
  } catch (error) {
    if (!isFailure(error)) throw error;
    throw coded(error.code, failureLine(failureText(asFailure(error))));
  }
}

const coded = (code: string, text: string): Error => Object.assign(new Error(text), { code });
