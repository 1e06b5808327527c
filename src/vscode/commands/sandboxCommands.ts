import * as vscode from "vscode";
import type { GivenAuthorizer } from "../../diagnosis/askedAccess.ts";
import type { Log } from "../../lib/log.ts";
import { type SandboxProcess, startSandboxProcess } from "../../node/localPrograms/sandboxProcess.ts";
import type { RunningPrograms } from "../runningPrograms.ts";
import { translate, translated } from "../translate.ts";
import type { KnownClient } from "./connectCommand.ts";
import { executeCommand } from "./executeCommand.ts";
import { sandboxIdentityProviders } from "./sandboxIdentityProviders.ts";

const connect = translate("Connect");
const copyAddress = translate("Copy Address");
const copyClientId = translate("Copy Client ID");
const replace = translate("Replace…");

/** Runs a gateway for people who have none yet, as a process that ends with this window. */
export class SandboxCommands implements vscode.Disposable {
  readonly #script: string;
  readonly #log: Log;
  readonly #programs: RunningPrograms;
  #running: SandboxProcess | undefined;

  constructor(script: string, log: Log, programs: RunningPrograms) {
    this.#script = script;
    this.#log = log;
    this.#programs = programs;
  }

  /** @param profile the identity provider to behave like; asked for when it is not given and nothing runs */
  async start(profile?: string): Promise<void> {
    const running = this.#running;
    if (running && (profile === undefined || profile === running.profile)) await this.#tell(running, [replace]);
    else if (!running || (await mayReplace(running, profile))) await this.#startLike(profile);
  }

  /** The rules of the sandbox's gateway, where it is the one at this address. */
  authorizerOf(url: string): GivenAuthorizer | undefined {
    const running = this.#running;
    return running?.gatewayUrl === url ? { source: "sandbox", configuration: running.authorizer } : undefined;
  }

  /** The client to connect the sandbox at this address as; undefined where it registers clients by itself. */
  clientOf(url: string | undefined): KnownClient | undefined {
    const running = this.#running;
    return running && running.gatewayUrl === url && !isGeneric(running) ? running : undefined;
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#set(undefined);
    await running?.stop();
    void vscode.window.showInformationMessage(
      running
        ? translate("The sandbox gateway was stopped. Everything it issued is void.")
        : translate("The sandbox gateway is not running."),
    );
  }

  dispose(): void {
    void this.#running?.stop();
  }

  /** Starts it, and stops the one that runs. */
  async #startLike(wanted: string | undefined): Promise<void> {
    const profile = wanted ?? (await askProfile());
    if (profile === undefined) return;
    const before = this.#running;
    this.#set(undefined);
    await before?.stop();
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: translate("Starting the sandbox gateway"),
    };
    const started = await vscode.window.withProgress(options, () => this.#startAnywhere(profile));
    this.#set(started);
    await this.#tell(started, []);
  }

  async #tell(running: SandboxProcess, more: readonly string[]): Promise<void> {
    const { gatewayUrl, clientId, clientSecret, profile } = running;
    const registers = isGeneric(running);
    const runs = registers
      ? translate("The sandbox gateway runs at {0}.", gatewayUrl)
      : translate(
          "The sandbox gateway runs at {0}. It behaves like {1}, with the client ID {2}.",
          gatewayUrl,
          labelOf(profile),
          clientId ?? "",
        );
    const chosen = await vscode.window.showInformationMessage(
      `${runs} ${translate("It ends with this window.")}`,
      ...[connect, copyAddress, ...(registers ? [] : [copyClientId]), ...more],
    );
    const known = registers ? undefined : { clientId, clientSecret };
    if (chosen === connect) await executeCommand("connect", gatewayUrl, known);
    else if (chosen === copyAddress) await vscode.env.clipboard.writeText(gatewayUrl);
    else if (chosen === copyClientId) await vscode.env.clipboard.writeText(clientId);
    else if (chosen === replace) await this.#startLike(undefined);
  }

  /** Starts it at the usual ports where they are free, so that a connection still works with the next sandbox. */
  async #startAnywhere(profile: string): Promise<SandboxProcess> {
    const args = ["--profile", profile];
    const options = {
      execPath: process.execPath,
      script: this.#script,
      log: this.#log,
      onEnded: () => this.#set(undefined),
    };
    const usual = ["--gateway-port", "47110", "--issuer-port", "47111"];
    return startSandboxProcess({ ...options, args: [...args, ...usual] }).catch(() =>
      startSandboxProcess({ ...options, args }),
    );
  }

  #set(running: SandboxProcess | undefined): void {
    this.#running = running;
    this.#programs.set(
      "sandbox",
      running && {
        ...{ kind: "sandbox" as const, url: running.gatewayUrl },
        name: isGeneric(running) ? "" : labelOf(running.profile),
      },
    );
    void vscode.commands.executeCommand("setContext", "gatewayConnect.sandboxRunning", running !== undefined);
  }
}

/** The generic one registers clients by itself. The others do not, or the gateway refuses the clients they register. */
const isGeneric = ({ profile }: SandboxProcess): boolean => profile === sandboxIdentityProviders[0]?.profile;

async function askProfile(): Promise<string | undefined> {
  const picked = await vscode.window.showQuickPick(shownProviders(), {
    title: translate("Start Sandbox Gateway"),
    placeHolder: translate("Which identity provider should it behave like?"),
    matchOnDetail: true,
  });
  return picked?.profile;
}

async function mayReplace({ profile }: SandboxProcess, wanted: string | undefined): Promise<boolean> {
  const other = labelOf(wanted ?? "");
  const chosen = await vscode.window.showInformationMessage(
    translate(
      "The sandbox gateway that runs behaves like {0}. Replace it with one that behaves like {1}?",
      labelOf(profile),
      other,
    ),
    { modal: true, detail: translate("Everything that it issued is void then.") },
    translate("Replace"),
  );
  return chosen === translate("Replace");
}

function labelOf(profile: string): string {
  const label = sandboxIdentityProviders.find((choice) => choice.profile === profile)?.label;
  return label === undefined ? profile : translated(label);
}

/** The identity providers in the editor's language. */
const shownProviders = () =>
  sandboxIdentityProviders.map(({ label, detail, ...rest }) => ({
    ...rest,
    label: translated(label),
    detail: translated(detail),
  }));
