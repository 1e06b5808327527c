import { registryAddress } from "../../agentcore/addresses.ts";
import type { ListedRecord, ListedRegistry, RecordedServer } from "../../agentcore/controlPlane/registryRecords.ts";
import { type ChosenGateway, chosenServer } from "./chosenGateway.ts";

interface Place {
  readonly profile: string | undefined;
  readonly region: string;
}

/** What connecting the MCP server of a record begins with. */
export function chosenRecord(
  { name }: ListedRecord,
  { url, server, place }: { readonly url: string; readonly server: RecordedServer; readonly place: Place },
): ChosenGateway {
  const { authorizerType, rules } = server.found ?? {};
  return chosenServer({ address: url, name: nameOf(name), authorizerType, rules }, place);
}

/** What connecting a registry itself begins with: it is an MCP server too. */
export function chosenRegistry({ id, name, authorizerType, rules }: ListedRegistry, place: Place): ChosenGateway {
  const address = registryAddress(id, place.region);
  return chosenServer({ address, name: nameOf(name), authorizerType, rules }, place);
}

/** Connections are called in one word, as far as that goes: records are called after those who made them. */
function nameOf(name: string): string {
  const last = name.split("/").at(-1) ?? name;
  return last.replace(/[^\p{L}\p{N}._ -]/gu, "-").slice(0, 80) || "mcp";
}
