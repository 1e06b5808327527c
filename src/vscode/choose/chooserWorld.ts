import type { ApiWorld } from "../../agentcore/controlPlane/askApi.ts";
import type { AwsPart, LoadAws } from "../../connections/aws/awsPart.ts";
import type { ChosenGateway } from "../../connections/aws/chosenGateway.ts";
import type { FailureWords } from "../../failures/wording.ts";
import type { HttpFetch } from "../../lib/httpPort.ts";
import type { Log } from "../../lib/log.ts";
import type { LogFailure } from "../messages/logFailure.ts";

/** What choosing a gateway needs of the window. */
export interface ChooserWorld {
  readonly loadAws: LoadAws;
  /** The way to AWS. */
  readonly fetch: HttpFetch;
  readonly log: Log;
  readonly failureWords: FailureWords;
  readonly logFailure: LogFailure;
}

/** Where somebody looks: with whose credentials, and in which region. */
export interface Place {
  /** Undefined for what AWS's own tools take by default. */
  readonly profile: string | undefined;
  readonly region: string;
}

/** One step of the choice. Each asks one question, and knows which one follows. */
export type Step = (options: { readonly canGoBack: boolean }) => Promise<StepOutcome>;

export type StepOutcome =
  | { readonly kind: "next"; readonly step: Step }
  | { readonly kind: "chosen"; readonly gateway: ChosenGateway }
  | { readonly kind: "back" | "cancelled" | "address" };

/** The way to AWS's APIs in one place, for as long as a step waits. */
export async function apiWorld(
  { profile, region }: Place,
  signal: AbortSignal,
  { loadAws, fetch }: ChooserWorld,
): Promise<ApiWorld> {
  const aws: AwsPart = await loadAws();
  const surroundings = await aws.surroundings();
  // Credentials may take longer than any request: roles and IAM Identity Center are asked over the network.
  await aws.accounts.check(profile);
  return {
    region,
    signal,
    endpointOf: (id) => surroundings.endpointOf(id, profile),
    send: (service, url, request) => aws.accounts.fetch({ service, region, profile }, url, request, fetch),
  };
}
