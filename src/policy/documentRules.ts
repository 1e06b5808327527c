import { GatewayFailure } from "../failures/failure.ts";
import type { ManagedBy } from "../failures/policyFacts.ts";
import { matchesAccount } from "./accountPattern.ts";
import { isMeant } from "./addressPattern.ts";
import { managedRules } from "./managedRules.ts";
import { placesIn } from "./placesIn.ts";
import type { GatewayRules, JudgedAccount, JudgedSignIn, PolicyState } from "./policy.ts";
import type { PlacedGateway, PolicyDocument, PolicyRules, SignInKind } from "./policyDocument.ts";

/** A rule that holds for a gateway, and where it stands. */
interface Placed<T> {
  readonly rule: string;
  readonly value: T;
}

/** A person signs in by one of these; what else there is belongs to a machine. */
const ofPeople: ReadonlySet<SignInKind> = new Set(["browser", "deviceCode", "enterprise"]);

/** What a document says of one gateway. Rules for all gateways and the gateway's own have to allow a thing, each of them. */
export class DocumentRules implements GatewayRules {
  readonly #url: string;
  readonly #document: PolicyDocument;
  readonly #found: PlacedGateway | undefined;
  readonly #by: Omit<ManagedBy, "rule">;

  constructor(
    url: string,
    document: PolicyDocument,
    found: PlacedGateway | undefined,
    state: Extract<PolicyState, { kind: "read" }>,
  ) {
    this.#url = url;
    this.#document = document;
    this.#found = found;
    const { file, organisation, contact } = state;
    this.#by = { file, ...(organisation && { organisation }), ...(contact && { contact }) };
  }

