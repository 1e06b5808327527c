import { spawn } from "node:child_process";
import { startWorld } from "../test/support/vscode/world.ts";

/** `npm start`: VS Code with the extension in it and a gateway to connect to, left open until Ctrl-C. */
const world = await startWorld({ progress: (line) => console.log(`  ${line}`) });
const { server, sandbox } = world;
console.log(`
VS Code:   ${server.url}
Gateway:   ${sandbox.gatewayUrl}

In VS Code, press F1, run "Connect Gateway" and paste the gateway's address.
To call a tool without a chat model: "Gateway Connect: Run Gateway Tool…".
Ctrl-C ends everything.
`);
openInBrowser(server.url);

await new Promise<void>((done) => {
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => done());
});
console.log("\nending VS Code and the gateway …");
await world.stop();
process.exit(0);

function openInBrowser(url: string): void {
  const [command, ...args] =
    process.platform === "darwin"
      ? ["open", url]
      : process.platform === "win32"
        ? ["rundll32", "url.dll,FileProtocolHandler", url]
        : process.env.DISPLAY || process.env.WAYLAND_DISPLAY
          ? ["xdg-open", url]
          : [];
  if (!command) return;
  const opener = spawn(command, args, { stdio: "ignore", detached: true });
  opener.on("error", () => undefined);
  opener.unref();
}
