import { GatewayFailure } from "../../failures/failure.ts";
import { isJsonObject, jsonObjectIn } from "../../lib/json/jsonObject.ts";
import { isValidValue } from "../../lib/json/validValue.ts";
import { isSameAddress } from "../../lib/sameAddress.ts";
import { looksSecret } from "../../lib/settableHeaders.ts";
import type { Connection } from "../connection.ts";
import { headerPlaceSchema } from "../headers/headersSetting.ts";
import type { SharedRules } from "../toolRules/toolLayers.ts";
import { type ChosenSignIn, chosenSignIn, isChosenSignIn } from "./chosenSignIn.ts";
import { enterpriseSchema } from "./enterpriseSetting.ts";
import { gatewaySettings } from "./gatewaySettings.ts";
import type { SettingsValues } from "./readGatewaySettings.ts";
import { type SetForGateways, setFor } from "./setForGateways.ts";
import type { Setting } from "./setting.ts";

/** A version that adds members only keeps the number. `src/bridge.ts` has it too. */
const version = 1;

/** The most windows whose rules are kept. */
const MOST_WINDOWS = 50;

/** What a window's workspace says of tools. */
export interface HandedWindow {
  readonly folders: readonly string[];
  readonly tools?: unknown;
}

/**
 * What is set in an editor about the gateways that hosts may use, for the program that takes its place while no window is
 * open. An administrator's settings are no part of it: that program reads them itself.
 */
export interface HandedSettings extends Required<Pick<SettingsValues, "gateways" | "shared">> {
  readonly version: typeof version;
  /** Each gateway that is connected has something here, if only `{}`. */
  readonly gateways: SetForGateways;
  /** How each is signed in to, where no setting says so; a window of an earlier version does not say it. */
  readonly chosen?: Readonly<Record<string, ChosenSignIn>>;
  readonly enterprise?: unknown;
  /** The person's rules for the tools of all gateways. */
  readonly tools?: unknown;
  /** What workspaces say, that of the latest window first. */
  readonly windows: readonly HandedWindow[];
}

export interface SetInWindow {
  readonly settings: SettingsValues;
  readonly rules: SharedRules;
  /** The gateways that are connected. */
  readonly gateways: readonly Pick<Connection, "url" | "authorization">[];
  /** The folders of the window's workspace. */
  readonly folders: readonly string[];
}

/**
 * What is handed over by a window. Every setting of a gateway is, as it stands: what cannot be used is told by whoever reads it.
 * Where a secret may stand in a place that is for none, its place is taken by something that is refused for the same reason.
 *
 * @param before what was handed over last, and the copy of it: the rules of other workspaces stay, as far as either has them
 */
export function handedSettings(
  { settings, rules, gateways, folders }: SetInWindow,
  before: readonly unknown[],
): HandedSettings {
  const of = ({ url }: { readonly url: string }) => {
    const own = setFor(settings.gateways, url);
    const set = Object.entries(gatewaySettings).flatMap(([name, setting]) =>
      own[name] === undefined ? [] : [[name, withoutSecret(name, setting, own[name])]],
    );
    return [url, Object.fromEntries(set)];
  };
  const { enterprise } = settings;
  const isEnterprise = enterprise === undefined || isValidValue(withoutEmpty(enterprise), enterpriseSchema);
  const mine = { folders, ...(rules.workspace !== undefined && { tools: rules.workspace }) };
  const windows = new Map<string, HandedWindow>();
  for (const one of [mine, ...before.flatMap(windowsOf)]) {
    const key = JSON.stringify(one.folders);
    if (!windows.has(key)) windows.set(key, one);
  }
  return {
    version,
    gateways: Object.fromEntries(gateways.map(of)),
    chosen: Object.fromEntries(gateways.map(({ url, authorization }) => [url, chosenSignIn(authorization)])),
    shared: settings.shared,
    ...(enterprise !== undefined && { enterprise: isEnterprise ? enterprise : false }),
    ...(rules.user !== undefined && { tools: rules.user }),
    windows: [...windows.values()].slice(0, MOST_WINDOWS),
  };
}

/**
 * Reads what was handed over for a gateway.
 *
 * @param path of the file, for its words
 * @throws GatewayFailure `editor_settings_unusable`: nothing may run then, since what a person denies would not be known
 */
export function readHandedSettings(
  text: string | undefined,
  { path, url }: { path: string; url: string },
): HandedSettings {
  const unusable = (kind: "missing" | "damaged" | "newer" | "unknown") =>
    new GatewayFailure("editor_settings_unusable", { path, fault: { kind } });
  if (text === undefined) throw unusable("missing");
  const value = jsonObjectIn(text);
  if (!value) throw unusable("damaged");
  if (typeof value.version === "number" && value.version > version) throw unusable("newer");
  const { gateways, shared, windows, chosen = {} } = value;
  const isWhole = value.version === version && isJsonObject(gateways) && isJsonObject(shared) && Array.isArray(windows);
  if (!isWhole || !windows.every(isWindow)) throw unusable("damaged");
  const found = Object.entries(gateways).find(([address]) => isSameAddress(address, url));
  if (found === undefined) throw unusable("unknown");
  if (!isJsonObject(found[1])) throw unusable("damaged");
  if (!isJsonObject(chosen) || !Object.values(chosen).every(isChosenSignIn)) throw unusable("damaged");
  return value as unknown as HandedSettings;
}

const windowsOf = (before: unknown): readonly HandedWindow[] =>
  isJsonObject(before) && Array.isArray(before.windows) ? before.windows.filter(isWindow) : [];

const isWindow = (value: unknown): value is HandedWindow =>
  isJsonObject(value) && Array.isArray(value.folders) && value.folders.every((one) => typeof one === "string");

const withoutEmpty = (value: unknown): unknown =>
  isJsonObject(value) ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== "")) : value;

/** Refused as a secret is, and none. */
const SECRET = "Bearer left out";

function withoutSecret(name: string, { schema, foundInstead }: Setting, value: unknown): unknown {
  // What belongs there says where a secret is read; whatever else stands there may be one.
  if (foundInstead !== undefined) return isValidValue(value, schema) ? value : false;
  if (name !== "headers") return value;
  if (!isJsonObject(value)) return false;
  return Object.fromEntries(Object.entries(value).map(([header, set]) => [header, headerWithoutSecret(header, set)]));
}

function headerWithoutSecret(name: string, set: unknown): unknown {
  if (typeof set === "string") return looksSecret(name, set) ? SECRET : set;
  if (!isJsonObject(set) || !isValidValue(set, headerPlaceSchema)) return false;
  const { before } = set;
  const isSecret = typeof before === "string" && looksSecret("", before) && !/^\S+\s$/.test(before);
  return isSecret ? { ...set, before: SECRET } : set;
}
