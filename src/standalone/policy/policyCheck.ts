import { asFailure } from "../../failures/failure.ts";
import { decodedText } from "../../lib/decodedText.ts";
import { foreignText } from "../../lib/foreignText.ts";
import type { DocumentFault } from "../../lib/json/jsonDocument.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { openPolicy } from "../../node/policy/openPolicy.ts";
import { policyPlace } from "../../node/policy/policyPlace.ts";
import { DocumentPolicy } from "../../policy/documentPolicy.ts";
import type { GatewayRules, Policy } from "../../policy/policy.ts";
import { type SignInKind, signInKinds } from "../../policy/policyDocument.ts";
import { readPolicy } from "../../policy/readPolicy.ts";
import { readNamedFile } from "../../system/readNamedFile.ts";
import { exitCodes } from "../arguments.ts";
import { standaloneFailureText } from "../terminalWords.ts";
import type { PolicyOptions } from "./policyArguments.ts";

/** What a check prints, and how it ends. */
export interface PolicyCheck {
  readonly lines: readonly string[];
  readonly exitCode: number;
}

/** Checks an administrator's file: the one that is named, or this machine's own in its place. */
export function policyCheck(options: PolicyOptions): PolicyCheck {
  const { file } = options;
  return file === undefined ? checkInPlace(options) : checkNamed(file, options);
}

function checkNamed(file: string, options: PolicyOptions): PolicyCheck {
  let text: string;
  try {
    text = decodedText(readNamedFile(file, MAX_DOCUMENT_BYTES));
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    return { lines: [`${file} cannot be read (${code}).`], exitCode: exitCodes.argumentsWrong };
  }
  const read = readPolicy(text);
  if (read.kind === "broken") return faulty(file, read.faults);
  return answered(new DocumentPolicy(read.document, file), file, options);
}

function checkInPlace(options: PolicyOptions): PolicyCheck {
  const place = policyPlace();
  const policy = openPolicy(place);
  const { state, fault } = policy;
  switch (state.kind) {
    case "read":
      return answered(policy, place.file, options);
    case "broken":
      return faulty(place.file, state.faults);
    case "ignored":
      return { lines: fault ? [standaloneFailureText(fault)] : [], exitCode: exitCodes.notAllowed };
    case "none":
      return {
        lines: [`There is no ${place.file}: nothing is managed on this computer.`],
        exitCode: exitCodes.ended,
      };
  }
}

function faulty(file: string, faults: readonly DocumentFault[]): PolicyCheck {
  const many = faults.length === 1 ? "1 fault" : `${faults.length} faults`;
  const lines = faults.map(({ line, column, path, problem }) =>
    foreignText(`${file}:${line}:${column} ${path === "" ? "" : `${path}: `}${problem}`, 400),
  );
  return {
    lines: [...lines, `${many}. With it, nothing new could be connected, and nobody could sign in.`],
    exitCode: exitCodes.notAllowed,
  };
}

function answered(policy: Policy, file: string, options: PolicyOptions): PolicyCheck {
  const { url } = options;
  if (url === undefined) return { lines: [`${file} has no fault.`], exitCode: exitCodes.ended };
  const rules = policy.of(url);
  const refusals = refusalsOf(rules, options);
  const managed = rules.managed.map(({ kind, what, rule }) => `  ${kind.padEnd(16)} ${what} (${rule})`);
  const settings = rules.settings.signIn === undefined ? [] : [`  ${"sign-in".padEnd(16)} ${rules.settings.signIn}`];
  return {
    lines: [
      ...(refusals.length === 0 ? [`${url} is allowed.`] : refusals),
      ...(managed.length === 0 ? ["Nothing of it is managed."] : ["What is managed of it:", ...managed, ...settings]),
    ],
    exitCode: refusals.length === 0 ? exitCodes.ended : exitCodes.notAllowed,
  };
}

/** What stops a person, in the words that they would read. */
function refusalsOf(rules: GatewayRules, { issuer, account, signIn, host }: PolicyOptions): readonly string[] {
  const kind =
    signInKinds.find((one) => one === signIn) ?? (rules.settings.signIn as SignInKind | undefined) ?? "browser";
  const doors = [
    () => rules.mayConnect(),
    () => rules.maySignIn({ kind, issuer: issuer ?? textOf(rules.settings.issuer), settings: {} }),
    ...(account === undefined ? [] : [() => rules.mayKeep({ addresses: [account], isMachine: false })]),
    ...(host === undefined ? [] : [() => rules.mayEnter(host)]),
  ];
  const texts = doors.flatMap((door) => {
    try {
      door();
      return [];
    } catch (error) {
      return [standaloneFailureText(asFailure(error))];
    }
  });
  return [...new Set(texts)];
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
