import { parseArgs } from "node:util";
import { signInKinds } from "../../policy/policyDocument.ts";

/** `policy check`: what is asked of an administrator's file. */
export interface PolicyOptions {
  /** The file; the machine's own where none is named. */
  readonly file?: string;
  /** What it would say of this gateway, and of a sign-in there. */
  readonly url?: string;
  readonly issuer?: string;
  readonly account?: string;
  readonly signIn?: string;
  readonly host?: string;
}

export const policyHelp = `Checks the file in which the administrator of a computer says what Gateway Connect may do.

Usage: gateway-connect policy check [file] [options]

Without a file it checks the one of this computer, and whose it is. It says all that is wrong, with line and column, and what
contradicts itself.

  --url <address>              says what the file has of this gateway
  --issuer <address>           with --url: whether people may sign in there
  --account <address>          with --url: whether this account may be used
  --sign-in <kind>             with --url: whether people may sign in so: browser, deviceCode, enterprise,
                               clientCredentials, workloadIdentity, aws
  --host <id>                  with --url: whether the file of this host may have an entry

Exit codes: 0 for a file without a fault that allows what was asked, 2 for wrong arguments, 7 otherwise.`;

/**
 * Reads the arguments behind `policy`.
 *
 * @returns undefined for whoever asks for help
 * @throws Error in words about the argument that cannot be used
 */
export function policyOptions(args: readonly string[]): PolicyOptions | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    strict: true,
    allowPositionals: true,
    options: {
      ...Object.fromEntries(asked.map((name) => [name, { type: "string" } as const])),
      url: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return undefined;
  const [verb, file, ...more] = positionals;
  if (verb !== "check") throw new Error(`policy takes check, such as: policy check policy.json.`);
  if (more.length > 0) throw new Error(`policy check takes one file. What is "${more[0]}" for?`);
  const options = values as Readonly<Record<string, string | undefined>>;
  const alone = asked.find((name) => options[name] !== undefined && options.url === undefined);
  if (alone !== undefined) throw new Error(`--${alone} is about a gateway: give its address with --url too.`);
  const { url, issuer, account, host, "sign-in": signIn } = options;
  if (signIn !== undefined && !signInKinds.some((kind) => kind === signIn)) {
    throw new Error(`--sign-in is one of ${signInKinds.join(", ")}.`);
  }
  for (const [name, value] of Object.entries({ url, issuer })) {
    if (value !== undefined && !URL.canParse(value)) throw new Error(`--${name} takes a whole address.`);
  }
  const given = { file, url, issuer, account, signIn, host };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

const asked = ["issuer", "account", "sign-in", "host"] as const;
