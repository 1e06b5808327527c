import { dirname, resolve } from "node:path";
import { findNodeAtLocation } from "jsonc-parser";
import { decodedText } from "../../lib/decodedText.ts";
import { located, readJson } from "../../lib/json/jsonDocument.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { readNamedFile } from "../../system/readNamedFile.ts";
import type { AuditSettings } from "../configuration/auditSettings.ts";
import type { ConfigurationFault, GatewayConfiguration } from "../configuration/gatewayConfiguration.ts";
import { type FollowedPolicyFiles, policyFilesBeside } from "../configuration/policyFiles.ts";
import { readConfiguration } from "../configuration/readConfiguration.ts";
import type { SchemaFile } from "../configuration/toolsOfTargets.ts";
import { SIGNATURES_UNCHECKED } from "../gatewayOptions.ts";

export type ConfigurationFile =
  | {
      readonly kind: "good";
      readonly text: string;
      readonly followed: FollowedPolicyFiles;
      readonly configuration: GatewayConfiguration;
      readonly ignored: readonly string[];
      readonly notRun: readonly string[];
    }
  | { readonly kind: "unreadable"; readonly reason: string }
  | {
      readonly kind: "faulty";
      readonly text: string;
      readonly followed: FollowedPolicyFiles;
      readonly faults: readonly ConfigurationFault[];
    };

/**
 * Reads a gateway's file. Relative paths in it are relative to the file, wherever the program was started.
 *
 * @param to `run` a gateway, for which AWS's own signatures are a fault, since they cannot be checked here
 */
export function readConfigurationFile(
  file: string,
  environment: NodeJS.ProcessEnv,
  to: "run" | "read" = "run",
): ConfigurationFile {
  let text: string;
  try {
    text = decodedText(readNamedFile(file, MAX_DOCUMENT_BYTES));
  } catch (error) {
    return { kind: "unreadable", reason: unreadable(error) };
  }
  const followed = policyFilesBeside(file);
  const beside = (path: string) => resolve(dirname(file), path);
  const files = { read: followed.read, readSchema: (path: string) => schemaFile(beside(path)) };
  const read = readConfiguration(text, environment, files);
  if (read.kind === "faulty") return { kind: "faulty", text, followed, faults: read.faults };
  const { configuration, ignored, notRun } = read;
  if (to === "run" && configuration.options.signedBy) {
    return { kind: "faulty", text, followed, faults: signatureFaults(text, configuration.options.signedBy) };
  }
  const targets = configuration.options.targets.map((target) =>
    target.kind === "stdio" && target.cwd !== undefined ? { ...target, cwd: beside(target.cwd) } : target,
  );
  const interceptors = configuration.options.interceptors?.map((one) =>
    one.cwd === undefined ? one : { ...one, cwd: beside(one.cwd) },
  );
  const programs = interceptors && { interceptors };
  const auditFile = configuration.auditFile === undefined ? undefined : beside(configuration.auditFile);
  const audit = configuration.audit && { audit: auditBeside(configuration.audit, beside) };
  return {
    kind: "good",
    text,
    followed,
    ignored,
    notRun,
    configuration: {
      ...configuration,
      ...audit,
      auditFile,
      options: { ...configuration.options, targets, ...programs },
    },
  };
}

function auditBeside(audit: AuditSettings, beside: (path: string) => string): AuditSettings {
  const { head, keyFile, ...chain } = audit.chain ?? {};
  if (!audit.chain) return audit;
  const files = {
    ...(head !== undefined && { head: beside(head) }),
    ...(keyFile !== undefined && { keyFile: beside(keyFile) }),
  };
  return { ...audit, chain: { ...chain, ...files } };
}

function signatureFaults(text: string, found: string): readonly ConfigurationFault[] {
  const document = readJson(text, "the JSON of a gateway");
  const node = document.kind === "read" ? findNodeAtLocation(document.root, ["authorizerType"]) : undefined;
  const problem = `${SIGNATURES_UNCHECKED}, found ${JSON.stringify(found)}`;
  return located(text, [{ path: "authorizerType", offset: node?.offset ?? 0, problem }]);
}

/** AWS's limit for a schema in S3. */
const MAX_SCHEMA_BYTES = 10 * 1024 * 1024;

/** @throws Error with a message for people */
function schemaFile(file: string): SchemaFile {
  try {
    return { file, text: decodedText(readNamedFile(file, MAX_SCHEMA_BYTES)) };
  } catch (error) {
    throw new Error(`${file}: ${unreadable(error)}`);
  }
}

function unreadable(error: unknown): string {
  const { code = "unknown" } = error as NodeJS.ErrnoException;
  return code === "ENOENT" ? "there is no such file" : `it cannot be read (${code})`;
}

/** The faults of a file, each on a line that editors and terminals turn into a link. */
export function faultLines(file: string, read: Exclude<ConfigurationFile, { kind: "good" }>): readonly string[] {
  if (read.kind === "unreadable") return [`${file}: ${read.reason}`];
  return read.faults.map((fault) => faultLine(file, fault));
}

/** One fault on its line. */
export function faultLine(file: string, { path, line, column, problem, file: of = file }: ConfigurationFault): string {
  const at = path === "" ? "" : `${path}: `;
  return `${of}:${line}:${column}: ${at}${problem}`;
}
