import { realpathSync } from "node:fs";
import { isAbsolute, relative, sep } from "node:path";
import { readEnterprise } from "../../connections/settings/enterpriseSetting.ts";
import type { HandedSettings } from "../../connections/settings/handedSettings.ts";
import { readGatewaySettings } from "../../connections/settings/readGatewaySettings.ts";
import { setFor } from "../../connections/settings/setForGateways.ts";
import { isSameAddress } from "../../lib/sameAddress.ts";
import { handedReader } from "../../node/bridge/handedFile.ts";
import type { StandaloneOptions } from "../arguments.ts";
import type { HandedOver } from "./handedOver.ts";

/**
 * The options as the editor has them, where the bridge has started this program. Its options are what was found out when the
 * gateway was connected, and what is set goes before that, as in the editor. A window that opens later may set something
 * else, which holds from then on.
 *
 * @param env the bridge's, which is its entry's: a bridge of an earlier version says nothing else
 * @throws GatewayFailure `editor_settings_unusable`, `setting_invalid`
 */
export function withHanded(options: StandaloneOptions, env: NodeJS.ProcessEnv, cwd: string): StandaloneOptions {
  const { GATEWAY_CONNECT_FOLDER: folder, GATEWAY_CONNECT_ENTRY: entry } = env;
  if (!folder || !entry || options.act !== "serve") return options;
  const { url } = options;
  const read = handedReader(folder, url);
  const handed = (): HandedOver => {
    const settings = read();
    const set = Object.entries(setFor(settings.gateways, url)).filter(([, value]) => value !== "");
    const chosen = Object.entries(settings.chosen ?? {}).find(([address]) => isSameAddress(address, url))?.[1];
    return {
      ...{ settings, own: { ...chosen?.settings, ...options.settings, ...Object.fromEntries(set) } },
      enterprise: chosen?.company ?? settings.enterprise,
      workspace: windowOf(settings.windows, cwd)?.tools,
    };
  };
  const { own, settings, enterprise } = handed();
  const { signIn = options.flow } = readGatewaySettings({ [url]: own }, settings.shared, url);
  readEnterprise(enterprise);
  return { ...options, flow: signIn, settings: own, handed };
}

/** The names of the variables that hold secrets: no program that is started here gets them. */
export function variablesOf(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, one]) =>
    name === "environment" && typeof one === "string" ? [one] : variablesOf(one),
  );
}

function windowOf(windows: HandedSettings["windows"], cwd: string): HandedSettings["windows"][number] | undefined {
  const here = realPath(cwd);
  const near = windows.flatMap((window) =>
    window.folders.filter((folder) => isWithin(realPath(folder), here)).map((folder) => ({ window, folder })),
  );
  // The folder itself goes before one that it is in.
  near.sort((one, other) => other.folder.length - one.folder.length);
  return near[0]?.window ?? windows[0];
}

function isWithin(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
