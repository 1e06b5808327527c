import * as vscode from "vscode";
import type { LoadAws } from "../../connections/aws/awsPart.ts";
import type { ChosenGateway } from "../../connections/aws/chosenGateway.ts";
import { type ConnectOutcome, connectGateway } from "../../connections/connectGateway.ts";
import type { Connection } from "../../connections/connection.ts";
import { whichEnterprise } from "../../connections/enterprise/whichEnterprise.ts";
import type { OutgoingFetch } from "../../connections/fetchToGateway.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { GatewaysWorld } from "../../connections/gatewaysWorld.ts";
import type { SettingsValues } from "../../connections/settings/readGatewaySettings.ts";
import { type AnyFailure, asFailure } from "../../failures/failure.ts";
import { type FailureWords, failureLine } from "../../failures/wording.ts";
import type { JsonObject } from "../../lib/json/jsonObject.ts";
import type { Log } from "../../lib/log.ts";
import type { Company } from "../../oauth/signIn/recordedAuthorization.ts";
import type { SignInFlow } from "../../oauth/signIn/signInFlow.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import { type AgentWorld, giveToAgent } from "../agents/agentTools.ts";
import { AddressStep, type AddressStepWorld } from "../connect/addressStep.ts";
import { attemptQuestions } from "../connect/attemptQuestions.ts";
import { CompanySecret } from "../connect/companySecret.ts";
import { ConnectStage } from "../connect/connectStage.ts";
import { askAfterFailure } from "../connect/failureStep.ts";
import { GivenAnswers } from "../connect/givenAnswers.ts";
import { mendable } from "../connect/mendable.ts";
import { offerNextSteps } from "../connect/nextSteps.ts";
import * as ask from "../connect/questions.ts";
import { type RefusedWorld, refusedStep } from "../connect/refusedStep.ts";
import { type AnsweredSettings, WrittenSettings } from "../connect/writtenSettings.ts";
import type { LogFailure } from "../messages/logFailure.ts";
import type { Tell } from "../messages/unaskedMessages.ts";
import { milestones } from "../milestones.ts";
import type { EditorSignIn } from "../signIn/editorSignIn.ts";
import { translate } from "../translate.ts";
import { executeCommand } from "./executeCommand.ts";

const titles = {
  browser: translate("Connect Gateway"),
  clientCredentials: translate("Connect Gateway as a Machine"),
  deviceCode: translate("Connect Gateway with a Code"),
  workloadIdentity: translate("Connect Gateway as a Machine"),
  enterprise: translate("Connect Gateway"),
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
  /** Where people sign in, where the gateway does not say so itself. */
  readonly issuer?: string | undefined;
  /** The company by which people are let in. */
  readonly company?: Company | undefined;
}

export interface ConnectWorld extends OutgoingFetch {
  readonly gateways: Gateways;
  readonly browser: EditorSignIn;
  readonly secrets: SecretStore;
  readonly settings: () => SettingsValues;
  readonly redirect: GatewaysWorld["redirect"];
  readonly moreGrants: readonly string[];
  readonly loadAws: LoadAws;
  readonly log: Log;
  readonly failureWords: FailureWords;
  readonly logFailure: LogFailure;
  readonly tell: Tell;
  readonly agent: AgentWorld;
  /** Looks why a gateway refuses the token, and keeps what it found. */
  readonly findOut: RefusedWorld["findOut"];
  /** Loads `choose.cjs`. */
  readonly loadChoose: AddressStepWorld["loadChoose"];
  /** Told what AWS says of a gateway, for Explain Access. */
  readonly described: (url: string, configuration: JsonObject) => void;
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
  /** Whether it begins with the choice among the gateways of an AWS account. */
  readonly fromAws?: boolean;
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
  const answers = new GivenAnswers(
    { clientId: known.clientId, credential: known.clientSecret, issuer: known.issuer },
    isCertain,
  );
  const company = { kind: "oauth", ...(known.company && { company: known.company }) } as const;
  const enterprise = () => whichEnterprise(world.settings(), company);
  const companySecret = new CompanySecret({ secrets: world.secrets, enterprise });
  const addressStep = new AddressStep(title, options.fromAws ?? false, world);
  let address = options.address;
  let chosen: ChosenGateway | undefined;
  let problem: string | undefined;
  let asksAddress = address === undefined;
  if (address !== undefined && options.settings) await written.writeUnset(address, options.settings);
  for (;;) {
    if (asksAddress || address === undefined) {
      const answer = await addressStep.ask({ value: address, problem });
      if (answer.kind !== "answered") break;
      if (answer.text !== address || answer.chosen) {
        answers.forAnotherAddress();
        if (chosen) await written.undo();
      }
      address = answer.text;
      if (answer.chosen) {
        chosen = answer.chosen;
        await begin(chosen, { answers, written }, world);
      } else if (chosen?.address !== address) chosen = undefined;
    }
    asksAddress = false;
    problem = undefined;
    const ended = await attempt(address, { title, answers, written, options, chosen }, world);
    if (chosen?.configuration && (ended.kind === "connected" || ended.kind === "refused")) {
      world.described(ended.connection.url, chosen.configuration);
    }
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
    world.logFailure(failure, world.log);
    const mend = mendable(failure, answers, companySecret);
    if (mend === "address") {
      problem = line;
      asksAddress = true;
    } else if (mend === "clientId") {
      answers.refuse("clientId", line);
    } else if (mend === "companySecret") {
      const answer = await companySecret.ask(title, line);
      if (answer.kind === "cancelled") break;
      asksAddress = answer.kind === "back";
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
        await companySecret.undo();
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
  await companySecret.undo();
  world.log.info("Connect Gateway was given up");
  return undefined;
}

/** What AWS says of a gateway is set for it, as far as nothing is, and stands in the boxes. */
async function begin(
  { address, settings, issuer, configuration }: ChosenGateway,
  { answers, written }: Pick<Attempt, "answers" | "written">,
  world: ConnectWorld,
): Promise<void> {
  // What is set for a gateway that is connected already is what it was connected with.
  if (!world.gateways.book.byUrl(address)) await written.writeMissing(address, settings);
  if (issuer !== undefined) answers.suggest("issuer", issuer);
  if (configuration) world.described(address, configuration);
}

interface Attempt {
  readonly title: string;
  readonly answers: GivenAnswers;
  readonly written: WrittenSettings;
  readonly options: ConnectOptions;
  readonly chosen: ChosenGateway | undefined;
}

type Ended =
  | ConnectOutcome
  | { readonly kind: "back"; readonly toAddress: boolean }
  | { readonly kind: "failed"; readonly failure: AnyFailure; readonly url: string | undefined };

/** One attempt, from the address to the tools. */
async function attempt(address: string, one: Attempt, world: ConnectWorld): Promise<Ended> {
  const { title, answers, options, chosen } = one;
  const stage = new ConnectStage(title, address);
  let url: string | undefined;
  answers.begin();
  try {
    const outcome = await connectGateway(address, attemptQuestions(one, stage, world), {
      ...world,
      signal: stage.signal,
      flow: options.flow ?? (options.known?.company && "enterprise"),
      company: options.known?.company,
      name: options.name ?? chosen?.name,
      knownScopes: chosen?.scopes,
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
  void milestones.connected();
  if (!isQuiet) await offerNextSteps(connection, tools, world.gateways);
  if (tools > 0) void giveToAgent(connection, { ...world.agent, gateways: world.gateways });
  await world.connected(connection);
  return connection;
}
