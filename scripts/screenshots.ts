import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Workbench } from "../test/support/vscode/workbench.ts";
import { startWorld } from "../test/support/vscode/world.ts";
import { takeAllStates } from "./screenshots/allStates.ts";
import { Camera } from "./screenshots/camera.ts";
import { scenes } from "./screenshots/scenes.ts";
import { themes } from "./screenshots/themes.ts";

/**
 * `npm run screenshots`: takes every picture of the README, the pages and the walkthrough from the extension in a real
 * VS Code, in light, dark and high contrast. With `--all` it takes those of every state instead, into `out/screenshots`.
 */
if (process.argv.includes("--all")) {
  await takeAllStates();
  process.exit();
}
const [theme] = themes;
const world = await startWorld({
  progress: (line) => console.log(`  ${line}`),
  settings: {
    "workbench.colorTheme": theme?.setting,
    "workbench.activityBar.location": "default",
    "window.commandCenter": false,
    "workbench.layoutControl.enabled": false,
    "editor.minimap.enabled": false,
    // Nothing of the editor's own shall lie over what is shown.
    "remote.otherPortsAttributes": { onAutoForward: "ignore" },
  },
});
const failed = await mkdtemp(join(tmpdir(), "gateway-connect-screenshots-"));
const workbench = await Workbench.open(world.server.url, {
  browser: world.browser,
  profile: join(world.home, "browser"),
  pictures: failed,
});
try {
  await world.companion.ready();
  const camera = new Camera(world);
  await camera.frame(workbench.page);
  for (const scene of scenes) {
    console.log(scene.what);
    await scene.take({ workbench, world, camera });
  }
  await camera.keepMoving("docs/pictures/first-minute.webp");
  await rm(failed, { recursive: true, force: true });
} catch (error) {
  console.error(`what was seen then: ${join(failed, await workbench.keepPicture("failed"))}`);
  throw error;
} finally {
  await workbench.close();
  await world.stop();
}
