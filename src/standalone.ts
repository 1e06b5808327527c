#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { standaloneArguments, standaloneHelp } from "./standalone/arguments.ts";
import { run, wrongArguments } from "./standalone/run.ts";

declare const BUNDLED_VERSION: string | undefined;

// The relay without an editor: MCP over stdio for the program that started it, OAuth and MCP towards the gateway.
const command = standaloneArguments(process.argv.slice(2));
switch (command.kind) {
  case "help":
    console.log(standaloneHelp);
    break;
  case "version":
    console.log(version());
    break;
  case "wrong":
    wrongArguments(command.problem);
    break;
  case "leave": {
    const { leave } = await import("./standalone/leave.ts");
    await leave(command.options, version());
    break;
  }
  case "run":
    await run(command.options, version());
}

/** The bundle carries it, since people copy that file alone; from the sources it is read. */
function version(): string {
  if (typeof BUNDLED_VERSION === "string") return BUNDLED_VERSION;
  return String(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
}
