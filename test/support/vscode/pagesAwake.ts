import type { Workbench } from "./workbench.ts";
import type { World } from "./world.ts";

/** How often a window is opened anew, at most. */
const MOST_RELOADS = 3;

/**
 * Has the editor show a page of an extension, before a test is about one. On a busy machine it waits now and then for ever for
 * the service worker of its first page, and only a new window helps, as the extension says.
 */
export async function wakePages(workbench: Workbench, world: World): Promise<void> {
  const { companion, sandbox } = world;
  for (let reloads = 0; ; reloads++) {
    await companion.ask("runCommand", { command: "gatewayConnect.explainAccess", args: [sandbox.gatewayUrl] });
    try {
      await workbench.webview(sandbox.gatewayUrl, 15_000);
      break;
    } catch (error) {
      if (reloads === MOST_RELOADS) throw error;
      await workbench.reload();
      await companion.ready();
    }
  }
  await workbench.runCommand("View: Close All Editors");
  await workbench.clearNotifications();
}
