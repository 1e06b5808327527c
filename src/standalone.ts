#!/usr/bin/env node
import { readFileSync } from "node:fs";
import { messageOf } from "./lib/causes.ts";
import { credentialPlaces } from "./node/secrets/credentialPlaces.ts";
import { type StandaloneCommand, standaloneArguments } from "./standalone/arguments.ts";
import { policyHelp } from "./standalone/policy/policyArguments.ts";
import { readProxyLogin } from "./standalone/proxyLogin.ts";
import { run, wrongArguments } from "./standalone/run.ts";
import { signInToProxies } from "./system/environmentProxy.ts";
import { outliveReaders, print } from "./system/standardStreams.ts";

declare const BUNDLED_VERSION: string | undefined;

// The relay without an editor: MCP over stdio for the program that started it, OAuth and MCP towards the gateway.
outliveReaders();
void start();

async function start(): Promise<void> {
  const command = await withLogin(standaloneArguments(process.argv.slice(2)));
  switch (command.kind) {
    case "help":
      await print((await import("./standalone/help.ts")).standaloneHelp);
      break;
    case "version":
      await print(version());
      break;
    case "wrong":
      wrongArguments(command.problem);
      break;
    case "policyHelp":
      await print(policyHelp);
      break;
    case "policy": {
      const { policyCheck } = await import("./standalone/policy/policyCheck.ts");
      const { lines, exitCode } = policyCheck(command.options);
      await print(lines.join("\n"));
      process.exitCode = exitCode;
      break;
    }
    case "clientMetadata": {
      const { clientMetadata } = await import("./standalone/clientMetadata/clientMetadata.ts");
      process.exitCode = await clientMetadata(command.options);
      break;
    }
    case "leave": {
      const { leave } = await import("./standalone/signOut/leave.ts");
      await leave(command.options, version());
      break;
    }
    case "call": {
      const { call } = await import("./standalone/call/call.ts");
      await call(command.options, command.call, version());
      break;
    }
    case "doctor": {
      const { doctor } = await import("./standalone/doctor/doctor.ts");
      await doctor(command.options, version());
      break;
    }
    case "run":
      await run(command.options, version());
  }
}

/** Reads the login of the proxy first, where the environment says where it is and somebody is to be reached. */
async function withLogin(read: StandaloneCommand): Promise<StandaloneCommand> {
  if (!["clientMetadata", "leave", "call", "run"].includes(read.kind)) return read;
  try {
    signInToProxies(await readProxyLogin(process.env, credentialPlaces(process.env)));
    return read;
  } catch (error) {
    return { kind: "wrong", problem: messageOf(error) };
  }
}

/** The bundle carries it, since people copy that file alone; from the sources it is read. */
function version(): string {
  if (typeof BUNDLED_VERSION === "string") return BUNDLED_VERSION;
  return String(JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8")).version);
}
