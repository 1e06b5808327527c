// What the editor runs once the extension is uninstalled (`vscode:uninstall`), without an editor and for five seconds.
import { join } from "node:path";
import { leaveMachine } from "./node/leaveMachine.ts";
import { storagePointerFile } from "./node/storagePointer.ts";

leaveMachine(join(__dirname, storagePointerFile)).then(
  (lines) => {
    for (const line of lines) console.log(`gateway-connect: ${line}`);
  },
  // Nobody is there to be told, and the next start of the editor goes on.
  (error: unknown) => console.error(`gateway-connect: ${error instanceof Error ? error.message : String(error)}`),
);
