import { existsSync } from "node:fs";
import { foreignText } from "../../lib/foreignText.ts";
import { type AuditFault, faultText } from "../audit/auditFinding.ts";
import { readHead } from "../audit/chainHead.ts";
import { fileLines, inOrder } from "../audit/fileLines.ts";
import { rotatedFiles } from "../audit/rotation.ts";
import { type VerifiedAudit, verifyAudit } from "../audit/verifyAudit.ts";
import type { GatewayConfiguration } from "../configuration/gatewayConfiguration.ts";
import { chainOf, keyOf } from "./chainKey.ts";
import type { VerifyCommand } from "./gatewayArguments.ts";
import { textOf } from "./readToken.ts";

/** What there is to say about an audit. */
export interface VerifiedFiles {
  readonly lines: readonly string[];
  readonly json: object;
  /** Whether nothing is wrong with it. */
  readonly isGood: boolean;
}

/** How many faults are told one by one. */
const MOST_FAULTS = 1000;
const LONGEST_LINE = 8_000;

/**
 * Looks whether an audit is as it was written.
 *
 * @param configuration of the gateway, where the command names it
 * @throws Error with a message for people, when something cannot be read
 */
export async function verifyFiles(
  asked: VerifyCommand,
  configuration: GatewayConfiguration | undefined,
  environment: NodeJS.ProcessEnv,
): Promise<VerifiedFiles> {
  const given = configuration && ofConfiguration(configuration, environment);
  const key = asked.key ? keyOf(await textOf(asked.key, environment, "--key")) : given?.key;
  const headFile = asked.head ?? given?.head;
  const head = headFile === undefined ? undefined : headAt(headFile);
  const files = inReadableOrder(asked.files.length > 0 ? asked.files : (given?.files ?? []));
  const from = asked.from ?? head?.from ?? 1;
  const faults: AuditFault[] = [];
  let found = 0;
  const verified = verifyAudit(fileLines(files), {
    ...{ key, head, from },
    found: (fault) => {
      found++;
      if (faults.length < MOST_FAULTS) faults.push(fault);
    },
  });
  const more = found - faults.length;
  const notes = notesOf(verified, { hasKey: key !== undefined, hasHead: head !== undefined });
  const words = [
    ...faults.map(faultText),
    ...(more > 0 ? [`and ${more} more`] : []),
    ...notes,
    resultOf(verified, found),
  ];
  return {
    lines: words.map((line) => foreignText(line, LONGEST_LINE)),
    json: { ...verified, faults, ...(more > 0 && { more }), withKey: key !== undefined, withHead: head !== undefined },
    isGood: found === 0,
  };
}

function ofConfiguration({ auditFile, audit }: GatewayConfiguration, environment: NodeJS.ProcessEnv) {
  if (auditFile === undefined) throw new Error("The gateway of --config has no local.auditFile.");
  if (!audit?.chain)
    throw new Error("The gateway of --config has no local.audit.chain, so that nothing can be found out.");
  const there = existsSync(auditFile) ? [auditFile] : [];
  return { files: [...rotatedFiles(auditFile), ...there], ...chainOf(auditFile, audit.chain, environment) };
}

function headAt(path: string) {
  try {
    const head = readHead(path);
    if (head) return head;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Error(`The head of the chain, ${path}, cannot be read (auditHeadUnreadable): ${code ?? message}.`);
  }
  throw new Error(`The head of the chain, ${path}, is not there (auditHeadUnreadable).`);
}

function inReadableOrder(files: readonly string[]): readonly string[] {
  try {
    return inOrder(files);
  } catch (error) {
    const { code = "unknown", path = "" } = error as NodeJS.ErrnoException;
    throw new Error(`${path} cannot be read (${code}).`);
  }
}

function notesOf(
  { before, torn, beyondHead }: VerifiedAudit,
  { hasKey, hasHead }: { readonly hasKey: boolean; readonly hasHead: boolean },
): readonly string[] {
  return [
    ...(before > 0 ? [`${before} lines before the chain begins were not looked at.`] : []),
    ...(torn > 0 ? [`${torn} lines were cut off by a crash or a full disk, which the line behind each says.`] : []),
    ...(beyondHead > 0
      ? [`${beyondHead} lines are behind the head, which a gateway that was killed did not write any more.`]
      : []),
    ...(hasKey ? [] : ["Without --key only accidents are found: whoever changes a line can make its hash anew."]),
    ...(hasHead ? [] : ["Without --head, lines that were cut off the end are not missed."]),
  ];
}

function resultOf({ good, first, last }: VerifiedAudit, found: number): string {
  const range = good === 0 ? "no line of a chain" : `${good} lines, ${first} to ${last},`;
  return found === 0 ? `${range} as they were written` : `NOT AS IT WAS WRITTEN: ${found} faults; ${range} are good`;
}
