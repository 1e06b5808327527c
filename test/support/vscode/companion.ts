import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { until } from "../until.ts";
import { PATIENCE_MS } from "./patience.ts";
import { buildVsix } from "./vsix.ts";
import type { Workbench } from "./workbench.ts";

export type CompanionAnswer<T> =
  | { readonly value: T; readonly error?: undefined; readonly ms: number }
  | { readonly value?: undefined; readonly error: string; readonly ms: number };

export interface ToolAnswer {
  readonly tool: string;
  readonly content: readonly { readonly text?: string; readonly mimeType?: string; readonly value?: unknown }[];
}

/**
 * The driver's end of `test/companion`: asks by files, so that an answer is data and not something read off the screen.
 *
 * There is one companion in each window, known by its process. One window is asked at a time: the extension host of a page
 * that is gone may go on for a while, and would wait for that page.
 */
export class Companion {
  readonly #folder: string;
  readonly #seen = new Set<number>();
  #asked = 0;
  #window: number | undefined;

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

  /** Waits until the extension host of a window runs that was opened since; from then on it is the one to ask. */
  async ready(): Promise<void> {
    this.#window = await this.newWindow();
  }

  /** Waits until the extension host of a window runs that was not there before, and gives its process. */
  async newWindow(timeoutMs = PATIENCE_MS): Promise<number> {
    const look = async () => (await this.#windows()).find((pid) => !this.#seen.has(pid));
    const found = await until(look, "a companion in a new window", timeoutMs);
    this.#seen.add(found);
    return found;
  }

  async #windows(): Promise<number[]> {
    const files = await readdir(this.#folder, { recursive: true, encoding: "utf8" });
    return files.filter((file) => basename(file) === "ready.json").map((file) => Number(dirname(file)));
  }

  async ask<T>(action: string, args: object = {}, timeoutMs = PATIENCE_MS): Promise<CompanionAnswer<T>> {
    return this.#read(await this.#request(action, args), timeoutMs);
  }

  /** Has it begin what waits for a person, and what the test answers: nobody waits for its end. */
  async begin(action: string, args: object = {}): Promise<void> {
    await this.#request(action, args);
  }

  /** @returns the name of the file of its answer */
  async #request(action: string, args: object): Promise<string> {
    this.#asked += 1;
    const asked = this.#asked;
    const request = this.#file(`${asked}.request.json`);
    await writeFile(`${request}.partial`, JSON.stringify({ action, args }));
    await rename(`${request}.partial`, request);
    return `${asked}.answer.json`;
  }

  callTool(tool: string, input: object = {}, timeoutMs?: number): Promise<CompanionAnswer<ToolAnswer>> {
    return this.ask("callTool", { tool, input }, timeoutMs);
  }

  /**
   * Calls a tool from the palette, with the answer shown in an editor. Resolves once the call is on its way; `answer`
   * follows when the editor has it, which may take a sign-in in between.
   */
  async callToolFromPalette(workbench: Workbench, tool: string, input?: object) {
    await rm(this.#file("palette.answer.json"), { force: true });
    await workbench.runCommand("Companion: Call Tool");
    await workbench.fillInput(input ? `${tool} ${JSON.stringify(input)}` : tool, "Companion: callTool");
    const answer = this.#read<CompanionAnswer<ToolAnswer>>("palette.answer.json", PATIENCE_MS);
    answer.catch(() => undefined);
    return { answer };
  }

  #file(name: string): string {
    if (this.#window === undefined) throw new Error("no window is ready to be asked");
    return join(this.#folder, String(this.#window), name);
  }

  async #read<T>(name: string, timeoutMs: number): Promise<T> {
    const file = this.#file(name);
    const { answer } = await until(
      async () => ({ answer: JSON.parse(await readFile(file, "utf8")) as T }),
      `the companion's ${name}`,
      timeoutMs,
    );
    return answer;
  }
}

/** The text of a tool's answer, all parts together. */
export function answerText(answer: CompanionAnswer<ToolAnswer>): string {
  if (answer.error !== undefined) return answer.error;
  return answer.value.content.map((part) => part.text ?? JSON.stringify(part.value)).join("\n");
}
