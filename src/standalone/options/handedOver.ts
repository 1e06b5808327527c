import type { HandedSettings } from "../../connections/settings/handedSettings.ts";

/** What an editor has set, for the host whose entry has started this program in its place. */
export interface HandedOver {
  /** What is set for the gateway, before what was typed. */
  readonly own: Readonly<Record<string, unknown>>;
  readonly settings: HandedSettings;
  /** The company's identity provider for this gateway. */
  readonly enterprise: unknown;
  /** The rules of the workspace that the host works in, or else of the latest window, as a bridge chooses among windows. */
  readonly workspace: unknown;
}
