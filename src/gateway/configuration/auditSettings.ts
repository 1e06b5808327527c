import type { RotationSettings } from "../audit/rotation.ts";

/** `local.audit` of a gateway's file. */
export interface AuditSettings {
  readonly onFailure?: "warn" | "refuse";
  readonly rotate?: RotationSettings;
  readonly chain?: ChainInFile;
}

/** The chain, with the place of its key. */
export interface ChainInFile {
  readonly head?: string;
  readonly keyFile?: string;
  /** `${env:NAME}` */
  readonly key?: string;
  readonly keyCommand?: readonly string[];
}
