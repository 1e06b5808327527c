import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { buildVsix } from "./vsix.ts";
import type { Workbench } from "./workbench.ts";

export type CompanionAnswer<T> =
  | { readonly value: T; readonly error?: undefined; readonly ms: number }
  | { readonly value?: undefined; readonly error: string; readonly ms: number };

export interface ToolAnswer {
  readonly tool: string;
  readonly content: readonly { readonly text?: string; readonly mimeType?: string; readonly value?: unknown }[];
}

/** The driver's end of `test/companion`: asks by files, so that an answer is data and not something read off the screen. */
export class Companion {
  readonly #folder: string;
  #asked = 0;

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async prepare(folder: string): Promise<Companion> {
    await mkdir(folder, { recursive: true });
    return new Companion(folder);
  }

  /** The environment in which VS Code must be started. */
  get env(): Record<string, string> {
    return { GATEWAY_CONNECT_COMPANION_FOLDER: this.#folder };
  }

  static vsix(): Promise<string> {
    return buildVsix({ folder: "test/companion", to: "out/companion.vsix" });
  }

  /** Waits until the companion runs, and with it the extension host. */
  async ready(timeoutMs = 60_000): Promise<void> {
    await this.#read("ready.json", timeoutMs);
  }

  async ask<T>(action: string, args: object = {}, timeoutMs = 60_000): Promise<CompanionAnswer<T>> {
    this.#asked += 1;
    const request = join(this.#folder, `${this.#asked}.request.json`);
    await writeFile(`${request}.partial`, JSON.stringify({ action, args }));
    await rename(`${request}.partial`, request);
    return this.#read(`${this.#asked}.answer.json`, timeoutMs);
  }

  callTool(tool: string, input: object = {}, timeoutMs?: number): Promise<CompanionAnswer<ToolAnswer>> {
    return this.ask("callTool", { tool, input }, timeoutMs);
  }

  /**
   * Calls a tool from the palette, with the answer shown in an editor. Resolves once the call is on its way; `answer`
   * follows when the editor has it, which may take a sign-in in between.
   */
  async callToolFromPalette(workbench: Workbench, tool: string, input?: object) {
    await rm(join(this.#folder, "palette.answer.json"), { force: true });
    await workbench.runCommand("Companion: Call Tool");
    await workbench.fillInput(input ? `${tool} ${JSON.stringify(input)}` : tool, "Companion: callTool");
    const answer = this.#read<CompanionAnswer<ToolAnswer>>("palette.answer.json", 60_000);
    answer.catch(() => undefined);
    return { answer };
  }

  async #read<T>(name: string, timeoutMs: number): Promise<T> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      try {
        return JSON.parse(await readFile(join(this.#folder, name), "utf8")) as T;
      } catch (cause) {
        if (Date.now() > until)
          throw new Error(`the companion gave no ${name} within ${timeoutMs / 1000} s`, { cause });
      }
      await delay(50);
    }
  }
}

/** The text of a tool's answer, all parts together. */
export function answerText(answer: CompanionAnswer<ToolAnswer>): string {
  if (answer.error !== undefined) return answer.error;
  return answer.value.content.map((part) => part.text ?? JSON.stringify(part.value)).join("\n");
}
