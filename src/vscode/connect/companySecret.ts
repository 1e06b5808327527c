import { readEnterprise } from "../../connections/settings/enterpriseSetting.ts";
import { credentialKey, storeCredential } from "../../oauth/tokens/clientCredential.ts";
import { deleteSecret, keepSecret, readSecret } from "../../oauth/tokens/keptSecrets.ts";
import type { SecretStore } from "../../oauth/tokens/secretStore.ts";
import type { Answer } from "./box.ts";
import { askCredential } from "./questions.ts";

export interface CompanySecretWorld {
  readonly secrets: SecretStore;
  /** The company's identity provider as it is set now. */
  readonly enterprise: () => unknown;
}

/**
 * The secret of the client at the company's identity provider, for which a person is asked where that does not take the client
 * without one. It is kept in the secret storage alone. Who gives up leaves it as it was.
 */
export class CompanySecret {
  readonly #world: CompanySecretWorld;
  #before: { readonly key: string; readonly text: string | undefined } | undefined;

  constructor(world: CompanySecretWorld) {
    this.#world = world;
  }

  /** Whether what a person types is what proves the client: not where the settings name another proof, or want none. */
  get isTyped(): boolean {
    const { clientSecret, privateKey, clientAuthentication } = this.#company() ?? {};
    return this.#company() !== undefined && !clientSecret && !privateKey && clientAuthentication !== "none";
  }

  /** Asks for it, with what was wrong before, and keeps it for the next attempt. */
  async ask(title: string, problem: string): Promise<Answer> {
    const company = this.#company();
    if (!company) return { kind: "cancelled" };
    const answer = await askCredential(title, company, { value: undefined, problem });
    if (answer.kind !== "answered") return answer;
    const { secrets } = this.#world;
    const key = await credentialKey(company.issuer, company.clientId);
    this.#before ??= { key, text: await readSecret(secrets, key) };
    await storeCredential(key, answer.text, secrets);
    return answer;
  }

  /** Puts back what was kept before. */
  async undo(): Promise<void> {
    const before = this.#before;
    this.#before = undefined;
    if (!before) return;
    if (before.text === undefined) await deleteSecret(this.#world.secrets, before.key);
    else await keepSecret(this.#world.secrets, before.key, before.text);
  }

  #company() {
    return readEnterprise(this.#world.enterprise());
  }
}
