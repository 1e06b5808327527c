import { basename } from "node:path";
import * as vscode from "vscode";
import type { GivenAuthorizer } from "../../diagnosis/askedAccess.ts";
import { asFailure, isFailure } from "../../failures/failure.ts";
import { failureLine } from "../../failures/wording.ts";
import { decodedText } from "../../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import type { Log } from "../../lib/log.ts";
import {
  faultsText,
  type LocalGateway,
  locatedFault,
  startLocalGateway,
} from "../../node/localPrograms/localGateway.ts";
import { readNamedFileMeanwhile } from "../../system/readNamedFile.ts";
import { failureWords } from "../messages/failureWords.ts";
import { logFailure } from "../messages/logFailure.ts";
import { tellFact } from "../messages/tellFact.ts";
import type { Tell } from "../messages/unaskedMessages.ts";
import type { RunningPrograms } from "../runningPrograms.ts";
import { translate } from "../translate.ts";
import { executeCommand } from "./executeCommand.ts";

/** What a new file has: enough to be completed, and nothing that would start by itself. */
const newFile = `{
  "name": "local",
  "authorizerType": "CUSTOM_JWT",
  "authorizerConfiguration": {
    "customJWTAuthorizer": {
      "discoveryUrl": "https://your-identity-provider/.well-known/openid-configuration",
      "allowedAudience": ["your-audience"]
    }
  },
  "targets": [
    { "name": "everything", "stdio": { "command": "npx", "args": ["-y", "@modelcontextprotocol/server-everything"] } }
  ],
  "local": { "port": 47120 }
}
`;

/** The names that `contributes.jsonValidation` knows. */
const fileNames = "**/{*.gateway.json,agentcore-gateway.json}";

interface Choice extends vscode.QuickPickItem {
  readonly act: "file" | "other" | "new";
  readonly path?: string;
}

export interface LocalGatewayWorld {
  /** The programs of this extension that are started as processes. */
  readonly programs: { readonly localGateway: string };
  readonly running: RunningPrograms;
  readonly log: Log;
  readonly tell: Tell;
}

/** Gateways with AgentCore's rules on this machine, one for each file, which end with this window. */
export class LocalGatewayCommands implements vscode.Disposable {
  readonly #world: LocalGatewayWorld;
  readonly #running = new Map<string, LocalGateway>();
  /** What the gateway of each file goes by: its text as it last was without faults. */
  readonly #rules = new Map<string, string>();
  readonly #problems = vscode.languages.createDiagnosticCollection("gateway-connect");

  constructor(world: LocalGatewayWorld) {
    this.#world = world;
  }

