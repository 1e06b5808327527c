import type { AnyFailure } from "../failures/failure.ts";
import type { DocumentFault } from "../lib/json/jsonDocument.ts";
import type { PolicyIdentityProvider, PolicyToolRules, SignInKind } from "./policyDocument.ts";

/** A sign-in as far as rules concern it. */
export interface JudgedSignIn {
  /** Undefined for a gateway that asks nobody to sign in. */
  readonly kind: SignInKind | undefined;
  /** Where it leads, as far as that is known. */
  readonly issuer?: string | undefined;
  /** What is set for the gateway: it may name places of secrets. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** Whose sign-in it is. */
export interface JudgedAccount {
  /** Addresses by which the identity provider knows a person; none where it does not say. */
  readonly addresses: readonly string[];
  /** A client, a workload or an AWS identity, with no person behind it. */
  readonly isMachine: boolean;
}

/** What the administrator's file says of one gateway. Each door asks here before anything is done. */
export interface GatewayRules {
  /** @throws GatewayFailure `managed_gateway_refused`, `managed_policy_broken` */
  mayConnect(): void;
  /** @throws GatewayFailure of `mayConnect`, `managed_sign_in_refused`, `managed_issuer_refused`, `managed_credential_refused` */
  maySignIn(signIn: JudgedSignIn): void;
  /** @throws GatewayFailure `managed_account_refused` */
  mayKeep(account: JudgedAccount): void;
  /** A call with a sign-in that is there. It goes on by the last rules that could be read. @throws GatewayFailure as the others */
  mayCall(signIn: JudgedSignIn, account?: JudgedAccount): void;
  /** An entry in a host's file. @throws GatewayFailure of `mayConnect`, `managed_entry_refused` */
  mayEnter(host: string): void;
  /** A host that comes in by the bridge, or starts the standalone program. @throws GatewayFailure `managed_entry_refused` */
  mayServeHosts(): void;
  /** @throws GatewayFailure `managed_name_fixed` */
  mayBeCalled(name: string): void;
  /** Handing the gateway's own address and token to the editor. @throws GatewayFailure `managed_direct_refused` */
  mayGoDirect(): void;
  /** A sign-in in the keychain, for other programs of its person. @throws GatewayFailure `managed_sharing_refused` */
  mayShareSignIn(): void;
  /** Whether people may sign in there. */
  allowsIssuer(issuer: string): boolean;
  /** Whether the administrator has listed it, so that nobody has to be asked whether it is the right one. */
  vouchesFor(issuer: string): boolean;
  /** What is set, whatever a person has set. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly name: string | undefined;
  readonly tools: readonly { readonly place: (member: string) => string; readonly rules: PolicyToolRules }[];
  /** What is managed of this gateway, by the places in the file. */
  readonly managed: readonly ManagedRule[];
}

/** A rule that concerns a gateway, as it is listed. */
export interface ManagedRule {
  readonly kind:
    | ("gateways" | "name" | "issuers" | "accounts" | "signIn" | "setting" | "tools")
    | ("credentials" | "hosts" | "directMode" | "shareSignIn" | "identityProvider");
  /** The setting's name, or what is allowed. */
  readonly what: string;
  /** Where it stands in the file. */
  readonly rule: string;
}

/** How the administrator's file is found. */
export type PolicyState =
  | { readonly kind: "none" }
  | { readonly kind: "read"; readonly file: string; readonly organisation?: string; readonly contact?: string }
  | { readonly kind: "broken"; readonly file: string; readonly faults: readonly DocumentFault[] }
  /** It is not the administrator's alone, and counts for nothing. */
  | { readonly kind: "ignored"; readonly file: string; readonly reason: PolicyDistrust };

/** Why a file is not believed to be the administrator's. */
export type PolicyDistrust = "owner" | "writable" | "folderOwner" | "folderWritable" | "link";

/** What the administrator of this machine allows. */
export interface Policy {
  readonly state: PolicyState;
  /** What is wrong with the file, where it is broken or ignored. */
  readonly fault?: AnyFailure;
  /** The rules of a gateway by its address. */
  of(url: string): GatewayRules;
  readonly identityProvider: PolicyIdentityProvider | undefined;
}

/** The policy as it is now; looked at anew by whoever needs it. */
export type CurrentPolicy = () => Policy;

const nothing = () => {};

/** The rules where there are none. */
export const freeRules: GatewayRules = {
  mayConnect: nothing,
  maySignIn: nothing,
  mayKeep: nothing,
  mayCall: nothing,
  mayEnter: nothing,
  mayServeHosts: nothing,
  mayBeCalled: nothing,
  mayGoDirect: nothing,
  mayShareSignIn: nothing,
  allowsIssuer: () => true,
  vouchesFor: () => false,
  settings: {},
  name: undefined,
  tools: [],
  managed: [],
};

/** The policy of a machine whose administrator has written none. */
export const noPolicy: Policy = { state: { kind: "none" }, of: () => freeRules, identityProvider: undefined };
