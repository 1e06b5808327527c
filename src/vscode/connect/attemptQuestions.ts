import type { LoadAws } from "../../connections/aws/awsPart.ts";
import type { ConnectQuestions } from "../../connections/connectGateway.ts";
import type { FailureWords } from "../../failures/wording.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import { translated } from "../translate.ts";
import { askAwsProfile } from "./awsQuestion.ts";
import type { ConnectStage } from "./connectStage.ts";
import type { GivenAnswers } from "./givenAnswers.ts";
import * as ask from "./questions.ts";
import type { WrittenSettings } from "./writtenSettings.ts";

export interface AskedAttempt {
  /** What the person is doing. */
  readonly title: string;
  readonly answers: GivenAnswers;
  readonly written: WrittenSettings;
}

export interface QuestionsWorld {
  readonly fetch: HttpFetch;
  readonly loadAws: LoadAws;
  readonly failureWords: FailureWords;
}

/** What is asked during one attempt to connect: each in a box, which an answer that is known already spares. */
export function attemptQuestions(
  { title, answers, written }: AskedAttempt,
  stage: ConnectStage,
  world: QuestionsWorld,
): ConnectQuestions {
  const { failureWords } = world;
  const asked: GivenAnswers["answer"] = (step, show) => {
    stage.pause();
    return answers.answer(step, show);
  };
  return {
    progress: (text) => stage.report(translated(text)),
    region: (gatewayId) => asked("region", (given) => ask.askRegion(gatewayId, given, { title, failureWords })),
    async issuer(url) {
      const issuer = await asked("issuer", (given) => ask.askIssuer(title, given, world));
      if (issuer !== undefined) await written.write(url, { issuer });
      return issuer;
    },
    privateIssuer: (one) => answers.agree(one.issuer, () => ask.mayEnterNetwork(one, stage)),
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
