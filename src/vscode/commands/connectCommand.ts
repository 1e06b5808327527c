import * as vscode from "vscode";
import { type ConnectQuestions, connectGateway } from "../../connections/connectGateway.ts";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways, GatewaysWorld } from "../../connections/gateways.ts";
import { parseGatewayAddress } from "../../connections/gatewayUrl.ts";
import { asFailure } from "../../failures/failure.ts";
import { failureText } from "../../failures/failureText.ts";
import type { Log } from "../../lib/log.ts";
import type { SignInFlow } from "../../oauth/signIn/signInFlow.ts";
import { accountText } from "../../oauth/tokens/account.ts";
import { type BrowserSignIn, waitingTextFor, withCancellableProgress } from "../browserSignIn.ts";
import { showFailure } from "../showFailure.ts";

const titles = {
  browser: "Connect Gateway",
  clientCredentials: "Connect Gateway as a Machine",
  deviceCode: "Connect Gateway with a Code",
} as const satisfies Record<SignInFlow, string>;

export interface KnownClient {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
}

export interface ConnectCommandWorld
  extends Pick<GatewaysWorld, "fetch" | "secrets" | "settings" | "redirect" | "moreGrants"> {
  readonly gateways: Gateways;
  readonly browser: BrowserSignIn;
  readonly log: Log;
  /** What stands in the inputs already, such as the sandbox's client. */
  readonly known?: KnownClient | undefined;
  /** How tokens are obtained, where it is not in the browser: by the client itself, or by a person on another device. */
  readonly flow?: SignInFlow;
  /** What follows for hosts that read a file. */
  readonly connected: (connection: Connection) => Promise<void>;
}

/**
 * Connect Gateway, from the address to the tools.
 *
 * @param given an address that is known already, such as the sandbox's
 * @returns the connection, if there is one now
 */
export async function connectCommand(
  given: string | undefined,
  world: ConnectCommandWorld,
): Promise<Connection | undefined> {
  const title = titles[world.flow ?? "browser"];
  const input = given ?? (await askAddress(title));
  if (input === undefined) return undefined;
  try {
    const outcome = await withCancellableProgress(title, (signal, report) => {
      const ask = questions(title, report, world.known ?? {});
      return connectGateway(input, ask, {
        ...world,
        signal,
        signIn: (connection) => {
          report(waitingTextFor(world.gateways.readable(connection), "Connect Gateway with a Code…"));
          return world.browser.ask({ connection, because: "sign_in_needed", scopes: [] }, signal);
        },
      });
    });
    world.log.info(`Connect Gateway ended: ${outcome.kind}`);
    if (outcome.kind !== "connected") return undefined;
    await offerNextSteps(outcome.connection, outcome.tools, world);
    await world.connected(outcome.connection);
    return outcome.connection;
  } catch (error) {
    showFailure(error, world.log, input);
    return undefined;
  }
}

async function askAddress(title: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: "The address of your company's MCP gateway, an AgentCore gateway id or its ARN",
    placeHolder: "https://gateway.example.com/mcp",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? undefined : problemWith(text)),
  });
}

/** What is wrong with an address while it is typed. */
function problemWith(text: string): string | undefined {
  try {
    parseGatewayAddress(text);
    return undefined;
  } catch (error) {
    const { title: what, nextStep } = failureText(asFailure(error));
    return `${what} ${nextStep}`;
  }
}

function questions(title: string, report: (message: string) => void, known: KnownClient): ConnectQuestions {
  return {
    progress: report,
    async region(gatewayId) {
      return vscode.window.showInputBox({
        title,
        prompt: `The AWS region of ${gatewayId}`,
        placeHolder: "us-east-1",
        ignoreFocusOut: true,
      });
    },
    clientId: (issuer, redirectUri) =>
      redirectUri === undefined ? askMachineClientId(title, issuer) : askClientId(title, issuer, redirectUri, known),
    credential: (issuer, clientId) => askCredential(title, issuer, clientId, known.clientSecret),
    async name(suggested) {
      return vscode.window.showInputBox({
        title,
        prompt: "A name for this connection",
        value: suggested,
        ignoreFocusOut: true,
        validateInput: (name) => (/[\\/#?]/.test(name) ? "A name without / \\ # and ?, please." : undefined),
      });
    },
  };
}

/** Asks for the secret or key of a client. */
export async function askCredential(
  title: string,
  issuer: string,
  clientId: string,
  known = "",
): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: `The secret of ${clientId} at ${issuer}, or its private key (PKCS #8 PEM or JSON Web Key). It is kept in the editor's secret storage.`,
    placeHolder: "Client secret or private key",
    value: known,
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Ask your platform team for it." : undefined),
  });
}

async function askMachineClientId(title: string, issuer: string): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: `The client ID at ${issuer} that may use the client credentials grant`,
    placeHolder: "Client ID",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? "Ask your platform team for it." : undefined),
  });
}

/** Asks for the client ID, showing what has to be registered, with a button that copies it. */
function askClientId(
  title: string,
  issuer: string,
  redirectUri: string,
  { clientId = "" }: KnownClient,
): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  const copy: vscode.QuickInputButton = {
    iconPath: new vscode.ThemeIcon("copy"),
    tooltip: "Copy the redirect URI",
  };
  input.title = title;
  input.prompt = `${issuer} needs a client ID. Register a native (public) application there with the redirect URI ${redirectUri}, then enter its client ID.`;
  input.placeholder = "Client ID";
  input.value = clientId;
  input.ignoreFocusOut = true;
  input.buttons = [copy];
  return new Promise((resolve) => {
    input.onDidTriggerButton(async () => {
      await vscode.env.clipboard.writeText(redirectUri);
      copyDone(redirectUri);
    });
    input.onDidAccept(() => {
      if (input.value.trim() === "") {
        input.validationMessage = "Ask your platform team for it.";
        return;
      }
      resolve(input.value);
      input.hide();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}

function copyDone(redirectUri: string): void {
  vscode.window.setStatusBarMessage(`$(check) Copied ${redirectUri}`, 4_000);
}

async function offerNextSteps(connection: Connection, tools: number, world: ConnectCommandWorld): Promise<void> {
  const state = await world.gateways.state(connection);
  const who = state.kind === "signedIn" ? ` as ${accountText(state.tokens.account)}` : "";
  const ready = tools === 1 ? "1 tool is ready" : `${tools} tools are ready`;
  void vscode.window
    .showInformationMessage(`Connected to ${connection.name}${who}. ${ready}.`, "Run a Tool", "Show Status")
    .then((chosen) => {
      if (chosen === "Run a Tool") void vscode.commands.executeCommand("gatewayConnect.runTool", connection.id);
      if (chosen === "Show Status") void vscode.commands.executeCommand("gatewayConnect.showMenu");
    });
}
