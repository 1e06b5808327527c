import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { eachLook, faultsOf, looks } from "../../test/support/vscode/looks.ts";
import { Workbench } from "../../test/support/vscode/workbench.ts";
import { startWorld } from "../../test/support/vscode/world.ts";
import { states } from "./states.ts";

/** Where the pictures of all states go, which are looked at and not kept. */
const folder = "out/screenshots";

/**
 * `npm run screenshots -- --all`: takes a picture of every state, in dark, light and high contrast and at 400 pixels, and says
 * which pages break a rule of accessibility.
 */
export async function takeAllStates(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const world = await startWorld({
    registration: false,
    progress: (line) => console.log(`  ${line}`),
    settings: { "remote.otherPortsAttributes": { onAutoForward: "ignore" } },
  });
  const workbench = await Workbench.open(world.server.url, {
    browser: world.browser,
    profile: join(world.home, "browser"),
    pictures: folder,
  });
  const glance = async (name: string) => void (await workbench.page.screenshot({ path: join(folder, `${name}.png`) }));
  const look = async (name: string) => {
    await eachLook(
      { workbench, world },
      async (one) => {
        await glance(`${name}-${one.name}`);
        if (!/^(tool|explain)-/.test(name) || name === "tool-json") return;
        for (const fault of await faultsOf(await workbench.webview(/./))) {
          process.exitCode = 1;
          console.error(`${name}, ${one.name}: ${fault}`);
        }
      },
      // The narrow one is the last, for what it does to the side bar.
      ["light", "hc", "dark", "dark-400"].flatMap((wanted) => looks.filter((one) => one.name === wanted)),
    );
    await widen();
  };
  /** The editor takes from the side bar what a narrow window lacks, and does not give it back. */
  const widen = async () => {
    const box = await workbench.page.locator(".part.sidebar").boundingBox();
    if (!box || box.width > 290) return;
    const { mouse } = workbench.page;
    await mouse.move(box.x + box.width + 1, 400);
    await mouse.down();
    await mouse.move(350, 400, { steps: 5 });
    await mouse.up();
  };
  try {
    await world.companion.ready();
    for (const state of states) await state({ workbench, world, look, glance });
  } catch (error) {
    await glance("failed");
    throw error;
  } finally {
    await workbench.close();
    await world.stop();
  }
}
