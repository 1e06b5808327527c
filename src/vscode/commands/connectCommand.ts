import * as vscode from "vscode";
import type { LoadAws } from "../../connections/aws/awsPart.ts";
import { type ConnectOutcome, type ConnectQuestions, connectGateway } from "../../connections/connectGateway.ts";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { GatewaysWorld } from "../../connections/gatewaysWorld.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import type { WaysOut } from "../../connections/wayToGateway.ts";
import { type AnyFailure, asFailure } from "../../failures/failure.ts";
import { type FailureWords, failureLine } from "../../failures/wording.ts";
import type { Log } from "../../lib/log.ts";
import type { SignInFlow } from "../../oauth/signIn/signInFlow.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { type AgentWorld, giveToAgent } from "../agentTools.ts";
import type { BrowserSignIn } from "../browserSignIn.ts";
import { askAwsProfile } from "../connect/awsQuestion.ts";
import { ConnectStage } from "../connect/connectStage.ts";
import { askAfterFailure } from "../connect/failureStep.ts";
import { GivenAnswers } from "../connect/givenAnswers.ts";
import { mendable } from "../connect/mendable.ts";
import { offerNextSteps } from "../connect/nextSteps.ts";
import * as ask from "../connect/questions.ts";
import { type RefusedWorld, refusedStep } from "../connect/refusedStep.ts";
import { type AnsweredSettings, WrittenSettings } from "../connect/writtenSettings.ts";
import { translate, translated } from "../translate.ts";
import { executeCommand } from "./executeCommand.ts";

const titles = {
  browser: translate("Connect Gateway"),
  clientCredentials: translate("Connect Gateway as a Machine"),
  deviceCode: translate("Connect Gateway with a Code"),
} as const satisfies Record<SignInFlow, string>;

/** What is asked for where a setting of the gateway would mend a failure, and what is set then. */
const askedSettings = {
  scopes: { ask: ask.askScopes, setting: (text: string): AnsweredSettings => ({ scopes: text.split(/[\s,]+/) }) },
  audience: { ask: ask.askAudience, setting: (audience: string): AnsweredSettings => ({ audience }) },
} as const;

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
  readonly loadAws: LoadAws;
  readonly log: Log;
  readonly failureWords: FailureWords;
  readonly agent: AgentWorld;
  /** Looks why a gateway refuses the token, and keeps what it found. */
  readonly findOut: RefusedWorld["findOut"];
  /** What follows for hosts that read a file. */
  readonly connected: (connection: Connection) => Promise<void>;
}

export interface ConnectOptions {
  /** An address that is known already; asked for where it is not. */
  readonly address: string | undefined;
  /** What stands in the inputs already. */
  readonly known?: KnownClient;
  /** Whether that is so certain that nobody is asked for it. */
  readonly isCertain?: boolean;
  /** What to call the connection; by default a name taken from its address. */
  readonly name?: string;
  /** How tokens are obtained, where it is not in the browser: by the client itself, or by a person on another device. */
  readonly flow?: Exclude<SignInFlow, "browser">;
  /** What is set for the gateway at this address, unless something is; it is taken back where nothing is connected. */
  readonly settings?: AnsweredSettings;
  /** Whether what comes next is somebody else's to offer. */
  readonly isQuiet?: boolean;
}

/**
 * **Connect Gateway**, from the address to the tools: a dialog in steps. Whatever fails is said in the step that can mend
 * it, with what was typed still in its box, and who gives up leaves nothing behind.
 *
 * @returns the connection, if there is one now
 */
export async function connectCommand(options: ConnectOptions, world: ConnectWorld): Promise<Connection | undefined> {
  const { known = {}, isCertain = false, flow } = options;
  const title = titles[flow ?? "browser"];
  const written = new WrittenSettings();
  const answers = new GivenAnswers({ clientId: known.clientId, credential: known.clientSecret }, isCertain);
  let address = options.address;
  let problem: string | undefined;
  let asksAddress = address === undefined;
  if (address !== undefined && options.settings) await written.writeUnset(address, options.settings);
  for (;;) {
    if (asksAddress || address === undefined) {
      const answer = await ask.askAddress(title, { value: address, problem }, world.failureWords);
      if (answer.kind !== "answered") break;
      if (answer.text !== address) answers.forAnotherAddress();
      address = answer.text;
    }
    asksAddress = false;
    problem = undefined;
    const ended = await attempt(address, { title, answers, written, options }, world);
    if (ended.kind === "connected") return await welcome(ended.connection, ended.tools, options, world);
    if (ended.kind === "refused") return await refused(title, ended, { written, options }, world);
    if (ended.kind === "cancelled") break;
    if (ended.kind === "back") {
      asksAddress = answers.isAtAddress || ended.toAddress;
      continue;
    }
    const { failure } = ended;
    const words = world.failureWords(failure);
    const line = failureLine(words);
    world.log.error(words.title, { code: failure.code, detail: words.detail });
    const mend = mendable(failure, answers);
    if (mend === "address") {
      problem = line;
      asksAddress = true;
    } else if (mend === "clientId") {
      answers.refuse("clientId", line);
    } else if (mend !== undefined && ended.url !== undefined) {
      const value = failure.code === "token_audience_mismatch" ? failure.facts.expected : undefined;
      const answer = await askedSettings[mend].ask(title, { value, problem: line });
      if (answer.kind === "cancelled") break;
      if (answer.kind === "back") asksAddress = true;
      else await written.write(ended.url, askedSettings[mend].setting(answer.text));
    } else {
      const next = await askAfterFailure(title, failure, words);
      if (next === undefined) break;
      if (next === "address") asksAddress = true;
      if (next === "explain") {
        await written.undo();
        await executeCommand("explainAccess", address);
        return undefined;
      }
      if (next === "signIn") {
        const connection = failure.code === "already_connected" && world.gateways.book.byUrl(failure.facts.url);
        if (connection) await executeCommand("signIn", connection.id);
        return connection || undefined;
      }
    }
  }
  await written.undo();
  world.log.info("Connect Gateway was given up");
  return undefined;
}

