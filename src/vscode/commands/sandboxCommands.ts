import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { Gateways } from "../../connections/gateways.ts";
import type { GivenAuthorizer } from "../../diagnosis/askedAccess.ts";
import type { Log } from "../../lib/log.ts";
import { type SandboxProcess, startSandboxProcess } from "../../node/localPrograms/sandboxProcess.ts";
import { copyText } from "../copyText.ts";
import { tellFact } from "../messages/tellFact.ts";
import type { RunningPrograms } from "../runningPrograms.ts";
import { translate, translated } from "../translate.ts";
import type { ConnectOptions, KnownClient } from "./connectCommand.ts";
import { executeCommand } from "./executeCommand.ts";
import { sandboxIdentityProviders } from "./sandboxIdentityProviders.ts";

const connect = translate("Connect");
const copyAddress = translate("Copy Address");
const copyClientId = translate("Copy Client ID");

/** What is done with the sandbox beside starting and stopping it. */
export interface SandboxWorld {
  readonly script: string;
  readonly log: Log;
  readonly programs: RunningPrograms;
  readonly gateways: Gateways;
  /** Connects a gateway without offering what comes next. @returns the connection, if there is one */
  readonly connect: (options: ConnectOptions) => Promise<Connection | undefined>;
}

/** Whoever tries the sandbox has said that they want in, and is asked no second time on its pages. */
const quickly = ["--no-consent"];

/** The tool of the sandbox that says who is asking. */
const firstTool = "sample___whoami";

/** Runs a gateway for people who have none yet, as a process that ends with this window. */
export class SandboxCommands implements vscode.Disposable {
  readonly #world: SandboxWorld;
  #running: SandboxProcess | undefined;
  /** Where the one was that this one took the place of: its port may be taken meanwhile. */
  #replaced: string | undefined;

  constructor(world: SandboxWorld) {
    this.#world = world;
  }

  /**
   * **Try the Sandbox**: from nothing to the page of its first tool, with no more than a sign-in between.
   *
   * @param wanted the identity provider to behave like; by default the one that runs, or the one that follows the standards
   */
  async try(wanted?: string): Promise<void> {
    const before = this.#running;
    const profile = wanted ?? before?.profile ?? sandboxIdentityProviders[0]?.profile ?? "";
    if (before && before.profile !== profile && !(await mayReplace(before, profile))) return;
    const running = before?.profile === profile ? before : await this.#start(profile, quickly);
    const known = this.#world.gateways.book.byUrl(running.gatewayUrl);
    const isIn = known && running === before && (await this.#world.gateways.state(known)).kind === "signedIn";
    const connection = isIn ? known : await this.#connect(running);
    if (connection) await executeCommand("openTool", { gateway: connection.id, name: firstTool });
  }

  /** @param profile the identity provider to behave like; asked for when it is not given and nothing runs */
  async start(profile?: string): Promise<void> {
    const running = this.#running;
    if (running && (profile === undefined || profile === running.profile)) await this.manage();
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
    return running && running.gatewayUrl === url ? knownClient(running) : undefined;
  }

  /** **Manage Sandbox Gateway…**: what can be done with the one that runs. */
  async manage(): Promise<void> {
    const running = this.#running;
    if (!running) return await this.start();
    const { gatewayUrl, clientId } = running;
    const act = (icon: string, label: string, description: string, run: () => unknown) => ({
      label: `$(${icon}) ${label}`,
      ...{ description, run },
    });
    const copy = (label: string, text: string, said: string) => act("copy", label, text, () => copyText(text, said));
    const known = this.#world.gateways.book.byUrl(gatewayUrl);
    const isIn = known !== undefined && (await this.#world.gateways.state(known)).kind === "signedIn";
    const items = [
      isIn
        ? act("tools", translate("Open Its First Tool"), "", () => executeCommand("trySandbox"))
        : act("plug", connect, "", () => executeCommand("trySandbox")),
      copy(copyAddress, gatewayUrl, translate("The address was copied.")),
      ...(isGeneric(running) ? [] : [copy(copyClientId, clientId, translate("The client ID was copied."))]),
      act("sync", translate("Replace…"), translate("with one that behaves like another identity provider"), () =>
        this.#startLike(undefined),
      ),
      act("debug-stop", translate("Stop"), translate("Everything that it issued is void then."), () => this.stop()),
    ];
    const title = isGeneric(running) ? translate("Sandbox") : translate("Sandbox ({0})", labelOf(running.profile));
    const placeHolder = translate("It ends with this window.");
    await (await vscode.window.showQuickPick(items, { title, placeHolder }))?.run();
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#set(undefined);
    await running?.stop();
    void tellFact(
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
    await this.#tell(await this.#start(profile));
  }

  async #start(profile: string, more: readonly string[] = []): Promise<SandboxProcess> {
    const before = this.#running;
    this.#replaced = before?.gatewayUrl;
    this.#set(undefined);
    await before?.stop();
    const options = {
      location: vscode.ProgressLocation.Notification,
      title: translate("Starting the sandbox gateway"),
    };
    const started = await vscode.window.withProgress(options, () =>
      this.#startAnywhere(["--profile", profile, ...more]),
    );
    this.#set(started);
    return started;
  }

  /** Connects it in the place of an earlier one: nothing that that one issued is good any more. */
  async #connect(running: SandboxProcess): Promise<Connection | undefined> {
    const { gateways, connect } = this.#world;
    for (const url of new Set([running.gatewayUrl, this.#replaced ?? ""])) {
      const earlier = gateways.book.byUrl(url);
      if (earlier) await gateways.remove(earlier);
    }
    const { gatewayUrl: address } = running;
    return await connect({
      ...{ address, known: knownClient(running) ?? {}, isCertain: true },
      ...{ name: "Sandbox", isQuiet: true },
    });
  }

  /** Says where it runs. What is offered here stays in the view, and under **Manage Sandbox Gateway…**. */
  async #tell(running: SandboxProcess): Promise<void> {
    const { gatewayUrl, clientId, profile } = running;
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
      ...[connect, copyAddress, ...(registers ? [] : [copyClientId])],
    );
    if (chosen === connect) await executeCommand("trySandbox");
    else if (chosen === copyAddress) await vscode.env.clipboard.writeText(gatewayUrl);
    else if (chosen === copyClientId) await vscode.env.clipboard.writeText(clientId);
  }

  /** Starts it at the usual ports where they are free, so that a connection still works with the next sandbox. */
  async #startAnywhere(args: readonly string[]): Promise<SandboxProcess> {
    const options = {
      execPath: process.execPath,
      script: this.#world.script,
      log: this.#world.log,
      onEnded: () => this.#set(undefined),
    };
    const usual = ["--gateway-port", "47110", "--issuer-port", "47111"];
    return startSandboxProcess({ ...options, args: [...args, ...usual] }).catch(() =>
      startSandboxProcess({ ...options, args }),
    );
  }

  #set(running: SandboxProcess | undefined): void {
    this.#running = running;
    this.#world.programs.set(
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

/** The client to be there; undefined where clients register themselves. */
function knownClient(running: SandboxProcess): KnownClient | undefined {
  if (isGeneric(running)) return undefined;
  const { clientId, clientSecret, enterprise: company } = running;
  return { clientId, clientSecret, company };
}

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
