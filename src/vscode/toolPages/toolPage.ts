import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { Gateways } from "../../connections/gateways.ts";
import type { FailureWords } from "../../failures/wording.ts";
import { editorPage } from "../../lib/editorPage.ts";
import type { Log } from "../../lib/log.ts";
import type { FromPage, Standing, ToPage } from "../../toolPage/messages.ts";
import { pageWords } from "../../toolPage/pageWords.ts";
import type { Subject } from "../../toolPage/subject.ts";
import { copyText } from "../copyText.ts";
import { PagePanel } from "../pagePanel.ts";
import { translate } from "../translate.ts";
import type { ArgumentsEditor, EditedArguments } from "./argumentsEditor.ts";
import { completionRequest } from "./completionRequest.ts";
import { listedSubject, type SubjectReference } from "./listedSubjects.ts";
import { openLink } from "./openLink.ts";
import { type ResultDocuments, wholePart } from "./resultDocuments.ts";
import { type Draft, Runs } from "./runs.ts";

export interface ToolPageWorld {
  readonly gateways: Gateways;
  readonly argumentsEditor: ArgumentsEditor;
  readonly documents: ResultDocuments;
  /** The page's own, as texts. */
  readonly script: string;
  readonly style: string;
  readonly failureWords: FailureWords;
  readonly showFailure: (error: unknown, gateway: string) => void;
  readonly log: Log;
  readonly now: () => number;
  /** Opens the page of another resource, and reads it. */
  readonly readResource: (reference: SubjectReference) => void;
}

/** What a page is about, as it is listed now. */
export interface ToolPageSubject {
  readonly reference: SubjectReference;
  readonly subject: Subject;
  readonly draft: Draft;
  /** Whether it is run as soon as it is there: for a person who clicked on a link to it. */
  readonly runs: boolean;
  readonly closed: () => void;
}

/** How long whoever types is waited for before a completion is asked, in milliseconds. */
const COMPLETION_DELAY_MS = 150;

/** The page of one tool, resource or prompt: its form, its runs and what came of them. */
export class ToolPage {
  readonly #reference: SubjectReference;
  readonly #panel: PagePanel;
  readonly #world: ToolPageWorld;
  readonly #draft: Draft;
  readonly #runs: Runs;
  #subject: Subject;
  #edited: EditedArguments;
  #standing: Standing = { kind: "ready" };
  #listed: string;
  #completing: AbortController | undefined;
  #runsWhenReady: boolean;

