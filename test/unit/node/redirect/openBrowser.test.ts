import assert from "node:assert/strict";
import { test } from "node:test";
import { browserCommand, commandWords, openBrowser } from "../../../../src/node/redirect/openBrowser.ts";

const computers: readonly (readonly [
  what: string,
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string>>,
  command: readonly string[] | undefined,
])[] = [
  ["a Mac", "darwin", {}, ["open"]],
  ["a Mac over SSH", "darwin", { SSH_CONNECTION: "a" }, undefined],
  ["Windows", "win32", {}, ["rundll32.exe", "url.dll,FileProtocolHandler"]],
  ["Linux with X11", "linux", { DISPLAY: ":0" }, ["xdg-open"]],
  ["Linux with Wayland", "linux", { WAYLAND_DISPLAY: "wayland-0" }, ["xdg-open"]],
  ["Linux in Windows", "linux", { WSL_DISTRO_NAME: "Ubuntu" }, ["rundll32.exe", "url.dll,FileProtocolHandler"]],
  ["Linux without a screen", "linux", {}, undefined],
];

for (const [what, platform, env, command] of computers) {
  test(`${what} opens a browser ${command ? `with ${command[0]}` : "not at all"}`, () => {
    assert.deepEqual(browserCommand({ platform, env }), command);
  });
}

test("a command line is cut into words, and quotes hold them together", () => {
  assert.deepEqual(commandWords(`"C:\\Program Files\\a.exe" --new 'one window'  x`), [
    "C:\\Program Files\\a.exe",
    "--new",
    "one window",
    "x",
  ]);
});

test("an opener that fails or is not there did not open the page", async () => {
  const world = { platform: process.platform, env: { PATH: process.env.PATH } };
  const script = (code: number) => [process.execPath, "-e", `process.exit(${code})`];
  assert.deepEqual(
    await Promise.all(
      [script(0), script(3), ["/not/there"]].map((command) => openBrowser("https://a", command, world)),
    ),
    [true, false, false],
  );
});
