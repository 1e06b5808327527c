import assert from "node:assert/strict";
import { copyFileSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { withSandbox } from "../support/withSandbox.ts";

test("the standalone's bundle works as one file, wherever it is copied, and has at most 985 kB", () =>
  withSandbox({}, (sandbox) =>
    withComputer({}, async (computer) => {
      const script = join(computer.folder, "standalone.mjs");
      copyFileSync("dist/standalone.mjs", script);
      const standalone = await startStandalone(
        [sandbox.gatewayUrl, "--keychain", "off", ...computer.browser()],
        computer.env,
        { script: [script] },
      );
      const answer = await standalone.call("sample___whoami");
      const { version } = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
      const told = standalone.client.getServerVersion()?.version;
      await standalone.close();
      assert.deepEqual(
        { answer: answer.split(",")[0], told, small: statSync(script).size <= 985_000 },
        { answer: "You are Ada Lovelace (ada)", told: version, small: true },
      );
    }),
  ));
