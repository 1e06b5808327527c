import type { HostId } from "../../../src/hosts/hostIds.ts";

/** A file of a host as people have it, and what our entry has to be in it. */
export interface HostSample {
  /** Its file with another server, and with one of mcp-remote's under the key `old`. */
  readonly before: string;
  /** The entry of the connection `c1` under the key `tools`, as the host reads it, by a path of members. */
  readonly at: readonly string[];
  readonly entry: unknown;
  /** The entry while it is switched off; absent where the host keeps that elsewhere. */
  readonly off?: unknown;
}

const command = "/opt/editor/editor";
const args = ["/data/bridge/bridge.cjs"];
const env = { ELECTRON_RUN_AS_NODE: "1", GATEWAY_CONNECT_FOLDER: "/data", GATEWAY_CONNECT_ENTRY: "c1:n1" };
const plain = { command, args, env };
const { ELECTRON_RUN_AS_NODE: _, ...nodeEnv } = env;
const nodeEntry = { command, args, env: nodeEnv };
const remote = '"npx", "args": ["-y", "mcp-remote", "https://gw.example.com/mcp"]';

const plainFile = (members = "") =>
  `{\n  // mine\n  "mcpServers": {\n    "docs": { "command": "docs" }, // theirs\n    "old": { "command": ${remote} }\n  }${members}\n}\n`;
const mcpServers: HostSample = {
  before: plainFile(',\n  "theme": "dark"'),
  at: ["mcpServers"],
  entry: plain,
  off: { ...plain, disabled: true },
};
const servers: HostSample = {
  before: `{\r\n\t"servers": {\r\n\t\t"old": { "type": "stdio", "command": ${remote} },\r\n\t},\r\n}\r\n`,
  at: ["servers"],
  entry: { type: "stdio", ...plain },
  off: { type: "stdio", ...plain, disabled: true },
};
const agent: HostSample = {
  ...mcpServers,
  before: plainFile(',\n  "tools": [\n    "fs_read",\n    "@docs"\n  ],\n  "allowedTools": []'),
};

/** One for each host with a file. */
export const hostSamples: Readonly<Record<Exclude<HostId, "jetbrains-ai">, HostSample>> = {
  kiro: mcpServers,
  cursor: mcpServers,
  windsurf: mcpServers,
  "claude-code": mcpServers,
  "gemini-cli": { ...mcpServers, entry: nodeEntry, off: { ...nodeEntry, disabled: true } },
  "claude-desktop": mcpServers,
  cline: mcpServers,
  antigravity: mcpServers,
  "lm-studio": mcpServers,
  generic: mcpServers,
  "amazon-q": agent,
  "kiro-agents": agent,
  vscode: servers,
  "copilot-jetbrains": servers,
  "visual-studio": servers,
  codex: {
    before: `# mine\nmodel = "gpt-5"\n\n[mcp_servers.docs]\ncommand = "docs" # theirs\n\n[mcp_servers.old]\ncommand = "npx"\nargs = ["-y", "mcp-remote", "https://gw.example.com/mcp"]\n\n[tui]\ntheme = "dark"\n`,
    at: ["mcp_servers"],
    entry: plain,
    off: { ...plain, enabled: false },
  },
  "copilot-cli": {
    before: `{"mcpServers":{"old":{"type":"local","command":${remote},"tools":["*"]}}}`,
    at: ["mcpServers"],
    entry: { type: "local", tools: ["*"], ...plain },
  },
  "cline-cli": {
    before: `{\n  "mcpServers": {\n    "old": { "transport": { "type": "stdio", "command": ${remote} } }\n  }\n}\n`,
    at: ["mcpServers"],
    entry: { transport: { type: "stdio", ...plain } },
    off: { transport: { type: "stdio", ...plain }, disabled: true },
  },
  zed: {
    before: `// Zed settings\n{\n  "theme": "One Dark", // mine\n  "context_servers": {\n    "old": { "command": ${remote} },\n  },\n}\n`,
    at: ["context_servers"],
    entry: plain,
    off: { ...plain, enabled: false },
  },
  opencode: {
    before: `{\n  "$schema": "https://opencode.ai/config.json",\n  "mcp": {\n    "old": { "type": "local", "command": ["npx", "-y", "mcp-remote", "https://gw.example.com/mcp"] }\n  }\n}\n`,
    at: ["mcp"],
    entry: { type: "local", command: [command, ...args], environment: env },
    off: { type: "local", command: [command, ...args], environment: env, enabled: false },
  },
};