interface Attempt {
  readonly title: string;
  readonly answers: GivenAnswers;
  readonly written: WrittenSettings;
  readonly options: ConnectOptions;
}

type Ended =
  | ConnectOutcome
  | { readonly kind: "back"; readonly toAddress: boolean }
  | { readonly kind: "failed"; readonly failure: AnyFailure; readonly url: string | undefined };

/** One attempt, from the address to the tools. */
async function attempt(address: string, one: Attempt, world: ConnectWorld): Promise<Ended> {
  const { title, answers, options } = one;
  const stage = new ConnectStage(title, address);
  let url: string | undefined;
  answers.begin();
  try {
    const outcome = await connectGateway(address, questions(one, stage, world), {
      ...world,
      signal: stage.signal,
      flow: options.flow,
      name: options.name,
      signIn: (connection) => {
        url = connection.url;
        stage.leave(vscode.l10n.t("answer the question of your editor"));
        const progress = { signal: stage.signal, report: (text: string) => stage.leave(text) };
        const withCode = translate("Connect Gateway with a Code…");
        return world.browser.ask({ connection, because: "sign_in_needed", scopes: [] }, { ...progress, withCode });
      },
    });
    world.log.info(`Connect Gateway ended: ${outcome.kind}`);
    if (outcome.kind !== "cancelled") return outcome;
    const goesBack = stage.wantsAddress || answers.wentBack;
    return goesBack ? { kind: "back", toAddress: stage.wantsAddress } : outcome;
  } catch (error) {
    return { kind: "failed", failure: asFailure(error), url };
  } finally {
    stage.end();
  }
}

function questions({ title, answers, written }: Attempt, stage: ConnectStage, world: ConnectWorld): ConnectQuestions {
  const { failureWords } = world;
  const asked: GivenAnswers["answer"] = (step, show) => {
    stage.pause();
    return answers.answer(step, show);
  };
  return {
    progress: (text) => stage.report(translated(text)),
    region: (gatewayId) => asked("region", (given) => ask.askRegion(title, gatewayId, given, failureWords)),
    async issuer(url) {
      const issuer = await asked("issuer", (given) => ask.askIssuer(title, given, world));
      if (issuer !== undefined) await written.write(url, { issuer });
      return issuer;
    },
    async awsProfile(url) {
      const profiles = await (await world.loadAws()).profiles();
      return await asked("aws", () => askAwsProfile(url, profiles));
    },
    clientId: (server, redirectUri, provider) =>
      asked("clientId", (given) => ask.askClientId(title, { issuer: server, redirectUri, provider }, given)),
    credential: (issuer, clientId) =>
      asked("credential", (given) => ask.askCredential(title, { issuer, clientId }, given)),
  };
}

/** A gateway that refuses the token stays connected, whatever the person does about it. */
async function refused(
  title: string,
  outcome: Extract<ConnectOutcome, { kind: "refused" }>,
  { written, options }: Pick<Attempt, "written" | "options">,
  world: ConnectWorld,
): Promise<Connection | undefined> {
  const { connection } = outcome;
  const signInAgain = async () => {
    const ending = await world.browser.ask({ connection, because: "sign_in_needed", scopes: [] });
    return ending.kind === "signedIn";
  };
  const tools = await refusedStep(title, outcome, { ...world, written, signInAgain });
  const now = world.gateways.find(connection.id);
  return tools !== undefined && now ? await welcome(now, tools, options, world) : now;
}

async function welcome(
  connection: Connection,
  tools: number,
  { isQuiet = false }: ConnectOptions,
  world: ConnectWorld,
): Promise<Connection> {
  if (!isQuiet) await offerNextSteps(connection, tools, world.gateways);
  if (tools > 0) void giveToAgent(connection, { ...world.agent, gateways: world.gateways });
  await world.connected(connection);
  return connection;
}
