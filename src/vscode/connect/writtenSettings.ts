import * as vscode from "vscode";

/** What a person may answer that stands in the settings of a gateway. */
export interface AnsweredSettings {
  readonly issuer?: string;
  readonly clientId?: string;
  readonly audience?: string;
  readonly scopes?: readonly string[];
}

/** The answers that belong into `gatewayConnect.gateways`, so that nobody has to write JSON. Who gives up leaves no trace. */
export class WrittenSettings {
  #before: { readonly value: unknown } | undefined;

  async write(url: string, answered: AnsweredSettings): Promise<void> {
    const { value } = this.#read();
    this.#before ??= { value };
    const gateways = (value ?? {}) as Readonly<Record<string, object>>;
    const wanted = url.replace(/\/$/, "");
    const key = Object.keys(gateways).find((one) => one.replace(/\/$/, "") === wanted) ?? url;
    await this.#update({ ...gateways, [key]: { ...gateways[key], ...answered } });
  }

  /** Puts back what stood there before. */
  async undo(): Promise<void> {
    const before = this.#before;
    this.#before = undefined;
    if (before) await this.#update(before.value);
  }

  #read(): { readonly value: unknown } {
    return { value: vscode.workspace.getConfiguration("gatewayConnect").inspect("gateways")?.globalValue };
  }

  async #update(value: unknown): Promise<void> {
    const settings = vscode.workspace.getConfiguration("gatewayConnect");
    await settings.update("gateways", value, vscode.ConfigurationTarget.Global);
  }
}