  /** @param path the gateway's file; without it, the person chooses one */
  async start(path: string | undefined): Promise<void> {
    if (!vscode.workspace.isTrusted) return await refuseUntrusted();
    const file = path ?? (await this.#choose());
    if (file === undefined) return;
    const title = translate("Starting the gateway of {0}", basename(file));
    const options = { location: vscode.ProgressLocation.Notification, title };
    try {
      const gateway = this.#running.get(file) ?? (await vscode.window.withProgress(options, () => this.#started(file)));
      const { url } = gateway;
      const connect = translate("Connect");
      const chosen = await vscode.window.showInformationMessage(
        translate(
          "The local gateway {0} runs at {1}. It follows its file, and ends with this window.{2}",
          nameOf(gateway),
          url,
          elsewhereText(gateway),
        ),
        connect,
        translate("Copy Address"),
      );
      if (chosen === connect) await executeCommand("connect", url);
      else if (chosen !== undefined) await vscode.env.clipboard.writeText(url);
    } catch (error) {
      if (!isFailure(error, "local_gateway_not_started")) throw error;
      const failure = asFailure(error);
      const words = failureWords(failure);
      const { faults } = error.facts;
      logFailure(failure, this.#world.log, { faults });
      this.#show(file, faults);
      await offerFile({ message: `${failureLine(words)} (${failure.code})`, file, faults, isOver: true });
    }
  }

  /** What a gateway that runs here is called. */
  named(url: string | undefined): { readonly name?: string } {
    const gateway = this.#at(url);
    return gateway ? { name: nameOf(gateway) } : {};
  }

  /** The rules of a gateway that runs here. */
  async authorizerOf(url: string): Promise<GivenAuthorizer | undefined> {
    const gateway = this.#at(url);
    return gateway && { source: "local gateway", configuration: this.#rules.get(gateway.file) };
  }

  #at(url: string | undefined): LocalGateway | undefined {
    return [...this.#running.values()].find((one) => one.url === url);
  }

  /** @param file of the gateway that is meant; without it, the person chooses among several */
  async stop(file = ""): Promise<void> {
    const meant = this.#running.get(file);
    const all = meant ? [meant] : [...this.#running.values()];
    const [only] = all;
    if (!only) return void tellFact(translate("No local gateway is running."));
    const items = all.map((gateway) => ({
      label: nameOf(gateway),
      description: gateway.url,
      detail: gateway.file,
      gateway,
    }));
    const chosen =
      all.length === 1
        ? [only]
        : (
            await vscode.window.showQuickPick(items, { title: translate("Stop Local Gateway"), canPickMany: true })
          )?.map(({ gateway }) => gateway);
    if (!chosen || chosen.length === 0) return;
    for (const { file } of chosen) this.#set(file, undefined);
    await Promise.all(chosen.map((gateway) => gateway.stop()));
    void tellFact(translate("Stopped: {0}.", chosen.map(nameOf).join(", ")));
  }

  dispose(): void {
    for (const gateway of this.#running.values()) void gateway.stop();
    this.#problems.dispose();
  }

  async #started(file: string): Promise<LocalGateway> {
    const gateway = await startLocalGateway(file, {
      execPath: process.execPath,
      script: this.#world.programs.localGateway,
      environment: process.env,
      onReloaded: (faults, notRun) => void this.#reloaded(file, faults, notRun),
      onEnded: () => this.#set(file, undefined),
      log: this.#world.log,
    });
    this.#set(file, gateway);
    await this.#follows(file);
    return gateway;
  }

  async #follows(file: string): Promise<void> {
    this.#show(file, []);
    this.#rules.set(file, decodedText(await readNamedFileMeanwhile(file, MAX_DOCUMENT_BYTES)));
  }

  /** All that is wrong with a file, each where it is, among the editor's problems. */
  #show(file: string, faults: readonly string[]): void {
    const problems = faults.map((fault) => {
      const { line, column, text } = locatedFault(fault, file);
      const restOfLine = new vscode.Range(line - 1, column - 1, line - 1, Number.MAX_SAFE_INTEGER);
      const problem = new vscode.Diagnostic(restOfLine, text, vscode.DiagnosticSeverity.Error);
      problem.source = translate("Start Local Gateway");
      return problem;
    });
    this.#problems.set(vscode.Uri.file(file), problems);
  }

  async #reloaded(file: string, faults: readonly string[], notRun: readonly string[]): Promise<void> {
    const gateway = this.#running.get(file);
    if (faults.length === 0) {
      if (gateway) this.#set(file, { ...gateway, notRun });
      await this.#follows(file);
      vscode.window.setStatusBarMessage(`$(check) ${translate("The local gateway follows {0}", basename(file))}`, 5000);
      return;
    }
    this.#show(file, faults);
    const message = translate(
      "The local gateway goes on as it was. {0}: {1}",
      basename(file),
      faultsText(faults, file),
    );
    const show = () => offerFile({ message, file, faults, isOver: false });
    this.#world.tell({ text: message, gateway: file, show });
  }

  async #choose(): Promise<string | undefined> {
    const found = await vscode.workspace.findFiles(fileNames, "**/node_modules/**", 50);
    const items: Choice[] = found.map(({ fsPath: path }) => ({
      act: "file",
      path,
      label: basename(path),
      description: this.#running.get(path)?.url ?? "",
      detail: path,
    }));
    items.push(
      {
        act: "other",
        label: `$(folder-opened) ${translate("Choose a File…")}`,
        detail: translate("What `aws bedrock-agentcore-control get-gateway` printed"),
      },
      {
        act: "new",
        label: `$(new-file) ${translate("New Gateway File")}`,
        detail: translate("An example to complete; save it as local.gateway.json"),
      },
    );
    const chosen = await vscode.window.showQuickPick(items, {
      title: translate("Start Local Gateway"),
      matchOnDetail: true,
    });
    switch (chosen?.act) {
      case "file":
        return chosen.path;
      case "other": {
        const picked = await vscode.window.showOpenDialog({
          title: translate("The gateway's file"),
          filters: { JSON: ["json", "jsonc"] },
        });
        return picked?.[0]?.fsPath;
      }
      case "new":
        await vscode.window.showTextDocument(
          await vscode.workspace.openTextDocument({ language: "json", content: newFile }),
        );
        return undefined;
      default:
        return undefined;
    }
  }

  #set(file: string, gateway: LocalGateway | undefined): void {
    if (gateway) this.#running.set(file, gateway);
    else {
      this.#running.delete(file);
      this.#show(file, []);
    }
    const program = gateway && {
      ...{ kind: "localGateway" as const, name: nameOf(gateway), url: gateway.url, file },
      ...(gateway.notRun.length > 0 && { notRun: gateway.notRun }),
    };
    this.#world.running.set(file, program);
    const some = this.#running.size > 0;
    void vscode.commands.executeCommand("setContext", "gatewayConnect.localGatewayRunning", some);
  }
}

/** A gateway's file names programs to start, and the folder's author may have written it. */
async function refuseUntrusted(): Promise<void> {
  const manage = translate("Manage Workspace Trust");
  const said = translate("A gateway's file names programs that would be started, and this folder is not trusted.");
  if ((await vscode.window.showWarningMessage(said, manage)) !== manage) return;
  await vscode.commands.executeCommand("workbench.trust.manage");
}

/** What of a gateway only AWS has, with the names of the targets; the view says what becomes of each here. */
function elsewhereText({ withoutEffect, notRun }: LocalGateway): string {
  const targets = notRun.map((target) => target.replace(/:.*/s, ""));
  const sentences = [
    ...(withoutEffect.length > 0 ? [translate("Only AWS has {0}.", withoutEffect.join(", "))] : []),
    ...(targets.length > 0
      ? [translate("These targets run at AWS only, and the view says what answers here: {0}.", targets.join(", "))]
      : []),
  ];
  return sentences.map((sentence) => ` ${sentence}`).join("");
}

const nameOf = ({ name, file }: LocalGateway): string => name ?? basename(file);

/** Says what is wrong with a gateway's file, and opens it at the first fault. */
async function offerFile({
  message,
  file,
  faults: [first = ""],
  isOver,
}: {
  readonly message: string;
  readonly file: string;
  readonly faults: readonly string[];
  /** Whether the gateway does not run; else it goes on as it was. */
  readonly isOver: boolean;
}): Promise<void> {
  const show = isOver ? vscode.window.showErrorMessage : vscode.window.showWarningMessage;
  const open = translate("Open File");
  if ((await show(message, open)) !== open) return;
  const { line, column } = locatedFault(first, file);
  const selection = new vscode.Range(line - 1, column - 1, line - 1, column - 1);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection });
}
