import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";

export interface FakeKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt?: number;
}

/** How often AWS's own program was started, and with what. */
export interface CliStart {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * AWS's own program and files on a computer of a test.
 *
 * @param folder the computer's
 * @param profiles the names of those that `~/.aws/config` has
 */
export function installAws(folder: string, profiles: readonly string[] = ["dev"]) {
  const bin = join(folder, "aws-bin");
  mkdirSync(bin, { recursive: true });
  copyFileSync(resolve("test/support/aws/fakeAwsCli.cjs"), join(bin, "aws.cjs"));
  writeFileSync(join(bin, "aws"), `#!/bin/sh\nexec "${process.execPath}" "${join(bin, "aws.cjs")}" "$@"\n`);
  chmodSync(join(bin, "aws"), 0o755);
  const config = join(folder, "aws-config");
  writeFileSync(
    config,
    profiles.map((name) => `[profile ${name}]\nsso_session = corp\nregion = eu-central-1\n`).join("\n"),
  );
  const says = (what: { readonly stdout?: string; readonly stderr?: string; readonly code?: number }) =>
    writeFileSync(join(bin, "aws.json"), JSON.stringify(what));
  const log = join(bin, "aws.log");
  return {
    bin,
    /** What has to be in the environment of who looks for it. */
    env: (path: string) => ({
      PATH: [bin, path].join(delimiter),
      AWS_CONFIG_FILE: config,
      AWS_SHARED_CREDENTIALS_FILE: join(folder, "aws-credentials"),
    }),
    credentialsFile: join(folder, "aws-credentials"),
    says,
    gives: ({ accessKeyId, secretAccessKey, sessionToken, expiresAt }: FakeKeys) =>
      says({
        stdout: JSON.stringify({
          Version: 1,
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          ...(sessionToken !== undefined && { SessionToken: sessionToken }),
          ...(expiresAt !== undefined && { Expiration: new Date(expiresAt).toISOString() }),
        }),
      }),
    starts: (): readonly CliStart[] =>
      existsSync(log)
        ? readFileSync(log, "utf8")
            .split("\n")
            .filter(Boolean)
            .map((line) => JSON.parse(line) as CliStart)
        : [],
  };
}
