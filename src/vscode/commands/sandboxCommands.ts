import * as vscode from "vscode";
import type { Log } from "../../core/log.ts";
import { type SandboxProcess, startSandboxProcess } from "../../node/sandboxProcess.ts";
import { showFailure } from "../showFailure.ts";

/** The gateway for people who have none yet: a process of its own, which ends with this window. */
export class SandboxCommands implements vscode.Disposable {
  readonly #script: string;
  readonly #log: Log;
  #running: SandboxProcess | undefined;

  constructor(script: string, log: Log) {
    this.#script = script;
    this.#log = log;
  }

  async start(): Promise<void> {
    try {
      if (!this.#running) {
        const options = { location: vscode.ProgressLocation.Notification, title: "Starting the sandbox gateway" };
        this.#set(await vscode.window.withProgress(options, () => this.#startAnywhere()));
      }
      const { gatewayUrl } = this.#running ?? { gatewayUrl: "" };
      const connect = "Connect";
      const chosen = await vscode.window.showInformationMessage(
        `The sandbox gateway runs at ${gatewayUrl}. It ends with this window.`,
        connect,
        "Copy Address",
      );
      if (chosen === connect) await vscode.commands.executeCommand("gatewayConnect.connect", gatewayUrl);
      else if (chosen !== undefined) await vscode.env.clipboard.writeText(gatewayUrl);
    } catch (error) {
      showFailure(error, this.#log);
    }
  }

  async stop(): Promise<void> {
    const running = this.#running;
    this.#set(undefined);
    await running?.stop();
    void vscode.window.showInformationMessage(
      running
        ? "The sandbox gateway was stopped. Everything it issued is void."
        : "The sandbox gateway is not running.",
    );
  }

  dispose(): void {
    void this.#running?.stop();
  }

  /** The same ports as last time where they are free, so that a connection to the sandbox outlives it. */
  async #startAnywhere(): Promise<SandboxProcess> {
    const options = {
      execPath: process.execPath,
      script: this.#script,
      log: this.#log,
      onEnded: () => this.#set(undefined),
    };
    return startSandboxProcess({ ...options, args: ["--gateway-port", "47110", "--issuer-port", "47111"] }).catch(() =>
      startSandboxProcess(options),
    );
  }

  #set(running: SandboxProcess | undefined): void {
    this.#running = running;
    void vscode.commands.executeCommand("setContext", "gatewayConnect.sandboxRunning", running !== undefined);
  }
}
