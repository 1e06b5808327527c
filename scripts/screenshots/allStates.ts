import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installAws } from "../../test/support/aws/awsComputer.ts";
import { eachLook, faultsOf, looks } from "../../test/support/vscode/looks.ts";
import { Workbench } from "../../test/support/vscode/workbench.ts";
import { startWorld } from "../../test/support/vscode/world.ts";
import { failingStates } from "./failingStates.ts";
import { states } from "./states.ts";

/** Where the pictures of all states go, which are looked at and not kept. */
const folder = "out/screenshots";

/**
 * `npm run screenshots -- --all`: takes a picture of every state, in dark, light and both kinds of high contrast, and at 400 pixels, and says
 * which pages break a rule of accessibility.
 */
export async function takeAllStates(): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const computer = await mkdtemp(join(tmpdir(), "aws-computer-"));
  const aws = installAws(computer, ["dev", "prod"]);
  const world = await startWorld({
    // Else the editor takes the path from a shell of its own.
    env: { ...aws.env(process.env.PATH ?? ""), VSCODE_CLI: "1" },
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
    const isPage = /^(tool|explain)-/.test(name) && name !== "tool-json";
    const take = async (as: string) => {
      await glance(`${name}-${as}`);
      if (!isPage) return;
      for (const fault of await faultsOf(await workbench.webview(/./))) {
        process.exitCode = 1;
        console.error(`${name}, ${as}: ${fault}`);
      }
    };
    const stage = { workbench, world };
    const named = (...names: readonly string[]) =>
      names.flatMap((wanted) => looks.filter((one) => one.name === wanted));
    await eachLook(stage, (one) => take(one.name), named("light", "hc-light", "hc", "dark"));
    if (!isPage) {
      // The last one, for what it does to the side bar.
      await eachLook(stage, (one) => take(one.name), named("dark-400"));
      await widen();
      return;
    }
    // A page has the narrow window for itself, as with an editor whose side bar is closed.
    const toggle = () => world.companion.ask("runCommand", { command: "workbench.action.toggleSidebarVisibility" });
    await toggle();
    await eachLook(stage, (one) => take(one.name), named("light-400", "hc-light-400", "hc-400", "dark-400"));
    if (name.startsWith("explain-")) {
      await workbench.page.setViewportSize({ width: 500, height: 800 });
      await workbench.page.waitForTimeout(250);
      await take("dark-500");
      await workbench.page.setViewportSize({ width: 1280, height: 800 });
    }
    await toggle();
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
    for (const state of [...states, ...failingStates].slice(Number(process.env.FIRST_STATE ?? 0)))
      await state({ workbench, world, aws, look, glance });
  } catch (error) {
    await glance("failed");
    throw error;
  } finally {
    await workbench.close();
    await world.stop();
    await rm(computer, { recursive: true, force: true });
  }
}
