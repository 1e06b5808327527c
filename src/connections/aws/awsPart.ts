import type { AwsAccounts } from "../../aws/awsAccounts.ts";
import type { AwsSurroundings } from "../../aws/awsSurroundings.ts";
import type { WantedToken } from "../../aws/webIdentityToken.ts";
import type { HttpAnswer, HttpFetch } from "../../lib/httpPort.ts";
import type { KnownConnections } from "../knownConnections.ts";
import type { GatewaySettings } from "../settings/readGatewaySettings.ts";
import type { BegunAwsSignIn, KeptAwsSignIn } from "./keepAwsSignIn.ts";
import type { RequestToSign, SignedGateway } from "./sendSigned.ts";

/** What signs with AWS credentials on this computer. It is loaded when the first request is to be signed. */
export interface AwsPart {
  readonly accounts: AwsAccounts;
  /** See `sendSigned`. */
  send(request: RequestToSign, gateway: SignedGateway, fetch: HttpFetch): Promise<HttpAnswer>;
  /** See `keepAwsSignIn`. */
  signIn(begun: BegunAwsSignIn, settings: GatewaySettings, connections: KnownConnections): Promise<KeptAwsSignIn>;
  /** See `webIdentityToken`. */
  webIdentityToken(wanted: WantedToken): Promise<string>;
  /** The names of the profiles that there are. */
  profiles(): Promise<readonly string[]>;
  /** What AWS's own tools would take on this computer, without any key. */
  surroundings(): Promise<AwsSurroundings>;
  /** Where AWS's own program is; undefined where it is not installed. */
  findCli(): Promise<string | undefined>;
}

/** @throws GatewayFailure `part_not_loaded` */
export type LoadAws = () => Promise<AwsPart>;
