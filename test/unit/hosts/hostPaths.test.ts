import assert from "node:assert/strict";
import { test } from "node:test";
import { hostIdOfEditor, hostIds } from "../../../src/hosts/hostIds.ts";
import { foldersOf, hostFilePath, type MachineFolders } from "../../../src/hosts/hostPaths.ts";
import { hostOf, hosts } from "../../../src/hosts/hosts.ts";

const linux = { platform: "linux", home: "/home/ada", userData: "/data/User" };
const mac = { platform: "darwin", home: "/Users/ada", userData: "/Users/ada/Library/Application Support/Code/User" };
const windows = { platform: "win32", home: "C:\\Users\\ada", userData: "C:\\Users\\ada\\AppData\\Roaming\\Code\\User" };

const pathsOn = (machine: MachineFolders) =>
  Object.fromEntries(
    hosts.flatMap((host) => {
      const path = hostFilePath(host, "user", machine);
      return path === undefined ? [] : [[host.id, path]];
    }),
  );

test("every host's file is where its vendor documents it, on each system", () => {
  assert.deepEqual(pathsOn(linux), {
    kiro: "/home/ada/.kiro/settings/mcp.json",
    cursor: "/home/ada/.cursor/mcp.json",
    windsurf: "/home/ada/.codeium/windsurf/mcp_config.json",
    "claude-code": "/home/ada/.claude.json",
    codex: "/home/ada/.codex/config.toml",
    "copilot-cli": "/home/ada/.copilot/mcp-config.json",
    "gemini-cli": "/home/ada/.gemini/settings.json",
    "claude-desktop": "/home/ada/.config/Claude/claude_desktop_config.json",
    cline: "/data/User/globalStorage/saoudrizwan.claude-dev/settings/cline_mcp_settings.json",
    "cline-cli": "/home/ada/.cline/data/settings/cline_mcp_settings.json",
    "amazon-q": "/home/ada/.aws/amazonq/agents/default.json",
    "copilot-jetbrains": "/home/ada/.config/github-copilot/intellij/mcp.json",
    zed: "/home/ada/.config/zed/settings.json",
    opencode: "/home/ada/.config/opencode/opencode.json",
    antigravity: "/home/ada/.gemini/config/mcp_config.json",
    "lm-studio": "/home/ada/.lmstudio/mcp.json",
    vscode: "/data/User/mcp.json",
  });
  const { "claude-desktop": desktop, zed, "copilot-jetbrains": jetbrains, opencode } = pathsOn(mac);
  assert.deepEqual(
    { desktop, zed, jetbrains, opencode },
    {
      desktop: "/Users/ada/Library/Application Support/Claude/claude_desktop_config.json",
      zed: "/Users/ada/.config/zed/settings.json",
      jetbrains: "/Users/ada/.config/github-copilot/intellij/mcp.json",
      opencode: "/Users/ada/.config/opencode/opencode.json",
    },
  );
  assert.deepEqual(pathsOn(windows), {
    kiro: "C:\\Users\\ada\\.kiro\\settings\\mcp.json",
    cursor: "C:\\Users\\ada\\.cursor\\mcp.json",
    windsurf: "C:\\Users\\ada\\.codeium\\windsurf\\mcp_config.json",
    "claude-code": "C:\\Users\\ada\\.claude.json",
    codex: "C:\\Users\\ada\\.codex\\config.toml",
    "copilot-cli": "C:\\Users\\ada\\.copilot\\mcp-config.json",
    "gemini-cli": "C:\\Users\\ada\\.gemini\\settings.json",
    "claude-desktop": "C:\\Users\\ada\\AppData\\Roaming\\Claude\\claude_desktop_config.json",
    cline: `${windows.userData}\\globalStorage\\saoudrizwan.claude-dev\\settings\\cline_mcp_settings.json`,
    "cline-cli": "C:\\Users\\ada\\.cline\\data\\settings\\cline_mcp_settings.json",
    "amazon-q": "C:\\Users\\ada\\.aws\\amazonq\\agents\\default.json",
    "copilot-jetbrains": "C:\\Users\\ada\\AppData\\Local\\github-copilot\\intellij\\mcp.json",
    "visual-studio": "C:\\Users\\ada\\.mcp.json",
    zed: "C:\\Users\\ada\\AppData\\Roaming\\Zed\\settings.json",
    opencode: "C:\\Users\\ada\\.config\\opencode\\opencode.json",
    antigravity: "C:\\Users\\ada\\.gemini\\config\\mcp_config.json",
    "lm-studio": "C:\\Users\\ada\\.lmstudio\\mcp.json",
    vscode: `${windows.userData}\\mcp.json`,
  });
});

test("a project's files are in its folder, and the hosts without one have none", () => {
  const paths = hosts.map((host) => [host.id, hostFilePath(host, "workspace", { ...linux, workspace: "/w" })]);
  assert.deepEqual(
    paths.filter(([, path]) => path !== undefined),
    [
      ["kiro", "/w/.kiro/settings/mcp.json"],
      ["cursor", "/w/.cursor/mcp.json"],
      ["claude-code", "/w/.mcp.json"],
      ["codex", "/w/.codex/config.toml"],
      ["copilot-cli", "/w/.github/mcp.json"],
      ["gemini-cli", "/w/.gemini/settings.json"],
      ["zed", "/w/.zed/settings.json"],
      ["opencode", "/w/opencode.json"],
      ["antigravity", "/w/.agents/mcp_config.json"],
      ["vscode", "/w/.vscode/mcp.json"],
    ],
  );
  assert.equal(hostFilePath(hostOf("kiro"), "workspace", linux), undefined);
});

test("variables that move a host's folder are followed, and empty ones are none", () => {
  const moved = foldersOf({
    CLAUDE_CONFIG_DIR: "/cc",
    XDG_CONFIG_HOME: "/xdg",
    CODEX_HOME: "",
    APPDATA: "D:\\Roaming",
    LOCALAPPDATA: "",
  });
  assert.deepEqual(
    [
      hostFilePath(hostOf("claude-code"), "user", { ...linux, ...moved }),
      hostFilePath(hostOf("codex"), "user", { ...linux, ...moved }),
      hostFilePath(hostOf("codex"), "user", { ...linux, codexFolder: "/cx" }),
      hostFilePath(hostOf("zed"), "user", { ...linux, ...moved }),
      hostFilePath(hostOf("zed"), "user", { ...windows, ...moved }),
      hostFilePath(hostOf("copilot-jetbrains"), "user", { ...windows, ...moved }),
    ],
    [
      "/cc/.claude.json",
      "/home/ada/.codex/config.toml",
      "/cx/config.toml",
      "/xdg/zed/settings.json",
      "D:\\Roaming\\Zed\\settings.json",
      "C:\\Users\\ada\\AppData\\Local\\github-copilot\\intellij\\mcp.json",
    ],
  );
});

test("every host has one row, and editors are known by their names", () => {
  assert.deepEqual([...hosts.map(({ id }) => id), "generic"].sort(), [...hostIds].sort());
  const names = ["Kiro", "kiro-dev", "Cursor", "Windsurf Next", "Antigravity", "Visual Studio Code", "VSCodium"];
  assert.deepEqual(names.map(hostIdOfEditor), [
    ...["kiro", "kiro", "cursor", "windsurf", "antigravity"],
    ...[undefined, undefined],
  ]);
});