  get settings(): GatewayRules["settings"] {
    const { settings } = this.#document;
    const all = { ...settings, ...this.#found?.gateway.settings };
    const [only, ...others] = this.#kinds ?? [];
    return only !== undefined && others.length === 0 ? { ...all, signIn: only } : all;
  }

  get name(): string | undefined {
    return this.#found?.gateway.name;
  }

  get tools(): GatewayRules["tools"] {
    const { file } = this.#by;
    return this.#each("tools").map(({ rule, value: rules }) => ({
      place: (member) => [file, rule, member].filter((part) => part !== "").join(" \u203a "),
      rules,
    }));
  }

  get managed(): GatewayRules["managed"] {
    return managedRules(this.#document, this.#found);
  }

  mayConnect(): void {
    if (this.#document.gateways === undefined || this.#found) return;
    throw new GatewayFailure("managed_gateway_refused", { url: this.#url, ...this.#because("gateways") });
  }

  maySignIn({ kind, issuer, settings }: JudgedSignIn): void {
    this.mayConnect();
    if (kind !== undefined) this.#checkKind(kind);
    if (issuer !== undefined) this.#checkIssuer(issuer);
    this.#checkCredentials(settings);
  }

  mayKeep({ addresses, isMachine }: JudgedAccount): void {
    if (isMachine) return;
    for (const { rule, value: allowed } of this.#each("accounts")) {
      const other = addresses.find((address) => !allowed.some((pattern) => matchesAccount(pattern, address)));
      if (addresses.length > 0 && other === undefined) continue;
      throw new GatewayFailure("managed_account_refused", {
        ...{ gateway: this.#url, allowed, ...(other !== undefined && { account: other }) },
        ...this.#because(rule),
      });
    }
  }

  mayCall(signIn: JudgedSignIn, account?: JudgedAccount): void {
    this.maySignIn(signIn);
    if (account) this.mayKeep(account);
  }

  mayEnter(host: string): void {
    this.mayConnect();
    const { hosts } = this.#document;
    if (hosts === undefined || hosts.includes(host)) return;
    throw new GatewayFailure("managed_entry_refused", { host, allowed: hosts, ...this.#because("hosts") });
  }

  mayServeHosts(): void {
    const { hosts } = this.#document;
    if (hosts === undefined || hosts.length > 0) return;
    throw new GatewayFailure("managed_entry_refused", { allowed: hosts, ...this.#because("hosts") });
  }

  mayBeCalled(name: string): void {
    const { gateways = [] } = this.#document;
    const index = gateways.findIndex((one) => one.name === name);
    const own = this.name;
    if (own === name || (own === undefined && index < 0)) return;
    const at = own === undefined ? index : this.#found?.index;
    throw new GatewayFailure("managed_name_fixed", {
      ...{ gateway: this.#url, name, ...(own !== undefined && { fixed: own }) },
      ...this.#because(`gateways[${at}].name`),
    });
  }

  mayGoDirect(): void {
    this.mayConnect();
    const rule = this.#each("tools")[0]?.rule ?? (this.#document.directMode === false ? "directMode" : undefined);
    if (rule === undefined) return;
    throw new GatewayFailure("managed_direct_refused", { gateway: this.#url, ...this.#because(rule) });
  }

  mayShareSignIn(): void {
    this.mayConnect();
    if (this.#document.shareSignIn !== false) return;
    throw new GatewayFailure("managed_sharing_refused", { gateway: this.#url, ...this.#because("shareSignIn") });
  }

  allowsIssuer(issuer: string): boolean {
    return this.#each("issuers").every(({ value }) => isMeant(value, issuer));
  }

  vouchesFor(issuer: string): boolean {
    return this.#each("issuers").length > 0 && this.allowsIssuer(issuer);
  }

  #checkKind(kind: SignInKind): void {
    const gateway = this.#url;
    for (const { rule, value: allowed } of this.#each("signIn")) {
      if (allowed.includes(kind)) continue;
      throw new GatewayFailure("managed_sign_in_refused", { gateway, kind, allowed, ...this.#because(rule) });
    }
    // Whoever limits accounts means those of people: a machine is let in by name only.
    const [limited] = this.#each("accounts");
    if (!limited || ofPeople.has(kind) || this.#kinds !== undefined) return;
    const facts = { gateway, kind, allowed: [...ofPeople] };
    throw new GatewayFailure("managed_sign_in_refused", { ...facts, ...this.#because(limited.rule) });
  }

  #checkIssuer(issuer: string): void {
    for (const { rule, value: allowed } of this.#each("issuers")) {
      if (isMeant(allowed, issuer)) continue;
      const facts = { gateway: this.#url, issuer, allowed };
      throw new GatewayFailure("managed_issuer_refused", { ...facts, ...this.#because(rule) });
    }
  }

  #checkCredentials(settings: JudgedSignIn["settings"]): void {
    const { credentials: allowed } = this.#document;
    if (allowed === undefined) return;
    const other = placesIn(settings).find(({ kind }) => !allowed.includes(kind));
    if (!other) return;
    const facts = { gateway: this.#url, setting: other.setting, kind: other.kind, allowed };
    throw new GatewayFailure("managed_credential_refused", { ...facts, ...this.#because("credentials") });
  }

  /** The ways to sign in that every list has; undefined where there is none. */
  get #kinds(): readonly SignInKind[] | undefined {
    const [first, ...others] = this.#each("signIn").map(({ value }) => value);
    return first?.filter((kind) => others.every((list) => list.includes(kind)));
  }

  /** A rule for all gateways, and the gateway's own, as far as they are there. */
  #each<N extends keyof PolicyRules>(name: N): readonly Placed<NonNullable<PolicyRules[N]>>[] {
    const all = this.#document[name];
    const own = this.#found?.gateway[name];
    return [
      ...(all === undefined ? [] : [{ rule: name, value: all }]),
      ...(own === undefined ? [] : [{ rule: `gateways[${this.#found?.index}].${name}`, value: own }]),
    ] as readonly Placed<NonNullable<PolicyRules[N]>>[];
  }

  #because(rule: string): ManagedBy {
    return { rule, ...this.#by };
  }
}
