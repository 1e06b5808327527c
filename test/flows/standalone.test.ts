import assert from "node:assert/strict";
import { test } from "node:test";
import { isAlive, startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { withSandbox } from "../support/withSandbox.ts";

test("a first start signs in in the browser, lists the tools and calls them; its end leaves no valid token", () =>
  withSandbox({ recordSecrets: true }, (sandbox) =>
    withComputer({}, async (computer) => {
      const standalone = await startStandalone(
        [sandbox.gatewayUrl, "--keychain", "off", ...computer.browser()],
        computer.env,
      );
      const { tools } = await standalone.client.listTools();
      const answer = await standalone.call("sample___whoami");
      await standalone.close();
      const tokens = sandbox.issuedSecrets().filter(({ kind }) => ["access_token", "refresh_token"].includes(kind));
      const live = await Promise.all(tokens.map(({ value }) => sandbox.isActive(value)));
      assert.deepEqual(
        {
          tools: tools.some(({ name }) => name === "sample___whoami"),
          answer: answer.split(",")[0],
          browsers: computer.opened().length,
          live,
          alive: isAlive(standalone.pid),
        },
        { tools: true, answer: "You are Ada Lovelace (ada)", browsers: 1, live: [false, false], alive: false },
      );
    }),
  ));
