import { type HostPath, pathOn } from "../../src/hosts/hostPaths.ts";
import { type Host, hosts } from "../../src/hosts/hosts.ts";
import { hostPrograms } from "../../test/support/hosts/hostPrograms.ts";

/** The tests that every row has, by the title of the host. */
const eachHost = "test/unit/hosts/eachHost.test.ts";

/** The page on every host: where its file is, what is done with it, and which test shows it. */
export function hostsPage(): string {
  return `# Hosts

A host is a program that starts MCP servers which a file names. **Gateway Connect: Add Gateway to mcp.json…** offers the files
of all of them: first those on this computer, then those of the open folders, then the others. Written from the table in
\`src/hosts/hosts.ts\` by \`npm run hosts\`.

## Files

Every byte of a file stays that is not the entry's: comments, line ends, the order of members, a mark of byte order. Links are
followed, so that dotfiles stay where they are managed. A file is refused, with its place, and stays as it was, when it does not
parse, has a key twice, has its servers in another form than its host reads, is read-only, or is written by somebody else at the
same time more than three times.

| host | for you | for a folder | written as |
|---|---|---|---|
${hosts.map(fileRow).join("\n")}

\`~\` is your home. Where a variable moves a host's folder (\`CLAUDE_CONFIG_DIR\`, \`CODEX_HOME\`, \`XDG_CONFIG_HOME\`, \`APPDATA\`,
\`LOCALAPPDATA\`) it is followed. Where there are several, the first that exists counts, else the first whose folder does.

## What an entry has

| part | what for |
|---|---|
| \`command\` | the editor's own program, or a Node of this computer; for hosts that refuse \`ELECTRON_RUN_AS_NODE\` always a Node: ${hosts
    .filter(({ wantsNode }) => wantsNode)
    .map(({ title }) => title)
    .join(", ")} |
| \`args\` | the bridge, a copy beside the extension's storage whose path stays |
| \`ELECTRON_RUN_AS_NODE\` | makes an editor's program run as Node; not where a Node is started |
| \`GATEWAY_CONNECT_FOLDER\` | the extension's storage, where windows announce themselves and connections are named |
| \`GATEWAY_CONNECT_ENTRY\` | which connection it is, and a number that changes when a host has to connect anew |
| \`GATEWAY_CONNECT_PROXY\` | the editor's proxy, from \`http.proxy\` or its environment, without a user name and password |
| \`GATEWAY_CONNECT_NO_PROXY\` | what is reached without it, from \`http.noProxy\` or \`NO_PROXY\` |
| \`GATEWAY_CONNECT_CA_FILE\` | the file that \`NODE_EXTRA_CA_CERTS\` names in the editor's environment |

Hosts give the programs they start few variables of their own environment, so that all of it stands in the entry. No name has
\`SECRET\`, \`KEY\`, \`TOKEN\`, \`CERT\` or the like in it, which some hosts strip. The last three are for the program that takes the
editor's place where none is open: the bridge gives them the names that programs know, unless the host gave those itself. An entry
that says another way out than the editor knows is repaired when the editor starts.

There is no secret in an entry, a proxy's password among them. Where your proxy wants one, add
\`"GATEWAY_CONNECT_PROXY_LOGIN": "file:/path"\` to \`env\`, or \`"command:program argument"\`, a program that reads your keychain for
example: either gives one line, \`user:password\`. What you add to an entry stays.

## What is done, and the test of it

| host | found on this computer | shown, written, repaired, removed | removed with the extension | imported from mcp-remote | started by its own program |
|---|---|---|---|---|---|
${hosts.map(proofRow).join("\n")}

\`${eachHost}\` has the tests of the middle columns, each with the host's name: *: an entry is shown, written, repaired and removed*,
*: an entry is switched off where it stands*, *: an entry of mcp-remote is found*. \`gatewayConnect.mcpJson.disableOnSignOut\`
writes \`"disabled": true\`, for Codex, opencode and Zed \`enabled\`, false, and nothing for GitHub Copilot CLI, which keeps its switches
elsewhere; whether a host heeds it is the host's affair. Files that are generated are in
\`test/unit/hosts/formats\`. \`test/unit/hosts/hostPaths.test.ts\` has the paths on Linux, macOS and Windows;
\`test/unit/node/hostFiles/findHostFiles.test.ts\` finds hosts on a computer, on Windows too.

## Hosts' own programs

Each is installed once into the cache folder of the tests, and started with a home of its own and no way to anybody but this
computer. It reads the file that we wrote, starts the entry as it stands there, and says that it is connected. The suite \`hosts\` of
\`npm test\` runs them one after the other, \`npm run test:hosts\` by itself.

| host | program | says | shown by |
|---|---|---|---|
${hostPrograms.map(({ title, name, version, says, test }) => `| ${title} | ${name} ${version} | ${says} | \`${test}\` |`).join("\n")}

The others have no program on npm, or none that runs without a window: their rows are held by the documentation of their vendors
and by the tests above.
`;
}

const machines = [
  { platform: "linux", home: "~", userData: "<user data>" },
  { platform: "darwin", home: "~", userData: "<user data>" },
  { platform: "win32", home: "~", roamingFolder: "%APPDATA%", localFolder: "%LOCALAPPDATA%", userData: "<user data>" },
];

function pathsOf(paths: readonly HostPath[] | undefined): string {
  const found = (paths ?? []).flatMap((path) => machines.flatMap((machine) => pathIn(machine, path)));
  return [...new Set(found)].map((path) => `\`${path}\``).join(", ") || "–";
}

function pathIn(machine: (typeof machines)[number], path: HostPath): readonly string[] {
  const found = pathOn({ ...machine, workspace: "." }, path);
  if (found === undefined) return [];
  // A path below the home is the same on each system, but for the strokes.
  return [
    found.startsWith("~") || found.startsWith("<") || found.startsWith(".") ? found.replaceAll("\\", "/") : found,
  ];
}

function fileRow({ title, file, format, pastedAt }: Host): string {
  if (pastedAt !== undefined)
    return `| ${title} | no file: the entry is put on the clipboard, for ${pastedAt} | – | \`mcpServers\` |`;
  return `| ${title} | ${pathsOf(file.user)} | ${pathsOf(file.workspace).replaceAll("`./", "`")} | ${forms[format]} |`;
}

/** How a format is told. */
const forms: Readonly<Record<Host["format"], string>> = {
  mcpServers: "`mcpServers`",
  servers: '`servers`, `"type": "stdio"`',
  codex: "TOML, `[mcp_servers.name]`",
  transports: "`mcpServers`, each with a `transport`",
  copilotCli: '`mcpServers`, `"type": "local"`, `"tools": ["*"]`',
  opencode: "`mcp`, `command` as a list, `environment`",
  zed: "`context_servers`",
  agent: "`mcpServers`, and `@name` in `tools` where that does not have everything",
};

function proofRow({ id, title, pastedAt }: Host): string {
  const program = hostPrograms.find(({ host }) => host === id);
  const started = program ? `\`${program.test}\`` : "–";
  if (pastedAt !== undefined)
    return `| ${title} | yes | pasted: \`test/unit/hosts/hostEntries.test.ts\` | – | – | ${started} |`;
  return `| ${title} | yes | yes | yes | yes | ${started} |`;
}
