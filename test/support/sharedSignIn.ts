import { join } from "node:path";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import type { BundleHost } from "./bundleHost.ts";
import { type EditorWorldOptions, withEditor } from "./editorWorld.ts";
import { makeComputer, type StandaloneWorld } from "./standalone/startStandalone.ts";
import { withVariables } from "./withVariables.ts";

/** An editor and programs without one, on a computer with one keyring. */
export async function withEditorAndKeyring(
  options: EditorWorldOptions,
  act: (host: BundleHost, sandbox: Sandbox, computer: StandaloneWorld) => Promise<void>,
): Promise<void> {
  const computer = makeComputer({ keyring: true });
  try {
    await withVariables(computer.env, () => withEditor(options, (host, sandbox) => act(host, sandbox, computer)));
  } finally {
    computer.remove();
  }
}

const isSession = (name: string) => /entry session:[0-9a-f]+$/.test(name);

/** The sign-ins in a keyring, without the parts of long ones. */
export const keptSessions = (computer: StandaloneWorld): readonly string[] =>
  Object.keys(computer.keyring()).filter(isSession);

/** Tells the editor that the list of the keyring's entries was written, which it watches. */
export function tellOfKeyring({ editor }: BundleHost, { env }: Pick<StandaloneWorld, "env">): void {
  editor.watched.get(join(env.XDG_CACHE_HOME ?? "", "gateway-connect", "keychain.json"))?.();
}

/** The state of the one gateway, as other extensions are told it. */
export async function stateOf({ exports }: BundleHost): Promise<string | undefined> {
  const api = exports as { getAPI(version: 1): { getGateways(): Promise<readonly { readonly state: string }[]> } };
  return (await api.getAPI(1).getGateways())[0]?.state;
}

/** The access token of the first sign-in in the keyring ends, as it does after its time. */
export function endToken(computer: StandaloneWorld): void {
  const all = computer.keyring();
  const [name = ""] = keptSessions(computer);
  const [, count = "1", mark, first] = /^(\d+)\.(\w*)\.(.*)$/s.exec(all[name] ?? "") ?? [];
  const parts = Array.from({ length: Number(count) - 1 }, (_, at) => all[`${name}.${mark}.${at + 1}`]);
  const tokens = JSON.parse(Buffer.from([first, ...parts].join(""), "base64").toString());
  const text = JSON.stringify({ ...tokens, expiresAt: Date.now() - 1000 });
  computer.setKeyring({ ...all, [name]: `1.aa.${Buffer.from(text).toString("base64")}` });
}
