import type { ChildProcess } from "node:child_process";
import { stat } from "node:fs/promises";
import type { JSONRPCMessage, Transport } from "@modelcontextprotocol/client";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { InMemoryTransport } from "@modelcontextprotocol/server";
import { MAX_MESSAGE_BYTES } from "../../lib/limits.ts";
import { httpTransport } from "../../mcp/watchedTransport.ts";
import { withVariables } from "../../system/environment.ts";
import { environmentFetch } from "../../system/environmentFetch.ts";
import { killWithDescendants } from "../../system/processTree.ts";
import { toldWhenBusy } from "./busyText.ts";
import { MessageLines } from "./messageLines.ts";
import type { ProcessOutput } from "./processOutput.ts";
import { stubServer } from "./stubServer.ts";
import type { Target } from "./target.ts";

/**
 * Opens the way to a target.
 *
 * @param connecting aborts every request while the connection is being opened
 * @param output is told what a process says on its standard error, and how it ends
 */
export async function openTransport(
  target: Target,
  connecting: () => AbortSignal | undefined,
  output: ProcessOutput,
): Promise<Transport> {
  switch (target.kind) {
    case "inProcess": {
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      await target.create(undefined).connect(theirs);
      return ours as unknown as Transport;
    }
    case "stub": {
      const [ours, theirs] = InMemoryTransport.createLinkedPair();
      await stubServer(target).connect(theirs);
      return ours as unknown as Transport;
    }
    case "stdio":
      await assertFolder(target.cwd);
      return new ProcessTransport(
        {
          command: target.command,
          args: [...(target.args ?? [])],
          env: withVariables(getDefaultEnvironment(), target.env ?? {}, process.platform),
          stderr: "pipe",
          ...(target.cwd !== undefined && { cwd: target.cwd }),
        },
        // As much as targets over HTTP may answer.
        { output, maxBytes: target.maxResultBytes ?? MAX_MESSAGE_BYTES },
      );
    // Without a time limit of its own: a tool may take 15 minutes, at AgentCore too, and the router decides about calls.
    case "http": {
      const maxBytes = () => target.maxResultBytes ?? MAX_MESSAGE_BYTES;
      return httpTransport(
        { url: target.url, headers: { ...target.headers }, fetch: toldWhenBusy(environmentFetch), maxBytes },
        connecting,
      ) as unknown as Transport;
    }
  }
}

/** Node says of a folder that is not there only that the program is not. */
async function assertFolder(path: string | undefined): Promise<void> {
  if (path === undefined) return;
  const found = await stat(path).catch(({ code }: NodeJS.ErrnoException) => code ?? "unknown");
  if (typeof found === "string") throw new Error(`its folder (cwd) ${path} cannot be used: ${found}`);
  if (!found.isDirectory()) throw new Error(`its folder (cwd) ${path} is no folder`);
}

/** Extends the SDK's transport to read long lines, and to record what the process wrote to its standard error and how it ended. */
class ProcessTransport extends StdioClientTransport {
  readonly #output: ProcessOutput;
  readonly #lines: MessageLines;

  constructor(
    server: ConstructorParameters<typeof StdioClientTransport>[0],
    { output, maxBytes }: { readonly output: ProcessOutput; readonly maxBytes: number },
  ) {
    super(server);
    this.#lines = new MessageLines(maxBytes);
    // The SDK has no name for it. Its own reader takes minutes for a line of 100 MiB.
    Object.assign(this, { _readBuffer: this.#lines });
    this.#output = output;
    this.stderr?.on("data", (chunk: Buffer) => output.add(chunk));
  }

  override async send(message: JSONRPCMessage): Promise<void> {
    this.#lines.told(message);
    await super.send(message);
  }

  override async start(): Promise<void> {
    await super.start();
    // The SDK has no name for it. Without it neither how the process ended is said, nor do its
    // descendants end with it on Windows.
    const { _process: child } = this as unknown as { readonly _process?: ChildProcess };
    child?.once("exit", (code, signal) => this.#output.ended(code, signal));
    if (child) killWithDescendants(child, process.platform);
  }
}
