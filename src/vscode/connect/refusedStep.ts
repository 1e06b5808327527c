import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { AnyFailure } from "../../failures/failure.ts";
import type { FailureWords } from "../../failures/wording.ts";
import { executeCommand } from "../commands/executeCommand.ts";
import { withCancellableProgress } from "../messages/cancellableProgress.ts";
import { askAudience } from "./questions.ts";
import type { WrittenSettings } from "./writtenSettings.ts";

export interface RefusedWorld {
  readonly gateways: Gateways;
  readonly failureWords: FailureWords;
  /** Looks why a gateway refuses the token, and keeps what it found. */
  readonly findOut: (connection: Connection) => Promise<Refusal | undefined>;
  /** Lets the person sign in once more, with the settings as they are now. @returns whether they did */
  readonly signInAgain: (connection: Connection) => Promise<boolean>;
  readonly written: WrittenSettings;
}

/** Why a gateway refuses a token. */
export interface Refusal {
  /** The first thing to mend, a sentence. */
  readonly finding: string;
  /** Whether the token is for another audience, or for none that a gateway could read. */
  readonly isAboutAudience: boolean;
}

interface Choice extends vscode.QuickPickItem {
  readonly act: "explain" | "audience" | "account" | "again" | "leave" | "remove";
}

const say = vscode.l10n.t;

/**
 * What comes when a gateway refuses the token that somebody has just signed in for: the connection is there and in need of
 * attention, why is found out while there is a token, and the person chooses what to do.
 *
 * @returns the number of tools, if it came to work after all
 */
export async function refusedStep(
  title: string,
  { connection, failure }: { readonly connection: Connection; readonly failure: AnyFailure },
  world: RefusedWorld,
): Promise<number | undefined> {
  const { gateways, failureWords, written } = world;
  let refusal = failure;
  for (;;) {
    const { title: what, detail } = failureWords(refusal);
    const found = (await world.findOut(connection)) ?? { finding: detail, isAboutAudience: false };
    const chosen = await vscode.window.showQuickPick(choices(connection, found, gateways), {
      title: `${title}: ${what}`,
      placeHolder: say("It stays connected, in need of attention. What now?"),
      ignoreFocusOut: true,
    });
    switch (chosen?.act) {
      case "explain":
        await executeCommand("explainAccess", connection.id);
        return undefined;
      case "account":
        await executeCommand("useAnotherAccount", connection.id);
        break;
      case "audience": {
        const value = gateways.readable(connection)?.audience;
        const answer = await askAudience(title, { value, problem: undefined });
        if (answer.kind !== "answered") continue;
        await written.write(connection.url, { audience: answer.text });
        if (!(await world.signInAgain(connection))) continue;
        break;
      }
      case "again":
        break;
      case "remove":
        await executeCommand("removeGateway", connection.id);
        return undefined;
      default:
        return undefined;
    }
    const ended = await listTools(title, connection, gateways);
    if (typeof ended === "number") return ended;
    refusal = ended ?? refusal;
  }
}

function choices(connection: Connection, { finding, isAboutAudience }: Refusal, gateways: Gateways): Choice[] {
  const { identityProvider, audience } = gateways.readable(connection) ?? {};
  const takesAudience = identityProvider?.id === "auth0" || identityProvider?.id === "entra";
  const ask: Choice = {
    label: `$(edit) ${say("Enter the Audience…")}`,
    detail: say(
      "{0} is asked for a token for one API: the gateway takes that of one only",
      identityProvider?.name ?? "",
    ),
    act: "audience",
  };
  return [
    { label: `$(search) ${say("Explain Access")}`, detail: finding, act: "explain" },
    ...(isAboutAudience && takesAudience && audience === undefined ? [ask] : []),
    { label: `$(account) ${say("Use Another Account…")}`, act: "account" },
    { label: `$(refresh) ${say("Try Again")}`, detail: say("After its rules were changed"), act: "again" },
    {
      label: `$(check) ${say("Leave It for Now")}`,
      detail: say("{0} stays in your list, and works as soon as the gateway takes your token", connection.name),
      act: "leave",
    },
    { label: `$(trash) ${say("Remove {0}", connection.name)}…`, act: "remove" },
  ];
}

/** @returns the number of tools, or the failure; undefined where it was cancelled */
function listTools(title: string, { id }: Connection, gateways: Gateways): Promise<number | AnyFailure | undefined> {
  return withCancellableProgress(title, async (signal, report) => {
    report(say("reading its tools"));
    try {
      return (await (await gateways.relay(id))?.listTools(signal))?.length;
    } catch (error) {
      return signal.aborted ? undefined : (error as AnyFailure);
    }
  });
}
