import { AwsAccounts } from "../../aws/awsAccounts.ts";
import { webIdentityToken } from "../../aws/webIdentityToken.ts";
import type { AwsPart } from "../../connections/aws/awsPart.ts";
import { keepAwsSignIn } from "../../connections/aws/keepAwsSignIn.ts";
import { sendSigned } from "../../connections/aws/sendSigned.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import type { Log } from "../../lib/log.ts";
import { type AwsCliWorld, findAwsCli } from "./awsCli.ts";
import { awsProfiles } from "./awsFiles.ts";
import { awsSource } from "./awsSources.ts";
import { awsSurroundingsOf } from "./awsSurroundingsOf.ts";

export interface OpenAwsWorld extends AwsCliWorld {
  /** The way to AWS's own services. */
  readonly fetch: HttpFetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: Log;
}

/** What signs with the AWS credentials of this computer. Nothing is read, started or sent before it is asked for. */
export function openAws(world: OpenAwsWorld): AwsPart {
  const accounts = new AwsAccounts({ ...world, sourceOf: (profile) => awsSource(profile, world) });
  return {
    accounts,
    send: (request, gateway, fetch) => sendSigned(request, gateway, { accounts, fetch }),
    signIn: (begun, settings, connections) => keepAwsSignIn(begun, settings, { accounts, connections }),
    webIdentityToken: (wanted) => webIdentityToken(wanted, { accounts, fetch: world.fetch }),
    profiles: async () => [...(await awsProfiles(world.env, world.platform)).keys()],
    surroundings: () => awsSurroundingsOf(world),
    findCli: () => findAwsCli(world),
  };
}
