import {
  type WorkloadIdentity,
  type WorkloadSource,
  workloadGrants,
  workloadPlatforms,
} from "../../oauth/workload/workloadIdentity.ts";
import { type CredentialPlace, credentialPlaceSchema, credentialSource, type Setting } from "./setting.ts";

/** How a workload signs in, as it stands in the settings. */
export interface WorkloadInSettings {
  readonly source?: (typeof workloadPlatforms)[number] | CredentialPlace;
  readonly audience?: string;
  readonly grant?: WorkloadIdentity["grant"];
}

/** With what a workload signs in. What is left out is what the standards say. */
export const workloadSetting: Setting<WorkloadIdentity> = {
  schema: {
    type: "object",
    minProperties: 1,
    additionalProperties: false,
    properties: {
      source: { anyOf: [{ type: "string", enum: workloadPlatforms }, credentialPlaceSchema] },
      audience: { type: "string", minLength: 1 },
      grant: { type: "string", enum: workloadGrants },
    },
  },
  convert: ({ source, audience = "issuer", grant = "jwt-bearer" }: WorkloadInSettings) => {
    const from: WorkloadSource | undefined =
      typeof source === "string" ? { kind: source } : source && credentialSource(source);
    return from && { source: from, audience, grant };
  },
  foundInstead: 'something else than { "source": "github-actions" } and the like',
};
