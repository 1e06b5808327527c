import { setTimeout as delay } from "node:timers/promises";
import { browserCommands, commandWords, openBrowser } from "../node/redirect/openBrowser.ts";
import type { SignInOutcome, SignInWorld } from "../oauth/signIn/browserSignIn.ts";
import { isMachineFlow } from "../oauth/signIn/signInFlow.ts";
import type { SignInRequest } from "../oauth/signIn/signInRequest.ts";
import { signInWithoutEditor } from "../oauth/signIn/signInWithoutEditor.ts";
import type { StandaloneOptions } from "./arguments.ts";
import { editorHint, editorSecretHint } from "./editorHint.ts";
import { say } from "./output.ts";

/**
 * Obtains tokens where a person is reached by standard error and a browser only.
 *
 * @param isSharingAllowed whether an editor's sign-in may be used here
 */
export function askInTerminal(
  { browser }: Pick<StandaloneOptions, "browser">,
  env: NodeJS.ProcessEnv,
  isSharingAllowed: boolean,
): (request: SignInRequest, world: SignInWorld) => Promise<SignInOutcome> {
  const browserWorld = { platform: process.platform, env };
  const commands = commandsOf(browser, browserWorld);
  // The bridge sets it, which has read the editor's list of gateways: no window is open that could be asked.
  let isEditorSignedIn = env.GATEWAY_CONNECT_EDITOR === "signed-in" && isSharingAllowed;
  return (request, world) => {
    const isMachine = isMachineFlow(request.flow);
    if (isEditorSignedIn && !isMachine) say(editorHint(request.gateway));
    if (isEditorSignedIn && request.flow === "clientCredentials" && request.client.authMethod === "none")
      say(editorSecretHint(request.gateway));
    isEditorSignedIn = false;
    return signInWithoutEditor(request, world, {
      hasBrowser: commands.length > 0,
      open: (url) => openBrowser(url, commands, browserWorld),
      showAddress: (url, opened) =>
        say(
          opened
            ? `Sign in to ${request.gateway} in your browser. If it did not open, open this address:\n${url}`
            : `To sign in to ${request.gateway}, open this address in a browser on this computer:\n${url}`,
        ),
      showCode: ({ userCode, verificationUri, completeUri, minutes }) =>
        say(
          `To sign in to ${request.gateway}, open ${verificationUri} on any device and enter the code ${userCode} within ${minutes} minutes.${
            completeUri === undefined ? "" : `\nOr open ${completeUri}`
          }`,
        ),
      wait: (ms, until) => delay(ms, undefined, { signal: until }).catch(() => {}),
    });
  };
}

/** The commands that may open an address: what was asked for alone, or what the computer has. */
function commandsOf(browser: string | undefined, world: Parameters<typeof browserCommands>[0]) {
  if (browser === undefined) return browserCommands(world);
  return browser === "none" ? [] : [commandWords(browser)];
}
