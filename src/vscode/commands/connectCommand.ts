import * as vscode from "vscode";
import { type ConnectQuestions, connectGateway } from "../../connections/connectGateway.ts";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways, GatewaysWorld } from "../../connections/gateways.ts";
import { parseGatewayAddress } from "../../connections/gatewayUrl.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import type { WaysOut } from "../../connections/wayToGateway.ts";
import { asFailure } from "../../failures/failure.ts";
import type { FailureWords } from "../../failures/wording.ts";
import type { Log } from "../../lib/log.ts";
import type { SignInFlow } from "../../oauth/signIn/signInFlow.ts";
import { asAccount } from "../../oauth/tokens/account.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { type AgentWorld, giveToAgent } from "../agentTools.ts";
import type { BrowserSignIn } from "../browserSignIn.ts";
import { withCancellableProgress } from "../cancellableProgress.ts";
import { waitingTextFor } from "../waitingText.ts";
import { askClientId, askCredential, askMachineClientId } from "./askClient.ts";
import { executeCommand } from "./executeCommand.ts";

const titles = {
  browser: "Connect Gateway",
  clientCredentials: "Connect Gateway as a Machine",
  deviceCode: "Connect Gateway with a Code",
} as const satisfies Record<SignInFlow, string>;

/** A client that is known already, such as the sandbox's. */
export interface KnownClient {
  readonly clientId?: string | undefined;
  readonly clientSecret?: string | undefined;
}

export interface ConnectWorld extends WaysOut {
  readonly gateways: Gateways;
  readonly browser: BrowserSignIn;
  readonly secrets: SecretStore;
  readonly settings: () => SettingsValues;
  readonly redirect: GatewaysWorld["redirect"];
  readonly moreGrants: readonly string[];
  readonly log: Log;
  readonly failureWords: FailureWords;
  readonly agent: AgentWorld;
  /** What follows for hosts that read a file. */
  readonly connected: (connection: Connection) => Promise<void>;
}

export interface ConnectOptions {
  /** An address that is known already; asked for where it is not. */
  readonly address: string | undefined;
  /** What stands in the inputs already. */
  readonly known?: KnownClient;
  /** How tokens are obtained, where it is not in the browser: by the client itself, or by a person on another device. */
  readonly flow?: Exclude<SignInFlow, "browser">;
  /** Tells which address a failure is about. */
  readonly about: (address: string) => void;
}

/**
 * **Connect Gateway**, from the address to the tools.
 *
 * @returns the connection, if there is one now
 * @throws GatewayFailure of `connectGateway`
 */
export async function connectCommand(
  { address, known = {}, flow, about }: ConnectOptions,
  world: ConnectWorld,
): Promise<Connection | undefined> {
  const title = titles[flow ?? "browser"];
  const input = address ?? (await askAddress(title, world.failureWords));
  if (input === undefined) return undefined;
  about(input);
  const outcome = await withCancellableProgress(title, (signal, report) =>
    connectGateway(input, questions(title, known, report), {
      ...world,
      signal,
      flow,
      signIn: (connection) => {
        report(waitingTextFor(world.gateways.readable(connection), "Connect Gateway with a Code…"));
        return world.browser.ask({ connection, because: "sign_in_needed", scopes: [] }, signal);
      },
    }),
  );
  world.log.info(`Connect Gateway ended: ${outcome.kind}`);
  if (outcome.kind === "refused") {
    about(outcome.connection.id);
    throw outcome.failure;
  }
  if (outcome.kind !== "connected") return undefined;
  await offerNextSteps(outcome.connection, outcome.tools, world.gateways);
  if (outcome.tools > 0) void giveToAgent(outcome.connection, world.agent);
  await world.connected(outcome.connection);
  return outcome.connection;
}

async function askAddress(title: string, failureWords: FailureWords): Promise<string | undefined> {
  return vscode.window.showInputBox({
    title,
    prompt: "The address of your company's MCP gateway, an AgentCore gateway id or its ARN",
    placeHolder: "https://gateway.example.com/mcp",
    ignoreFocusOut: true,
    validateInput: (text) => (text.trim() === "" ? undefined : problemWith(text, failureWords)),
  });
}

/** What is wrong with an address while it is typed. */
function problemWith(text: string, failureWords: FailureWords): string | undefined {
  try {
    parseGatewayAddress(text);
    return undefined;
  } catch (error) {
    const { title: what, nextStep } = failureWords(asFailure(error));
    return `${what} ${nextStep}`;
  }
}

function questions(title: string, known: KnownClient, report: (message: string) => void): ConnectQuestions {
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
      redirectUri === undefined
        ? askMachineClientId(title, issuer)
        : askClientId({ title, issuer, redirectUri, known: known.clientId }),
    credential: (issuer, clientId) => askCredential({ title, issuer, clientId, known: known.clientSecret }),
  };
}

async function offerNextSteps(connection: Connection, tools: number, gateways: Gateways): Promise<void> {
  const state = await gateways.state(connection);
  const who = state.kind === "signedIn" ? asAccount(state.tokens.account) : "";
  // What the editor's agent has of them is said where that is known, see `giveToAgent`.
  const has = tools === 1 ? "1 tool" : `${tools} tools`;
  void vscode.window
    .showInformationMessage(`Connected to ${connection.name}${who}. It has ${has}.`, "Run a Tool", "Show Status")
    .then((chosen) => {
      if (chosen === "Run a Tool") void executeCommand("runTool", connection.id);
      if (chosen === "Show Status") void executeCommand("showMenu");
    });
}
