import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, watch } from "node:fs";
import { join, resolve } from "node:path";
import { visit } from "../signInByHttp.ts";
import type { Started } from "./startStandalone.ts";

/** Where the arguments of a program that was started end, and its environment begins. */
const END = "\0";

/**
 * A person at a computer's browser, in the test's own process: whoever starts the browser has them sign in, and the redirect is
 * followed home.
 */
export class PersonAtBrowser {
  readonly #folder: string;
  readonly #known = new Set<string>();
  readonly #watching;

  /** @param folder where the browser says what it was started with; made here */
  constructor(folder: string) {
    mkdirSync(folder);
    this.#folder = folder;
    this.#watching = watch(folder, { persistent: false }, () => this.#look());
  }

  /** The command that starts the browser. */
  command(consent: "allow" | "deny"): string {
    const words = ["sh", resolve("test/support/standalone/browser.sh"), this.#folder, consent];
    return words.map((word) => `"${word}"`).join(" ");
  }

  /** Every time that it was started, the first one first. */
  opened(): readonly Started[] {
    const names = readdirSync(this.#folder).filter((name) => /^\d+$/.test(name));
    const dated = names.map((name) => ({ name, at: statSync(join(this.#folder, name), { bigint: true }).mtimeNs }));
    return dated.sort((one, other) => Number(one.at - other.at)).map(({ name }) => this.#started(name));
  }

  leave(): void {
    this.#watching.close();
  }

  #look(): void {
    // It is told of the folder's own end, too.
    for (const name of existsSync(this.#folder) ? readdirSync(this.#folder) : []) {
      if (this.#known.has(name) || !/^\d+$/.test(name)) continue;
      this.#known.add(name);
      const { url, argv } = this.#started(name);
      // Who signs in no further than a page that says no is done there.
      void visit(url, { consent: argv.at(-2) === "deny" ? "deny" : "allow" }).catch(() => {});
    }
  }

  #started(name: string): Started {
    const said = readFileSync(join(this.#folder, name), "utf8").split(END);
    const argv = said.slice(0, -1);
    return { url: argv.at(-1) ?? "", argv, env: said.at(-1) ?? "" };
  }
}
