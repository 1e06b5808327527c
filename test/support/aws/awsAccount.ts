import { rmSync } from "node:fs";
import type { BundleHost } from "../bundleHost.ts";
import type { Answers, Question } from "../editorApi.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { withVariables } from "../withVariables.ts";
import { installAws } from "./awsComputer.ts";
import { type ControlPlane, startControlPlane } from "./controlPlane.ts";

export const chooserKeys = {
  accessKeyId: "ASIACHOOSERKEY000000",
  secretAccessKey: "marked-secret",
  sessionToken: "marked-token",
};

export interface AwsAccount {
  readonly plane: ControlPlane;
  readonly aws: ReturnType<typeof installAws>;
  /** The folder of the person on whose computer AWS's tools are. */
  readonly home: string;
}

/**
 * AWS's program and files on this computer, and AWS's APIs with the account that its keys are of, for as long as `act` takes.
 *
 * @param more what else is in the environment
 */
export async function withAwsAccount(
  act: (account: AwsAccount) => Promise<void>,
  more: (account: AwsAccount) => Readonly<Record<string, string>> = ({ plane }) => ({ AWS_ENDPOINT_URL: plane.origin }),
): Promise<void> {
  const home = makeTemporaryFolder("aws-account");
  const plane = await startControlPlane();
  const { accessKeyId, ...key } = chooserKeys;
  plane.keys[accessKeyId] = key;
  const aws = installAws(home, ["dev", "prod"]);
  aws.gives(chooserKeys);
  const account = { plane, aws, home };
  const variables = { ...aws.env(process.env.PATH ?? ""), HOME: home, ...more(account) };
  try {
    await withVariables(variables, () => act(account));
  } finally {
    await plane.stop();
    rmSync(home, { recursive: true, force: true });
  }
}

/** Answers each question by what it asks; the answers of one question are given in turn. */
export function inTurn(answers: Readonly<Record<string, string | readonly string[]>>): Answers {
  const left = new Map(Object.entries(answers).map(([asked, given]) => [asked, [given].flat()]));
  return ({ text }) => {
    const [, given] = [...left].find(([asked]) => text.includes(asked)) ?? [];
    return given?.shift();
  };
}

export const askedFor = ({ editor }: BundleHost, text: string): Question[] =>
  editor.asked.filter((question) => question.text.includes(text));
