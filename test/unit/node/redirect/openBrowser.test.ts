import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { browserCommands, commandWords, openBrowser } from "../../../../src/node/redirect/openBrowser.ts";
import { makeTemporaryFolder } from "../../../support/temporaryFolder.ts";

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
    assert.deepEqual(browserCommands({ platform, env }), command ? [command] : []);
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
      [script(0), script(3), ["/not/there"]].map((command) => openBrowser("https://a", [command], world)),
    ),
    [true, false, false],
  );
});

test("BROWSER goes before the system's, in its order, also where there is no screen", () => {
  const of = (platform: NodeJS.Platform, env: Readonly<Record<string, string>>) => browserCommands({ platform, env });
  assert.deepEqual(
    [
      of("linux", { BROWSER: "/usr/bin/wslview" }),
      of("linux", { BROWSER: "wslview::firefox --new-window '%s'", DISPLAY: ":0" }),
      of("win32", { BROWSER: "C:\\Browsers\\a.exe --one;b.exe" }),
      of("linux", { BROWSER: "" }),
    ],
    [
      [["/usr/bin/wslview"]],
      [["wslview"], ["firefox", "--new-window", "%s"], ["xdg-open"]],
      [["C:\\Browsers\\a.exe", "--one"], ["b.exe"], ["rundll32.exe", "url.dll,FileProtocolHandler"]],
      [],
    ],
  );
});

test("the next command is tried where one fails, and the address goes where %s stands, whole", async () => {
  const folder = makeTemporaryFolder("browser");
  const log = join(folder, "log.json");
  const writing = [
    process.execPath,
    "-e",
    `fs.writeFileSync(${JSON.stringify(log)}, JSON.stringify(process.argv.slice(1)))`,
  ];
  const world = { platform: process.platform, env: { PATH: process.env.PATH } };
  const url = "https://a/?x=$&y=%s;rm";
  const seen = [];
  for (const more of [[], ["--to=%s", "last"]]) {
    const opened = await openBrowser(url, [["/not/there"], [...writing, "--", ...more]], world);
    seen.push([opened, JSON.parse(readFileSync(log, "utf8"))]);
  }
  rmSync(folder, { recursive: true, force: true });
  assert.deepEqual(seen, [
    [true, [url]],
    [true, [`--to=${url}`, "last"]],
  ]);
});
