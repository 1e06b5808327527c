import { setFor, withGatewaySettings, withUnset } from "../../connections/settings/setForGateways.ts";
import { gatewaysSetting } from "../gatewaysSetting.ts";

/** What a person may answer that stands in the settings of a gateway. */
export interface AnsweredSettings {
  readonly clientId?: string;
  readonly issuer?: string;
  readonly audience?: string;
  readonly scopes?: readonly string[];
  readonly signIn?: "aws";
  readonly awsProfile?: string;
  readonly awsRegion?: string;
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
    if (withUnset(gatewaysSetting.read(), url, answered)) await this.write(url, answered);
  }

  /** Writes what is not set for a gateway yet. Another way to sign in than the one that is set leaves all of it as it is. */
  async writeMissing(url: string, answered: AnsweredSettings): Promise<void> {
    const own = setFor(gatewaysSetting.read(), url);
    if (own.signIn !== undefined && own.signIn !== answered.signIn) return;
    const missing = Object.entries(answered).filter(([name]) => own[name] === undefined);
    if (missing.length > 0) await this.write(url, Object.fromEntries(missing));
  }

  /** Puts back what stood there before. */
  async undo(): Promise<void> {
    const before = this.#before;
    this.#before = undefined;
    if (before) await gatewaysSetting.write(before.value);
  }
}
