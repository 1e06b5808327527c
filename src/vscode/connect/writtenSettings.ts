import { keyOf, withGatewaySettings } from "../../connections/settings/setForGateways.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";

/** What a person may answer that stands in the settings of a gateway. */
export interface AnsweredSettings {
  readonly clientId?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly scopes?: readonly string[];
}

/** The answers that belong into `gatewayConnect.gateways`, so that nobody has to write JSON. Who gives up leaves no trace. */
export class WrittenSettings {
  #before: { readonly value: unknown } | undefined;

  async write(url: string, answered: AnsweredSettings): Promise<void> {
    const value = gatewaysSetting.read();
    this.#before ??= { value };
    await gatewaysSetting.write(withGatewaySettings(value, url, answered));
  }

  /** Writes answers for a gateway for which nothing is set. */
  async writeUnset(url: string, answered: AnsweredSettings): Promise<void> {
    const gateways = (gatewaysSetting.read() ?? {}) as Readonly<Record<string, object>>;
    if (Object.keys(answered).length > 0 && gateways[keyOf(gateways, url)] === undefined)
      await this.write(url, answered);
  }

  /** Puts back what stood there before. */
  async undo(): Promise<void> {
    const before = this.#before;
    this.#before = undefined;
    if (before) await gatewaysSetting.write(before.value);
  }
}
