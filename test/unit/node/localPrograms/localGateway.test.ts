import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import type { GatewayFailure } from "../../../../src/failures/failure.ts";
import { faultsText, locatedFault, startLocalGateway } from "../../../../src/node/localPrograms/localGateway.ts";
import { failureOf, recordingLog } from "../../../support/fakePorts.ts";
import { temporaryFolder } from "../../../support/temporaryFolder.ts";

const file = "/home/ada/a.gateway.json";

/** A program that stands for the gateway's bundle. */
async function world(t: TestContext, text: string) {
  const folder = temporaryFolder(t, "local-gateway");
  const script = join(folder, "gateway.mjs");
  await writeFile(script, text);
  const reloads: (readonly (readonly string[])[])[] = [];
  const onReloaded = (...told: readonly (readonly string[])[]) => void reloads.push(told);
  const environment = { NAMED: "1" };
  return {
    execPath: process.execPath,
    script,
    environment,
    onReloaded,
    onEnded: () => {},
    log: recordingLog(),
    reloads,
  };
}

test("it is started with its file, attached, and tells how each reading of the changed file ended", async (t) => {
  const program = await world(
    t,
    `const [, , ...args] = process.argv;
     const say = (answer) => console.log(JSON.stringify(answer));
     say({ ready: true, gateways: [{ file: args[1], name: args.join(" ") + process.env.NAMED, url: "http://g/mcp", withoutEffect: ["wafConfiguration"], notRun: ["search (connector): stubs"] }] });
     say({ reloaded: args[1], faults: [] });
     say({ reloaded: args[1], faults: ["wrong"], notRun: ["web (connector): stubs"] });
     process.stdin.resume().on("end", () => process.exit(0));`,
  );
  const gateway = await startLocalGateway(file, program);
  await gateway.stop();
  const { name, url, withoutEffect, notRun } = gateway;
  assert.deepEqual(
    { name, url, withoutEffect, notRun, reloads: program.reloads },
    {
      name: `--config ${file} --attached1`,
      url: "http://g/mcp",
      withoutEffect: ["wafConfiguration"],
      notRun: ["search (connector): stubs"],
      reloads: [
        [[], []],
        [["wrong"], ["web (connector): stubs"]],
      ],
    },
  );
});

test("one that cannot start says the first fault of its file, how many more there are, and where the first one is", async (t) => {
  const program = await world(
    t,
    `console.error("${file}: without effect here: wafConfiguration");
     console.error("${file}: not run here: search (connector): stubs");
     console.error("${file}:4:7: local.port: expected a whole number, found a text");
     console.error("${file}:5:1: x: is not known");
     process.exitCode = 3;`,
  );
  const { code, facts } = (await failureOf(() => startLocalGateway(file, program))) as GatewayFailure;
  const reason = "line 4, column 7: local.port: expected a whole number, found a text (and 1 more)";
  const faults = [
    `${file}:4:7: local.port: expected a whole number, found a text`,
    `${file}:5:1: x: is not known`,
    "Port 80 is taken.",
  ];
  assert.deepEqual(
    [code, facts, faults.map((fault) => locatedFault(fault, file))],
    [
      "local_gateway_not_started",
      { file, reason, faults: faults.slice(0, 2) },
      [
        { line: 4, column: 7, text: "local.port: expected a whole number, found a text" },
        { line: 5, column: 1, text: "x: is not known" },
        { line: 1, column: 1, text: "Port 80 is taken." },
      ],
    ],
  );
});

test("a fault that is not about a place in the file is said as it is", () => {
  assert.deepEqual(
    [
      faultsText([`${file}: there is no such file`], file),
      faultsText(["Port 80 is taken."], file),
      faultsText([], file),
    ],
    ["there is no such file", "Port 80 is taken.", "it said nothing"],
  );
});
