import { join } from "node:path";
import { Workbench } from "../test/support/vscode/workbench.ts";
import { startWorld } from "../test/support/vscode/world.ts";
import { median } from "./statistics.ts";

/**
 * `npm run bench:activation [-- <rounds>]`: what VS Code itself says the extension's activation took, in its own list of
 * running extensions, over several starts of its window.
 */
const rounds = Number(process.argv[2] ?? 5);
const world = await startWorld({ progress: (line) => console.error(line) });
try {
  const pictures = join(world.home, "pictures");
  const profile = join(world.home, "browser");
  const workbench = await Workbench.open(world.server.url, { browser: world.browser, profile, pictures });
  const all: number[] = [];
  for (let round = 0; round < rounds; round++) {
    if (round > 0) await workbench.reload();
    await workbench.runCommand("Developer: Show Running Extensions");
    const row = workbench.page.locator(".runtime-extensions-editor .extension", { hasText: "Gateway Connect:" });
    const time = row.locator(".activation-time", { hasText: /\d+\s*ms/ });
    const text = (await time.innerText({ timeout: 60_000 })).trim();
    const ms = Number(/(\d+)\s*ms/.exec(text)?.[1]);
    console.error(`round ${round + 1} of ${rounds}: ${text}`);
    all.push(ms);
  }
  await workbench.close();
  console.log(`VS Code ${world.vscodeVersion}, ${rounds} starts: ${median(all)} ms at the median (${all.join(", ")})`);
} finally {
  await world.stop();
}
