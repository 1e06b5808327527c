import { rm } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { failedPictures } from "../support/vscode/failedPictures.ts";
import { accessTokenSeconds, journey, Trip, takeStep } from "../support/vscode/journey.ts";
import { startWorld } from "../support/vscode/world.ts";

test("a person gets from a 401 to a working tool to a revoked token", async (t) => {
  const pictures = failedPictures();
  const world = await startWorld({ accessTokenSeconds, progress: (line) => t.diagnostic(line) });
  const trip = new Trip(world, pictures);
  let stuck: string | undefined;
  try {
    for (const step of journey) {
      await t.test(step.what, async (inner) => {
        if (stuck) return inner.skip(`not reached: "${stuck}" failed`);
        const result = await takeStep(trip, step);
        if (result.kind === "skipped") return inner.skip(result.why);
        if (result.kind === "seen") return;
        stuck = step.what;
        console.error(`picture: ${join(pictures, result.picture ?? "")}\n${(await world.extensionLog()).slice(-4000)}`);
        throw result.error;
      });
    }
  } finally {
    await trip.end();
    await world.stop();
    if (!stuck) await rm(pictures, { recursive: true, force: true });
  }
});