  constructor({ reference, subject, draft, runs, closed }: ToolPageSubject, world: ToolPageWorld) {
    this.#reference = reference;
    this.#subject = subject;
    this.#listed = JSON.stringify(subject);
    this.#draft = draft;
    this.#world = world;
    this.#runs = new Runs(reference, draft, { ...world, tell: (message) => this.#tell(message) });
    this.#runsWhenReady = runs;
    this.#edited = this.#editedOf(subject);
    this.#panel = new PagePanel({
      type: "gatewayConnect.toolPage",
      title: subject.title,
      html: () => this.#html(),
      isRetained: true,
      hear: (message) =>
        this.#hear(message as FromPage).catch((error: unknown) => world.showFailure(error, reference.gateway)),
      closed: () => {
        this.#end();
        closed();
      },
    });
  }

  /** Reads what the page is about, for a person who clicked on a link to it. */
  async readNow(): Promise<void> {
    await this.#runs.run(this.#subject, {});
  }

  reveal(): void {
    this.#panel.reveal();
  }

  close(): void {
    this.#panel.close();
  }

  /** Looks whether the gateway still has what the page is about, and whether it lets the person in. */
  async refresh(): Promise<void> {
    const standing = await this.#standingNow();
    if (JSON.stringify(standing) !== JSON.stringify(this.#standing)) {
      this.#standing = standing;
      this.#tell({ kind: "standing", standing });
    }
    if (standing.kind === "removed") return;
    const relay = await this.#world.gateways.relay(this.#reference.gateway);
    const catalogue = relay?.catalogue();
    if (catalogue === undefined) return;
    const subject = listedSubject(this.#reference, catalogue);
    const listed = JSON.stringify(subject) ?? "";
    if (listed === this.#listed) return;
    this.#listed = listed;
    if (subject !== undefined) {
      this.#subject = subject;
      await this.#world.argumentsEditor.close(this.#edited);
      this.#edited = this.#editedOf(subject);
    }
    this.#tell({ kind: "changed", subject });
  }

  /** Ends what runs, and closes what belongs to the page. */
  #end(): void {
    this.#runs.cancel();
    this.#completing?.abort();
    void this.#world.argumentsEditor.close(this.#edited);
  }

  #editedOf({ name, schema }: Subject): EditedArguments {
    return {
      name,
      schema,
      onChanged: (args) => {
        this.#draft.args = args;
        this.#tell({ kind: "arguments", args });
      },
    };
  }

  #tell(message: ToPage): void {
    this.#panel.tell(message);
  }

  async #hear(message: FromPage): Promise<void> {
    switch (message.kind) {
      case "ready":
        return await this.#open();
      case "arguments":
        this.#draft.args = message.args;
        return await this.#world.argumentsEditor.update(this.#edited, message.args);
      case "run":
        return await this.#runs.run(this.#subject, message.args);
      case "cancel":
        this.#runs.cancel();
        return;
      case "editJson":
        return await this.#world.argumentsEditor.open(this.#edited, message.args);
      case "openLink":
        return await openLink(message.href);
      case "readResource":
        return this.#world.readResource({ kind: "resource", gateway: this.#reference.gateway, name: message.uri });
      case "complete":
        return await this.#complete(message);
      case "openPart":
      case "savePart":
      case "copyPart": {
        const result = this.#draft.results.get(message.run);
        if (result === undefined) return;
        const part = wholePart(this.#reference, result, message.part);
        if (message.kind === "openPart") return await this.#world.documents.open(part);
        if (message.kind === "savePart") return await this.#world.documents.save(part);
        await copyText(part.text ?? "", translate("The result was copied."));
      }
    }
  }

  /** Says at once what the page is about. How it stands with the gateway may take a while: a keychain, another window's lock. */
  async #open(): Promise<void> {
    const { args, history } = this.#draft;
    this.#tell({
      kind: "open",
      subject: this.#subject,
      gateway: this.#gatewayName(),
      words: pageWords(translate),
      standing: this.#standing,
      history,
      ...(args && { args }),
    });
    this.#runs.sayAgain();
    const runs = this.#runsWhenReady ? this.#runs.run(this.#subject, {}) : undefined;
    this.#runsWhenReady = false;
    await Promise.all([runs, this.refresh()]);
  }

  async #complete(asked: Extract<FromPage, { readonly kind: "complete" }>): Promise<void> {
    this.#completing?.abort();
    const completing = new AbortController();
    this.#completing = completing;
    await new Promise((done) => setTimeout(done, COMPLETION_DELAY_MS));
    const relay = completing.signal.aborted ? undefined : await this.#world.gateways.relay(this.#reference.gateway);
    if (relay === undefined) return;
    const values = await relay.own.complete(completionRequest(this.#reference, asked), completing.signal);
    if (!completing.signal.aborted) this.#tell({ kind: "completed", argument: asked.argument, values });
  }

  async #standingNow(): Promise<Standing> {
    const { gateways, failureWords } = this.#world;
    const connection = gateways.find(this.#reference.gateway);
    if (!connection) return { kind: "removed" };
    const state = await gateways.state(connection);
    if (state.kind === "signedOut") return { kind: "signedOut" };
    if (state.kind === "attention") return { kind: "attention", words: failureWords(state.failure).title };
    return { kind: "ready" };
  }

  #gatewayName(): string {
    return this.#world.gateways.find(this.#reference.gateway)?.name ?? "";
  }

  #html(): string {
    const { script, style } = this.#world;
    return editorPage({
      title: this.#subject.title,
      body: "",
      nonce: randomBytes(16).toString("hex"),
      script,
      style,
      hasMedia: true,
      language: vscode.env.language,
    });
  }
}
