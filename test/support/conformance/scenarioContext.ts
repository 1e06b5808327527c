/** What a scenario says about itself: what a person would have been given by whoever runs the server. */
export interface ScenarioContext {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly private_key_pem?: string;
  /** The token that a platform gave to a workload. */
  readonly valid_jwt?: string;
  readonly idp_issuer?: string;
  readonly idp_client_id?: string;
  readonly idp_id_token?: string;
  readonly toolCalls?: readonly { readonly name: string; readonly arguments: Record<string, unknown> }[];
}

/** One scenario, as it is played here. */
export interface PlayedScenario {
  readonly name: string;
  readonly context: ScenarioContext;
  /** The address of its MCP server. */
  readonly url: string;
  /** The Node for the program under test. */
  readonly node: string;
  /** An empty folder that is the home of whoever plays it. */
  readonly home: string;
}

/** The client ID metadata document that the suite's provider knows. */
export const clientMetadataUrl = ({ name }: PlayedScenario): string | undefined =>
  name === "auth/basic-cimd" ? "https://conformance-test.local/client-metadata.json" : undefined;

/** A computer with a home and nothing in it, and with the secrets of the scenario. */
export function scenarioEnvironment({ context, home }: PlayedScenario): Readonly<Record<string, string>> {
  const { PATH = "", SystemRoot } = process.env;
  return {
    PATH,
    ...(SystemRoot !== undefined && { SystemRoot }),
    ...{ HOME: home, USERPROFILE: home, LOCALAPPDATA: home, XDG_CACHE_HOME: `${home}/cache` },
    ...(context.client_secret !== undefined && { CLIENT_SECRET: context.client_secret }),
    ...(context.valid_jwt !== undefined && { WORKLOAD_TOKEN: context.valid_jwt }),
    ...(context.private_key_pem !== undefined && { CLIENT_KEY: context.private_key_pem }),
    ...(context.idp_id_token !== undefined && { ID_TOKEN: context.idp_id_token }),
  };
}
