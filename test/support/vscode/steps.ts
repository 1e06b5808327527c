import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { isAlive } from "../../../src/system/isAlive.ts";
import { failedPictures } from "./failedPictures.ts";
import { afterFailure } from "./onScreen.ts";
import { signInAs } from "./signInPages.ts";
import { Workbench } from "./workbench.ts";
import type { World } from "./world.ts";

/** The variable that names a folder for pictures of every step; without it a step leaves one where it failed. */
const PICTURES = "GATEWAY_CONNECT_PICTURES";

const picturesAreWanted = () => process.env[PICTURES] !== undefined;

/** A person's day in an editor, step by step: what follows one that failed is not tried. */
export class Steps {
  readonly pictures: string;
  readonly #test: TestContext;
  readonly #world: World;
  #workbench: Workbench | undefined;
  #stuck: string | undefined;

  private constructor(test: TestContext, world: World, pictures: string) {
    this.#test = test;
    this.#world = world;
    this.pictures = pictures;
  }

  static async start(test: TestContext, world: World): Promise<Steps> {
    const wanted = process.env[PICTURES];
    return new Steps(test, world, wanted ?? failedPictures());
  }

  /** The window that is open. */
  get workbench(): Workbench {
    if (!this.#workbench) throw new Error("the editor is not open");
    return this.#workbench;
  }

  /** Opens the editor that runs. */
  async open(): Promise<void> {
    this.#workbench = await Workbench.open(this.#world.server.url, {
      browser: this.#world.browser,
      profile: join(this.#world.home, "browser"),
      pictures: this.pictures,
      isOnlyForFailures: !picturesAreWanted(),
    });
    await this.#world.companion.ready();
  }

  /**
   * Another window of the editor. `close` ends its extension host with it, as a desktop does: code-server may keep it, in
   * case the page comes back.
   */
  async openAnother(): Promise<{ readonly window: Workbench; readonly close: () => Promise<void> }> {
    const window = await this.workbench.anotherWindow();
    const host = await this.#world.companion.newWindow();
    return {
      window,
      close: async () => {
        await window.page.close();
        if (isAlive(host)) process.kill(host);
      },
    };
  }

  /** Closes the editor's window. */
  async close(): Promise<void> {
    await this.#workbench?.close();
    this.#workbench = undefined;
  }

  async step(what: string, run: (workbench: Workbench) => Promise<void>): Promise<void> {
    await this.#test.test(what, async (inner) => {
      if (this.#stuck) return inner.skip(`not reached: "${this.#stuck}" failed`);
      try {
        await run(this.#workbench as Workbench);
        await this.#workbench?.screenshot(what);
      } catch (error) {
        this.#stuck = what;
        const picture = await this.#workbench?.keepPicture(`failed ${what}`);
        if (picture) console.error(`picture: ${join(this.pictures, picture)}`);
        console.error((await this.#world.extensionLog()).slice(-3000));
        if (this.#workbench) await afterFailure(error, this.#workbench.page);
        throw error;
      }
    });
  }

  /** Allows the sign-in that the editor asks about, and is this person at the provider. */
  async signIn(person: string): Promise<string> {
    const page = await this.workbench.nextPage(() => this.workbench.dialogButton("Allow"));
    const landed = await signInAs(person, page);
    await page.close();
    return landed;
  }

  /** Closes the window, and keeps the pictures of what failed. */
  async end(): Promise<void> {
    await this.close();
    if (!picturesAreWanted() && this.#stuck === undefined) await rm(this.pictures, { recursive: true, force: true });
  }
}
