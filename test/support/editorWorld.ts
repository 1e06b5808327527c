import { rmSync } from "node:fs";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../src/sandbox/startSandbox.ts";
import { type BundleHost, startBundleHost } from "./bundleHost.ts";
import type { EditorOptions } from "./editorApi.ts";
import { dealRsaKeys } from "./rsaKeys.ts";
import { visit } from "./signInByHttp.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";
import { withVariables } from "./withVariables.ts";

dealRsaKeys();

/** Comes home at once with a refusal. */
export async function refuse(url: string): Promise<void> {
  const { searchParams, origin } = new URL(url);
  const home = new URL(searchParams.get("redirect_uri") ?? "");
  home.search = String(
    new URLSearchParams({ error: "access_denied", state: searchParams.get("state") ?? "", iss: origin }),
  );
  await (await fetch(home)).text();
}

export interface EditorWorldOptions extends Omit<EditorOptions, "settings" | "browse"> {
  readonly sandbox?: SandboxOptions;
  /** The settings, for a sandbox. Those of its gateway stand under `gateway`. */
  readonly settings?: (sandbox: Sandbox) => Readonly<Record<string, unknown>>;
  /** What stands for the sandbox's gateway in `gatewayConnect.gateways`. */
  readonly gateway?: (sandbox: Sandbox) => Readonly<Record<string, unknown>>;
  readonly browse?: (url: string) => Promise<void>;
  /** A folder of bundles that take the place of those that ship. */
  readonly instead?: string | undefined;
  /** What the extension remembers between sessions. */
  readonly remembered?: Map<string, unknown>;
}

/** The bundles of the extension in an editor with a person, beside a sandbox, for as long as `act` takes. */
export async function withEditor(
  { sandbox: how, settings = () => ({}), gateway, answer, browse = visit, ...rest }: EditorWorldOptions,
  act: (host: BundleHost, sandbox: Sandbox) => Promise<void>,
): Promise<void> {
  const found = new Set(Object.keys(process.env));
  const sandbox = await startSandbox(how);
  const own = gateway && { "gatewayConnect.gateways": { [sandbox.gatewayUrl]: gateway(sandbox) } };
  const host = await startBundleHost({
    ...rest,
    settings: { ...defaults, ...own, ...settings(sandbox) },
    answer: (question) => answer?.(question),
    // What the browser meets is the test's to say; the extension only learns what comes home.
    browse: (url) => void browse(url).catch(() => {}),
  });
  try {
    await act(host, sandbox);
  } finally {
    await host.stop();
    await sandbox.stop();
    // What its settings name of the environment was put there for it.
    for (const name of Object.keys(process.env)) if (!found.has(name)) delete process.env[name];
  }
}

/** A home without anything in it, for as long as `act` takes. */
export async function withHome(act: (home: string) => Promise<void>): Promise<void> {
  const home = makeTemporaryFolder("home");
  try {
    await withVariables({ HOME: home }, () => act(home));
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}

/** The address that the browser was sent to, with what it asks for. */
export const pageOf = ({ editor }: BundleHost): URLSearchParams =>
  new URL(editor.opened[0] ?? "about:blank").searchParams;

/** Ports that no other test comes back to. */
const defaults = {
  "gatewayConnect.redirectPorts": [35_881, 35_882, 35_883],
  "gatewayConnect.mcpJson.writeOnConnect": "never",
};
