import { readFileSync } from "node:fs";
import { join } from "node:path";
import type * as vscode from "vscode";
import { isJsonObject } from "../../lib/json/jsonObject.ts";
import type { SubjectKind } from "../../toolPage/subject.ts";
import { type CommandRun, connectionArgument } from "../commands/command.ts";
import { executeCommand } from "../commands/executeCommand.ts";
import type { GatewayFollower } from "../gatewayChanges.ts";
import { withCancellableProgress } from "../messages/cancellableProgress.ts";
import { tellFact } from "../messages/tellFact.ts";
import { translate } from "../translate.ts";
import { ArgumentsEditor } from "./argumentsEditor.ts";
import { chooseSubject } from "./chooseSubject.ts";
import { listedSubject, readSubjects, type SubjectReference } from "./listedSubjects.ts";
import { ResultDocuments } from "./resultDocuments.ts";
import type { Draft } from "./runs.ts";
import { ToolPage, type ToolPageWorld } from "./toolPage.ts";

type MadeHere = "argumentsEditor" | "documents" | "readResource" | "script" | "style";

export interface ToolPagesWorld extends Omit<ToolPageWorld, MadeHere> {
  /** The folder of the pages' script and style. */
  readonly webviews: string;
  /** Calls back whenever the state or the tools of a gateway may have changed. */
  readonly follow: (follower: GatewayFollower) => void;
}

/** The commands that open pages of tools, resources and prompts, and the pages that are open. */
export interface ToolPages extends vscode.Disposable {
  /** **Run Gateway Tool…**: a choice among the tools of all gateways, or of the one that it is run for. */
  readonly runTool: (run: CommandRun) => Promise<void>;
  readonly open: (kind: SubjectKind, run: CommandRun) => Promise<void>;
}

/** Makes them, once for a window. */
export function createToolPages(world: ToolPagesWorld): ToolPages {
  const { gateways } = world;
  const argumentsEditor = new ArgumentsEditor();
  const documents = new ResultDocuments();
  const pages = new Map<string, ToolPage>();
  const drafts = new Map<string, Draft & Pick<SubjectReference, "gateway">>();
  const readResource = (reference: SubjectReference) =>
    void show(reference, true).catch((error: unknown) => world.showFailure(error, reference.gateway));
  const text = (name: string) => readFileSync(join(world.webviews, name), "utf8");
  const assets = { script: text("toolPage.js"), style: text("toolPage.css") };
  const pageWorld = { ...world, ...assets, argumentsEditor, documents, readResource };
  world.follow(async (all) => {
    const left = new Set(all.map(({ connection }) => connection.id));
    // What somebody ran goes with the gateway: the next one at its address may be another person's.
    for (const [key, { gateway }] of drafts) if (!left.has(gateway)) drafts.delete(key);
    for (const page of pages.values()) await page.refresh();
  });

  async function show(reference: SubjectReference, runs: boolean): Promise<void> {
    const key = JSON.stringify([reference.kind, reference.gateway, reference.name]);
    const subject = pages.has(key) ? undefined : await subjectOf(reference);
    // Looked up after the wait: it may have been opened twice meanwhile.
    const shown = pages.get(key);
    if (shown) {
      shown.reveal();
      if (runs) await shown.readNow();
      return;
    }
    if (subject === undefined) return;
    const draft = drafts.get(key) ?? { gateway: reference.gateway, history: [], results: new Map() };
    drafts.set(key, draft);
    const closed = () => void pages.delete(key);
    const page = new ToolPage({ reference, subject, draft, runs, closed }, pageWorld);
    pages.set(key, page);
    // What is kept stays shown where it cannot be asked.
    askAgain(reference, page).catch(() => {});
  }

  /** What is listed, or what the gateway lists when it is asked. @throws GatewayFailure when it cannot be asked */
  async function subjectOf(reference: SubjectReference) {
    const relay = await gateways.relay(reference.gateway);
    if (relay === undefined) return undefined;
    const known = listedSubject(reference, relay.catalogue());
    if (known) return known;
    await withCancellableProgress(translate("Asking the gateway for {0}", reference.name), (signal) =>
      readSubjects(reference.kind, relay, signal),
    );
    const found = listedSubject(reference, relay.catalogue());
    if (found === undefined) {
      void tellFact(translate("The gateway does not list {0}.", reference.name), { severity: "warning" });
    }
    return found;
  }

  /** What is kept may be old: the page says so when the gateway says otherwise. Nobody is asked to sign in for it. */
  async function askAgain(reference: SubjectReference, page: ToolPage): Promise<void> {
    const connection = gateways.find(reference.gateway);
    if (!connection || !["signedIn", "signedInToAws", "open"].includes((await gateways.state(connection)).kind)) return;
    const relay = await gateways.relay(reference.gateway);
    await (relay && readSubjects(reference.kind, relay))?.catch(() => {});
    await page.refresh();
  }

  async function choose(kind: SubjectKind, run: CommandRun): Promise<void> {
    const { all } = gateways.book;
    if (all.length === 0) {
      await executeCommand("connect");
      return;
    }
    const id = connectionArgument(run);
    const one = all.filter((connection) => connection.id === id);
    const reference = await chooseSubject(kind, one.length > 0 ? one : all, gateways);
    if (!reference) return;
    run.about(reference.gateway);
    await show(reference, false);
  }

  /** Opens what the command was run for, or lets the person choose. */
  async function open(kind: SubjectKind, run: CommandRun): Promise<void> {
    const reference = referenceOf(kind, run.args[0]);
    if (reference === undefined) return await choose(kind, run);
    run.about(reference.gateway);
    await show(reference, false);
  }

  return {
    runTool: (run) => open("tool", run),
    open,
    dispose() {
      for (const page of [...pages.values()]) page.close();
      argumentsEditor.dispose();
      documents.dispose();
    },
  };
}

/**
 * What a command was run for: `{ gateway, name }`, or an item of the view. Other extensions may run commands too, with
 * whatever they like.
 */
function referenceOf(kind: SubjectKind, argument: unknown): SubjectReference | undefined {
  if (!isJsonObject(argument)) return undefined;
  const { connectionId, gateway = connectionId, name } = argument;
  return typeof gateway === "string" && typeof name === "string" ? { kind, gateway, name } : undefined;
}
