/** The rule of an administrator's file that stopped something. */
export interface ManagedBy {
  /** Where it stands in the file, such as `gateways[2].issuers`. */
  readonly rule: string;
  readonly file: string;
  /** Whose rules these are, as the file says. */
  readonly organisation?: string;
  /** Whom to ask, as the file says. */
  readonly contact?: string;
}

/** What an administrator's file does not allow. */
export interface PolicyFacts {
  readonly managed_gateway_refused: ManagedBy & { readonly url: string };
  readonly managed_issuer_refused: ManagedBy & {
    readonly gateway: string;
    readonly issuer: string;
    readonly allowed: readonly string[];
  };
  readonly managed_sign_in_refused: ManagedBy & {
    readonly gateway: string;
    readonly kind: string;
    readonly allowed: readonly string[];
  };
  /** `account` is missing where the identity provider did not say who it is. */
  readonly managed_account_refused: ManagedBy & {
    readonly gateway: string;
    readonly account?: string;
    readonly allowed: readonly string[];
  };
  /** A secret, key or header that is read where it may not be. */
  readonly managed_credential_refused: ManagedBy & {
    readonly gateway: string;
    readonly setting: string;
    readonly kind: "environment" | "file" | "command";
    readonly allowed: readonly string[];
  };
  /** An entry in a host's file, or whatever a host starts; `host` is missing where that is not known. */
  readonly managed_entry_refused: ManagedBy & { readonly host?: string; readonly allowed: readonly string[] };
  /** `fixed` is the name that the file gives the gateway; it is missing where it gives that name to another one. */
  readonly managed_name_fixed: ManagedBy & { readonly gateway: string; readonly name: string; readonly fixed?: string };
  readonly managed_direct_refused: ManagedBy & { readonly gateway: string };
  readonly managed_sharing_refused: ManagedBy & { readonly gateway: string };
  /** `faults` have a line and a column each. */
  readonly managed_policy_broken: { readonly file: string; readonly faults: readonly string[] };
  /** A file that is not the administrator's alone. */
  readonly managed_policy_ignored: {
    readonly file: string;
    readonly reason: "owner" | "writable" | "folderOwner" | "folderWritable" | "link";
  };
}
