import { cpSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { bridgeEntry, startHost } from "./bridgeHost.ts";
import type { BundleHost } from "./bundleHost.ts";
import type { Question } from "./editorApi.ts";
import type { EditorWorldOptions } from "./editorWorld.ts";
import { removeFolder } from "./removeFolder.ts";
import { withEditorAndKeyring } from "./sharedSignIn.ts";
import { makeTemporaryFolder } from "./temporaryFolder.ts";
import { until } from "./until.ts";

const answers = ({ text, choices }: Question) =>
  text.includes("Add it to which file?")
    ? "Cursor, for you"
    : choices.find((choice) => /^(Write This Change|Share Sign-In|Keep It Here)$/.test(choice));

export interface NoWindow {
  readonly host: BundleHost;
  readonly sandbox: Sandbox;
  /** What is in the storage once its windows are closed. */
  readonly closed: string;
  readonly settingsFile: string;
  /** Starts the entry of a host, which finds no window. */
  start(cwd?: string): ReturnType<typeof startHost>;
  /** Takes over what the window has handed over since. */
  refresh(): void;
}

export interface NoWindowOptions extends EditorWorldOptions {
  /** Connects the one gateway; by default that of the sandbox, whose sign-in is shared. */
  readonly enter?: (host: BundleHost, sandbox: Sandbox) => Promise<unknown>;
  /** What the host's entry has in its environment besides. */
  readonly env?: () => Readonly<Record<string, string>>;
}

/** A host's entry with the sign-in that the editor shared, where no window is open any more. */
export const withoutWindow = (
  { enter = connectAndShare, env: more, answer, ...options }: NoWindowOptions,
  act: (world: NoWindow) => Promise<void>,
): Promise<void> =>
  withEditorAndKeyring(
    { answer: (question) => answer?.(question) ?? answers(question), ...options },
    async (host, sandbox, computer) => {
      await enter(host, sandbox);
      void host.run("addToMcpJson");
      await until(() => host.editor.shown.some((said) => said.startsWith("Added")), "the entry");
      const closed = makeTemporaryFolder("no-window");
      const refresh = () => {
        for (const name of ["bridge", "connections.json"])
          cpSync(join(host.storage, name), join(closed, name), { recursive: true, preserveTimestamps: true });
      };
      const agents: Awaited<ReturnType<typeof startHost>>[] = [];
      try {
        refresh();
        const { connections } = JSON.parse(readFileSync(join(closed, "connections.json"), "utf8"));
        const { command, env } = bridgeEntry(closed, { id: connections[0].id, waitMs: 100 });
        const entry = {
          command,
          args: [join(closed, "bridge", "bridge.cjs")],
          env: { ...env, ...computer.env, ...more?.() },
        };
        await act({
          ...{ host, sandbox, closed, refresh, settingsFile: join(closed, "bridge", "settings.json") },
          async start(cwd = closed) {
            const agent = await startHost(entry, { cwd });
            agents.push(agent);
            return agent;
          },
        });
      } finally {
        // Those of a test that failed, which would wait for its process, and it for them.
        await Promise.all(agents.map((agent) => agent.stop()));
        removeFolder(closed);
      }
    },
  );

async function connectAndShare(host: BundleHost, sandbox: Sandbox): Promise<void> {
  await host.run("connect", sandbox.gatewayUrl);
  await host.run("shareSignIn");
}
