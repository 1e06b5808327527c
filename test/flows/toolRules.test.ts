import assert from "node:assert/strict";
import { test } from "node:test";
import { startGateway } from "../support/relayGateways.ts";
import { startStandalone, withComputer } from "../support/standalone/startStandalone.ts";
import { until } from "../support/until.ts";

const memory = ["--keychain", "off", "--browser", "none"];

for (const era of ["legacy", "modern"] as const) {
  test(`a host of a ${era} gateway is not shown what rules keep back, and cannot call it`, () =>
    withComputer({}, async (computer) => {
      const gateway = await startGateway(era);
      try {
        const rules = ["--tools-allow", "e* s* ask*", "--tools-deny", "*-url,slow"];
        const standalone = await startStandalone([gateway.url, ...memory, ...rules], computer.env);
        const { tools } = await standalone.client.listTools();
        const said = [];
        for (const tool of ["echo", "slow", "ask-url", "log"]) said.push(await standalone.call(tool, { text: "hi" }));
        await standalone.close();
        assert.deepEqual([tools.map(({ name }) => name).sort(), gateway.calls], [["ask", "echo", "sample"], ["echo"]]);
        assert.match(said[0] ?? "", /hi/);
        assert.match(
          said[1] ?? "",
          /^slow is kept from agents by a rule\. --tools-deny denies it with slow\. Nothing was run/,
        );
        assert.match(said[2] ?? "", /--tools-deny denies it with \*-url/);
        assert.match(said[3] ?? "", /--tools-allow does not list it/);
      } finally {
        await gateway.stop();
      }
    }));

  test(`with --read-only a host of a ${era} gateway has only tools that say that they only read, also before it lists`, () =>
    withComputer({}, async (computer) => {
      const gateway = await startGateway(era);
      try {
        const standalone = await startStandalone([gateway.url, ...memory, "--read-only"], computer.env);
        const refused = await standalone.call("fail");
        const { tools } = await standalone.client.listTools();
        const answered = tools[0] && (await standalone.call(tools[0].name, { text: "hi" }));
        await standalone.close();
        assert.match(refused, /--read-only leaves only tools that say of themselves that they only read/);
        assert.equal(gateway.calls.includes("fail"), false);
        assert.ok(
          tools.every(({ annotations }) => annotations?.readOnlyHint === true),
          JSON.stringify(tools),
        );
        if (tools.length > 0) assert.doesNotMatch(answered ?? "", /is kept from agents/);
      } finally {
        await gateway.stop();
      }
    }));

  test(`a call of a ${era} gateway that takes longer than it may is cancelled there and told`, () =>
    withComputer({}, async (computer) => {
      const gateway = await startGateway(era);
      try {
        const limits = ["--timeout", "*=600,slow=1"];
        const standalone = await startStandalone([gateway.url, ...memory, ...limits], computer.env);
        const said = await standalone.call("slow", { forever: true });
        await until(() => gateway.cancelled.length > 0, "the cancelling");
        const after = await standalone.call("echo", { text: "hi" });
        await standalone.close();
        assert.match(said, /^slow took longer than 1 seconds\. --timeout lets a call take no longer\./);
        assert.deepEqual([gateway.cancelled, /hi/.test(after)], [["slow"], true]);
      } finally {
        await gateway.stop();
      }
    }));
}
