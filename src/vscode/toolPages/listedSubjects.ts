import type { Connection } from "../../connections/connection.ts";
import type { GatewayRelay } from "../../connections/gatewayRelays.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { ListMethod } from "../../mcp/lists.ts";
import type { Catalogue } from "../../relay/catalogue.ts";
import { type Subject, type SubjectKind, subjectOf } from "../../toolPage/subject.ts";

/** What a page is opened for: the argument of the commands that open one. */
export interface SubjectReference {
  readonly kind: SubjectKind;
  /** The id of a connection. */
  readonly gateway: string;
  /** The name of a tool or prompt, the address of a resource, or a template of addresses. */
  readonly name: string;
}

/** The lists that have what a page can be about. */
const methods: Readonly<Record<SubjectKind, readonly ListMethod[]>> = {
  tool: ["tools/list"],
  resource: ["resources/list", "resources/templates/list"],
  prompt: ["prompts/list"],
};

/** What a gateway has of one kind, as it was last listed. */
export function listedSubjects(kind: SubjectKind, catalogue: Catalogue | undefined): readonly Subject[] {
  if (catalogue === undefined) return [];
  const { tools, prompts, resources, resourceTemplates } = catalogue;
  const items = { tool: tools, prompt: prompts, resource: [...resources, ...resourceTemplates] }[kind];
  return items.map((item) => subjectOf(kind, item));
}

/** One of them; a resource that is not listed can be read by its address all the same. */
export function listedSubject({ kind, name }: SubjectReference, catalogue: Catalogue | undefined): Subject | undefined {
  const found = listedSubjects(kind, catalogue).find((subject) => subject.name === name);
  return found ?? (kind === "resource" ? subjectOf("resource", { uri: name, name }) : undefined);
}

/** Asks a gateway for its lists of one kind. @throws GatewayFailure when it cannot be asked */
export async function readSubjects(kind: SubjectKind, relay: GatewayRelay, signal?: AbortSignal): Promise<void> {
  await Promise.all(methods[kind].map((method) => relay.own.list(method, signal)));
}

/** How long the choice among all gateways waits for one that was never asked, in milliseconds. */
const LIST_TIMEOUT_MS = 5_000;

export interface GatewaySubjects {
  readonly connection: Connection;
  readonly subjects: readonly Subject[];
}

/** What all gateways have of one kind. Only those are asked that never were: the others said it when they were reached. */
export async function subjectsOfAll(
  kind: SubjectKind,
  connections: readonly Connection[],
  gateways: Gateways,
): Promise<readonly GatewaySubjects[]> {
  return await Promise.all(
    connections.map(async (connection) => {
      const relay = await gateways.relay(connection.id);
      if (relay === undefined) return { connection, subjects: [] };
      if (listedSubjects(kind, relay.catalogue()).length === 0) {
        await readSubjects(kind, relay, AbortSignal.timeout(LIST_TIMEOUT_MS)).catch(() => {});
      }
      return { connection, subjects: listedSubjects(kind, relay.catalogue()) };
    }),
  );
}
