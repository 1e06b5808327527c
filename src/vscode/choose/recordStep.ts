import { gatewayOfHost } from "../../agentcore/addresses.ts";
import { getGateway } from "../../agentcore/controlPlane/gatewayList.ts";
import type { GatewayDetail } from "../../agentcore/controlPlane/gatewayRecords.ts";
import { getServer } from "../../agentcore/controlPlane/registryList.ts";
import type { ListedRecord, ListedRegistry, RecordedServer } from "../../agentcore/controlPlane/registryRecords.ts";
import { chosenRecord } from "../../connections/aws/chosenRecord.ts";
import { GatewayFailure, isFailure } from "../../failures/failure.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { isSecureUrl, parseUrl } from "../../lib/secureUrl.ts";
import { translate } from "../translate.ts";
import { type AwsQuestion, askOfAws, keptItems } from "./askOfAws.ts";
import { apiWorld, type ChooserWorld, type Place, type Step } from "./chooserWorld.ts";
import { gatewayStep } from "./gatewayStep.ts";
import type { ListItem } from "./list.ts";
import { isServer, recordText } from "./recordText.ts";

/** An address of a record, with the gateway that is there where it is one of the same account. */
interface Remote {
  readonly url: string;
  readonly gateway?: { readonly detail: GatewayDetail; readonly region: string };
}

/** Shows the addresses of a record, and goes on with the gateway where one of these is a gateway that may be looked at. */
export function recordStep(
  record: ListedRecord,
  { registry, place }: { readonly registry: ListedRegistry; readonly place: Place },
  world: ChooserWorld,
): Step {
  let server: RecordedServer | undefined;
  const name = foreignText(record.name, 100);
  const listed = keptItems(async (signal) => {
    refuseOthers(record);
    server = await getServer(registry, record, await apiWorld(place, signal, world));
    const urls = usableRemotes(record, server);
    return await Promise.all(urls.map(async (url) => itemOf(await lookAt(url, place, { ...world, signal }))));
  });
  return async ({ canGoBack }) => {
    const question: AwsQuestion<Remote> = {
      title: translate("Choose from the Registry {0}", foreignText(registry.name, 100)),
      placeholder: translate("Connect {0}?", name),
      waiting: translate("Asking the registry about {0}…", name),
      canGoBack,
      ...listed,
    };
    const answer = await askOfAws(question, place, world);
    if (answer.kind !== "chosen") return answer;
    const { url, gateway } = answer.value;
    if (!gateway) {
      return { kind: "chosen", gateway: chosenRecord(record, { url, server: server as RecordedServer, place }) };
    }
    return { kind: "next", step: gatewayStep(gateway.detail, { ...place, region: gateway.region }, world) };
  };
}

/** @throws GatewayFailure `choice_not_mcp` */
function refuseOthers(record: ListedRecord): void {
  if (!isServer(record)) throw new GatewayFailure("choice_not_mcp", { name: record.name, found: recordText(record) });
}

/** @throws GatewayFailure `choice_not_mcp` */
function usableRemotes({ name }: ListedRecord, { remotes, hasPlaceholders }: RecordedServer): readonly string[] {
  const usable = remotes.filter((url) => {
    const parsed = parseUrl(url);
    return parsed && isSecureUrl(parsed) && parsed.username === "" && parsed.password === "";
  });
  if (usable.length > 0) return usable.slice(0, 20);
  const found = hasPlaceholders
    ? translate("a server whose address has parts that somebody has to fill in")
    : remotes.length > 0
      ? translate("a server without an https address")
      : translate("a server without an address: it runs as a program on your own computer");
  throw new GatewayFailure("choice_not_mcp", { name, found });
}

/** A gateway of somebody else's account, or one that may not be looked at, is connected by its address alone. */
async function lookAt(
  url: string,
  place: Place,
  { signal, ...world }: ChooserWorld & { readonly signal: AbortSignal },
): Promise<Remote> {
  const found = gatewayOfHost(new URL(url).hostname);
  if (!found) return { url };
  const { id, region } = found;
  try {
    const detail = await getGateway(id, await apiWorld({ ...place, region }, signal, world));
    return { url, gateway: { detail, region } };
  } catch (error) {
    if (signal.aborted || !isFailure(error)) throw error;
    world.log.info("The gateway of a record was not looked at", { code: error.code });
    return { url };
  }
}

const itemOf = (remote: Remote): ListItem<Remote> => ({
  label: `$(plug) ${translate("Connect {0}", foreignText(new URL(remote.url).host))}`,
  detail: foreignText(remote.url, 500),
  value: remote,
});
