import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type FirstMinuteWay, firstMinuteWays, walk } from "../test/support/vscode/firstMinute.ts";
import { wakePages } from "../test/support/vscode/pagesAwake.ts";
import { Workbench } from "../test/support/vscode/workbench.ts";
import { startWorld } from "../test/support/vscode/world.ts";
import { firstMinuteFile, firstMinutePage, type MeasuredWay } from "./firstMinute/firstMinutePage.ts";

/**
 * `npm run first-minute`: walks each way to the first result of a tool in a real VS Code that knows no gateway, three times
 * each, and writes `docs/first-minute.md` with the medians: one run says as much of the machine at that moment as of the way.
 */
const RUNS = 3;
const measured: MeasuredWay[] = [];
for (const way of firstMinuteWays) {
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) seconds.push(await secondsOf(way));
  measured.push({ id: way.id, confirmations: way.confirmations, seconds });
  console.log(way.id, way.confirmations.length, seconds.map((one) => one.toFixed(1)).join(" "));
}
await writeFile(firstMinuteFile, firstMinutePage(measured));

async function secondsOf(way: FirstMinuteWay): Promise<number> {
  const world = await startWorld({ ...way.world, progress: () => {} });
  const pictures = await mkdtemp(join(tmpdir(), "gateway-connect-first-minute-"));
  const profile = join(world.home, "browser");
  const workbench = await Workbench.open(world.server.url, { browser: world.browser, profile, pictures });
  try {
    await world.companion.ready();
    await wakePages(workbench, world);
    const { confirmations, seconds } = await walk(way, { workbench, world });
    if (confirmations.join() !== way.confirmations.join()) throw new Error(`${way.id}: ${confirmations.join(", ")}`);
    return seconds;
  } finally {
    await workbench.close();
    await world.stop();
    await rm(pictures, { recursive: true, force: true });
  }
}
