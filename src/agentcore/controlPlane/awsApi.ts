import { controlPlaneHost } from "../addresses.ts";

/** One of the APIs of AWS that know which gateways and registries there are. */
export interface AwsApi {
  /** What AWS's files call it in a `[services]` section; its variable is `AWS_ENDPOINT_URL_` and this in capitals. */
  readonly id: "bedrock_agentcore_control" | "agent_registry_control" | "agent_registry";
  /** By which name requests are signed, and what permissions begin with. */
  readonly service: "bedrock-agentcore" | "agent-registry";
  readonly host: (region: string) => string;
}

/** Gateways and their targets. */
export const gatewaysApi: AwsApi = {
  id: "bedrock_agentcore_control",
  service: "bedrock-agentcore",
  host: controlPlaneHost,
};

/** Registries, and their records for whoever manages them. */
export const registriesApi: AwsApi = {
  id: "agent_registry_control",
  service: "agent-registry",
  host: (region) => `agent-registry-control.${region}.api.aws`,
};

/** Records of registries for whoever looks for something to use. */
export const recordsApi: AwsApi = {
  id: "agent_registry",
  service: "agent-registry",
  host: (region) => `agent-registry.${region}.api.aws`,
};
