import * as vscode from "vscode";
import type { LoadAws } from "../../connections/aws/awsPart.ts";
import { awsSourceText, awsWho } from "../../connections/aws/awsWho.ts";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { foreignText } from "../../lib/foreignText.ts";
import type { SignInEnding } from "../../relay/gatewayAccess.ts";
import { withCancellableProgress } from "../messages/cancellableProgress.ts";
import { isConfirmed } from "../messages/isConfirmed.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";

export interface AwsSignInWorld {
  readonly gateways: Gateways;
  readonly loadAws: LoadAws;
  /** Ends the waiting, of a caller that shows by itself what goes on. */
  readonly signal?: AbortSignal | undefined;
  /** Whether the person asked for it, and not their agent. */
  readonly isAskedFor: boolean;
}

/** How somebody signs in with AWS credentials; it is loaded when somebody does. */
export type AwsSignIn = (
  connection: Connection,
  one: Pick<AwsSignInWorld, "signal" | "isAskedFor">,
) => Promise<SignInEnding>;

/**
 * Signs in with AWS credentials: there is nothing to type, but whoever signed out is asked before an agent's call signs with them
 * again. Where the sign-in of AWS's own tools has run out, it is begun anew in a terminal, and goes on after that.
 *
 * @throws GatewayFailure of `AwsSignIns.signIn`
 */
export async function signInWithAws(connection: Connection, world: AwsSignInWorld): Promise<SignInEnding> {
  const { gateways } = world;
  const { name, url, id } = gateways.find(connection.id) ?? connection;
  if (!world.isAskedFor && (gateways.find(id) ?? connection).sessionId === undefined) {
    const question = translate('Sign in to "{0}" ({1}) so that your agent can use its tools?', name, url);
    const detail = awsSourceText({ profile: gateways.aws.profileOf(connection) }, translate);
    if (!(await isConfirmed(question, detail, translate("Sign In")))) return { kind: "cancelled" };
  }
  const run = async (signal: AbortSignal): Promise<SignInEnding> => {
    const wanted = { scopes: [], chooseAccount: false };
    const awsLogin = (command: string) => loginInTerminal(command, { ...world, signal });
    const { kind } = await gateways.signIn(id, wanted, { signal, awsLogin });
    return { kind };
  };
  if (world.signal) return await run(world.signal);
  const ending = await withCancellableProgress(translate("Signing in to {0}", name), run);
  const now = gateways.find(id);
  const state = now && (await gateways.state(now));
  if (ending.kind === "signedIn" && world.isAskedFor && state?.kind === "signedInToAws") {
    const who = foreignText(awsWho(state, translate));
    void tellFact(translate("Signed in to {0} as {1}.", name, who));
  }
  return ending;
}

/**
 * Runs AWS's own sign-in where its person sees it, without a shell: it opens the browser, or shows a code.
 *
 * @param command as AWS's program takes it, for people
 * @returns whether it ended well
 */
export async function loginInTerminal(
  command: string,
  { loadAws, signal }: Pick<AwsSignInWorld, "loadAws"> & { readonly signal: AbortSignal },
): Promise<boolean> {
  const program = await (await loadAws()).findCli();
  if (program === undefined) return false;
  const [title, run] = [translate("Your AWS sign-in has expired."), translate("Run in Terminal")];
  const detail = translate("{0} signs you in again. The sign-in to the gateway goes on after that.", command);
  if (!(await isConfirmed(title, detail, run)) || signal.aborted) return false;
  const terminal = vscode.window.createTerminal({
    name: translate("AWS Sign-In"),
    shellPath: program,
    shellArgs: loginArguments(command),
    isTransient: true,
    iconPath: new vscode.ThemeIcon("key"),
  });
  terminal.show();
  return await new Promise((resolve) => {
    const closed = vscode.window.onDidCloseTerminal((one) => {
      if (one === terminal) end(one.exitStatus?.code === 0);
    });
    const giveUp = () => end(false);
    const end = (isWell: boolean) => {
      closed.dispose();
      signal.removeEventListener("abort", giveUp);
      resolve(isWell);
    };
    signal.addEventListener("abort", giveUp, { once: true });
  });
}

/** The command's words without the program; the name of a profile may have spaces, and stands between quotation marks then. */
const loginArguments = (command: string): string[] =>
  [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "").slice(1);
