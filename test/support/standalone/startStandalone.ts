import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import type { ClientCapabilities } from "@modelcontextprotocol/sdk/types.js";
import { program } from "../programs.ts";
import { removeFolder } from "../removeFolder.ts";
import { makeTemporaryFolder } from "../temporaryFolder.ts";
import { patienceMs } from "../until.ts";
import { PersonAtBrowser } from "./personAtBrowser.ts";

/** What a program of the test was started with. */
export interface Started {
  readonly url: string;
  readonly argv: readonly string[];
  /** Its environment as one text, or by names. */
  readonly env: string | Readonly<Record<string, string>>;
}

export interface StandaloneWorld {
  /** The arguments that put a person into the browser. */
  browser(consent?: "allow" | "deny"): readonly string[];
  /** Every time a browser was opened. */
  opened(): readonly Started[];
  /** The environment of a computer with a home, a PATH and nothing else; with a keyring where the test has one. */
  readonly env: Readonly<Record<string, string>>;
  /** What the keyring holds. */
  keyring(): Readonly<Record<string, string>>;
  /** Has it hold this and nothing else. */
  setKeyring(entries: Readonly<Record<string, string>>): void;
  /** How it was asked: the command line and the environment of each start of its program. */
  keyringCalls(): readonly string[];
  /** Has it begin anew to note how it is asked. */
  forgetCalls(): void;
  readonly folder: string;
}

export const standaloneScript = program("standalone");

/** A computer of its own for as long as `act` takes. */
export async function withComputer(
  options: { readonly keyring?: boolean },
  act: (world: StandaloneWorld) => Promise<void>,
): Promise<void> {
  const computer = makeComputer(options);
  try {
    await act(computer);
  } finally {
    computer.remove();
  }
}

/** A computer of its own, until it is removed. */
export function makeComputer({ keyring: hasKeyring = false }: { readonly keyring?: boolean }) {
  const folder = makeTemporaryFolder("standalone");
  const person = new PersonAtBrowser(join(folder, "browser"));
  const keyring = join(folder, "keyring");
  const entries = join(keyring, "entries");
  const calls = join(keyring, "calls");
  for (const part of [entries, calls]) mkdirSync(part, { recursive: true });
  // Nothing that lies in the current directory itself is run, which is the folder in some tests.
  const tools = join(folder, "keyring-tools");
  mkdirSync(tools);
  copyFileSync("test/support/standalone/fakeSecretTool.sh", join(tools, "secret-tool"));
  return {
    folder,
    browser: (consent = "allow") => ["--browser", person.command(consent)],
    opened: () => person.opened(),
    env: {
      PATH: hasKeyring ? `${tools}${delimiter}${process.env.PATH}` : (process.env.PATH ?? ""),
      HOME: folder,
      XDG_CACHE_HOME: join(folder, "cache"),
      FAKE_KEYRING: keyring,
    },
    keyring: () => Object.fromEntries(textsIn(entries)),
    setKeyring(kept) {
      for (const name of readdirSync(entries)) rmSync(join(entries, name));
      for (const [name, text] of Object.entries(kept)) writeFileSync(join(entries, name), text);
    },
    keyringCalls: () => textsIn(calls).map(([, text]) => text),
    forgetCalls() {
      for (const name of readdirSync(calls)) rmSync(join(calls, name));
    },
    remove() {
      person.leave();
      // The program may still write what it keeps of the last answer.
      removeFolder(folder);
    },
  } satisfies StandaloneWorld & { remove(): void };
}

/** Each file of a folder, by its name. One that goes meanwhile is left out. */
const textsIn = (folder: string): readonly (readonly [string, string])[] =>
  readdirSync(folder).flatMap((name) => {
    try {
      return [[name, readFileSync(join(folder, name), "utf8")] as const];
    } catch {
      return [];
    }
  });

export interface Standalone {
  readonly client: Client;
  readonly pid: number;
  /** What it told people so far. */
  said(): string;
  /** Waits until it says something. */
  says(words: RegExp): Promise<RegExpExecArray>;
  /** Calls a tool and gives its text. */
  call(name: string, args?: Record<string, unknown>): Promise<string>;
  /** Closes its standard input, as a program that ends does, and waits for its end. */
  close(): Promise<void>;
}

/** Starts the standalone as editors of today do: the SDK's v1 client over stdio. */
export async function startStandalone(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  {
    capabilities = {},
    prepare,
    script = standaloneScript,
    node = process.execPath,
    cwd,
  }: {
    readonly capabilities?: ClientCapabilities;
    readonly prepare?: (client: Client) => void;
    readonly script?: readonly string[];
    /** The Node that runs it. */
    readonly node?: string;
    /** The folder that it is started in; this one without. */
    readonly cwd?: string;
  } = {},
): Promise<Standalone> {
  const transport = new StdioClientTransport({
    command: node,
    args: [...script, ...args],
    env: { ...env },
    // By itself it gives up at 10 MiB.
    maxBufferSize: 64 * 1024 * 1024,
    stderr: "pipe",
    ...(cwd !== undefined && { cwd }),
  });
  let said = "";
  const watchers = new Set<() => void>();
  transport.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
    for (const look of watchers) look();
  });
  const client = new Client({ name: "some-editor", version: "1.0.0" }, { capabilities });
  prepare?.(client);
  try {
    await client.connect(transport, { timeout: patienceMs });
  } catch (error) {
    throw new Error(`not connected: ${said}`, { cause: error });
  }
  const pid = transport.pid ?? -1;
  return {
    client,
    pid,
    said: () => said,
    says: (words) =>
      new Promise((done, fail) => {
        const timer = setTimeout(() => fail(new Error(`not said: ${words}\n${said}`)), patienceMs);
        const look = () => {
          const found = words.exec(said);
          if (!found) return;
          clearTimeout(timer);
          watchers.delete(look);
          done(found);
        };
        watchers.add(look);
        look();
      }),
    async call(name, args = {}) {
      const { content } = await client.callTool({ name, arguments: args }, undefined, { timeout: patienceMs });
      return (content as { text?: string }[]).map(({ text = "" }) => text).join("\n");
    },
    close: () => client.close(),
  };
}
