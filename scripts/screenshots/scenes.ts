import { signInAs } from "../../test/support/vscode/signInPages.ts";
import type { Workbench } from "../../test/support/vscode/workbench.ts";
import type { World } from "../../test/support/vscode/world.ts";
import type { Camera } from "./camera.ts";

/** What stands before the camera. */
export interface Stage {
  readonly workbench: Workbench;
  readonly world: World;
  readonly camera: Camera;
}

/** A moment in the life of somebody who uses the extension. Each goes on where the one before has ended. */
export interface Scene {
  readonly what: string;
  readonly take: (stage: Stage) => Promise<void>;
}

const person = "Ada Lovelace";
const gateway = "finance";

export const scenes: readonly Scene[] = [
  {
    what: "the view with nothing connected",
    async take({ workbench, camera }) {
      await workbench.runCommand("View: Show MCP Gateways");
      await workbench.page.getByText("Try the Sandbox").first().waitFor();
      await camera.still(workbench.page, "docs/pictures/welcome");
      await camera.move(workbench.page, 1_600);
    },
  },
  {
    what: "the address of a gateway",
    async take({ workbench, world, camera }) {
      await workbench.runCommand("Connect Gateway");
      await workbench.typeInput(world.sandbox.gatewayUrl);
      await camera.still(workbench.page, "media/walkthrough/connect");
      await camera.move(workbench.page, 2_000);
    },
  },
  {
    what: "the sign-in",
    async take({ workbench, camera }) {
      await workbench.fillInput();
      await workbench.dialogText();
      await camera.move(workbench.page, 2_200);
      const page = await workbench.nextPage(() => workbench.dialogButton("Allow"));
      await camera.frame(page);
      await page.getByText(`Continue as ${person}`).waitFor();
      await camera.move(page, 2_200);
      await signInAs(person, page);
      await camera.move(page, 1_800);
      await page.close();
      await workbench.page.bringToFront();
      await workbench.notification("Connected to");
      await workbench.statusBarItem(person);
      await camera.move(workbench.page, 2_200);
    },
  },
  {
    what: "a name for the gateway",
    async take({ workbench }) {
      await workbench.clearNotifications();
      await workbench.runCommand("Gateway Connect: Rename…");
      await workbench.fillInput(gateway);
      await workbench.statusBarItem(gateway);
    },
  },
  {
    what: "the gateway with its tools",
    async take({ workbench, camera }) {
      const { page } = workbench;
      await workbench.runCommand("View: Show MCP Gateways");
      await rowOf(workbench, gateway).click();
      await page.keyboard.press("ArrowRight");
      await rowOf(workbench, "sample").click();
      await rowOf(workbench, "whoami").waitFor();
      await camera.move(page, 2_200);
      await camera.still(page, "docs/pictures/gateways");
      await camera.still(page, "media/walkthrough/gateways", { ...side, height: 420 });
    },
  },
  {
    what: "a tool and its result",
    async take({ workbench, camera }) {
      const { page } = workbench;
      await rowOf(workbench, "Who am I").click();
      const tool = await workbench.webview("Who am I");
      await tool.getByRole("button", { name: /^Run/ }).first().click();
      await tool.getByText(`You are ${person}`).first().waitFor();
      await camera.move(page, 3_500);
      await camera.still(page, "docs/pictures/tool");
      await camera.still(page, "media/walkthrough/tool", editor);
      await workbench.runCommand("View: Close All Editors");
    },
  },
  {
    what: "why access is as it is",
    async take({ workbench, camera }) {
      const { page } = workbench;
      await workbench.runCommand("Gateway Connect: Explain Access");
      await workbench.webview(/the gateway takes this token/);
      await camera.still(page, "docs/pictures/explain-access");
      await camera.still(page, "media/walkthrough/explain", editor);
      await workbench.runCommand("View: Close All Editors");
    },
  },
  {
    what: "who is signed in",
    async take({ workbench, camera }) {
      const item = await workbench.statusBarItem(person);
      await item.hover();
      await camera.still(workbench.page, "docs/pictures/status-bar");
    },
  },
  {
    what: "what a sign-out did",
    async take({ workbench, camera }) {
      await workbench.runCommand("Gateway Connect: Sign Out");
      await workbench.notification("Signed out of");
      // A message that is pointed at stays for as long as the pictures take.
      await workbench.page.locator(".notifications-toasts .notification-list-item").first().hover();
      await camera.still(workbench.page, "docs/pictures/sign-out");
      await camera.still(workbench.page, "media/walkthrough/sign-out", below);
    },
  },
];

/** Parts of the window: the view, the editor, and where messages come up. */
const side = { x: 0, y: 0, width: 640, height: 420 };
const editor = { x: 350, y: 0, width: 750, height: 500 };
const below = { x: 460, y: 360, width: 640, height: 320 };

/** An item of the view. */
const rowOf = ({ page }: Workbench, text: string) =>
  page.locator(".pane-body .monaco-list-row", { hasText: text }).first();
