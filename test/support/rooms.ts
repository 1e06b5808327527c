/** What a room of `src` may import, besides its own files. Nothing else, be it for a type only or at run time only. */
export interface Reach {
  /** Rooms, and entries by their file name. */
  readonly rooms: readonly string[];
  readonly packages: readonly string[];
  /** Whether Node's own modules may be used. */
  readonly node: boolean;
}

export const mcp = ["@modelcontextprotocol/client", "@modelcontextprotocol/server"];
export const stdio = "@modelcontextprotocol/client/stdio";

/** The rooms that only decide: fetch, clock, log and signals are passed in to them. */
export const ground = [
  "lib",
  "failures",
  "mcp",
  "agentcore",
  "aws",
  "oauth",
  "relay",
  "policy",
  "hosts",
  "connections",
  "diagnosis",
];

/** Every room stands above the rooms that it may import, the lowest first; the entries, which only wire, come last. */
export const reaches: Readonly<Record<string, Reach>> = {
  lib: { rooms: [], packages: ["@cfworker/json-schema", "jsonc-parser"], node: false },
  failures: { rooms: ["lib"], packages: [], node: false },
  system: {
    rooms: ["lib", "failures"],
    packages: ["http-proxy-agent", "https-proxy-agent", "proxy-from-env"],
    node: true,
  },
  // zod is what the SDK makes its schemas with.
  mcp: { rooms: ["lib", "failures"], packages: [...mcp, "zod"], node: false },
  agentcore: { rooms: ["lib", "failures"], packages: ["jose", "jsonc-parser", "oauth4webapi"], node: false },
  aws: { rooms: ["lib", "failures"], packages: [], node: false },
  oauth: { rooms: ["lib", "failures"], packages: ["jose", "oauth4webapi"], node: false },
  relay: {
    rooms: ["lib", "failures", "mcp", "agentcore", "oauth"],
    packages: mcp,
    node: false,
  },
  gateway: {
    rooms: ["lib", "failures", "system", "mcp", "agentcore", "oauth"],
    packages: [
      ...mcp,
      stdio,
      "@cedar-policy/cedar-wasm/nodejs",
      "@cfworker/json-schema",
      "jose",
      "jsonc-parser",
      "prom-client",
      "yaml",
    ],
    node: true,
  },
  policy: { rooms: ["lib", "failures"], packages: [], node: false },
  hosts: { rooms: ["lib", "failures", "oauth"], packages: ["jsonc-parser", "toml-eslint-parser"], node: false },
  connections: {
    rooms: ["lib", "failures", "mcp", "agentcore", "aws", "oauth", "relay", "policy"],
    packages: [],
    node: false,
  },
  sandbox: {
    rooms: ["lib", "failures", "system", "mcp", "agentcore", "oauth", "gateway"],
    packages: [...mcp, "jose", "oidc-provider"],
    node: true,
  },
  diagnosis: {
    rooms: ["lib", "failures", "oauth", "agentcore", "aws", "policy", "connections"],
    packages: ["jose"],
    node: false,
  },
  toolPage: { rooms: ["lib", "failures"], packages: ["@cfworker/json-schema"], node: false },
  webviews: { rooms: ["lib", "toolPage"], packages: ["marked"], node: false },
  node: {
    rooms: [...ground, "system"],
    packages: ["@aws-sdk/credential-provider-node"],
    node: true,
  },
  vscode: { rooms: [...ground, "toolPage", "system", "node"], packages: ["vscode"], node: true },
  standalone: { rooms: [...ground, "system", "node"], packages: ["@modelcontextprotocol/server/stdio"], node: true },
  "relay.ts": { rooms: ground, packages: [], node: false },
  "aws.ts": { rooms: ["node", "vscode"], packages: [], node: false },
  "explain.ts": { rooms: [...ground, "node"], packages: [], node: false },
  "socket.ts": { rooms: ["node"], packages: [], node: false },
  "traffic.ts": { rooms: ["vscode"], packages: [], node: false },
  "policy.ts": { rooms: ["node"], packages: [], node: false },
  "team.ts": { rooms: ["vscode"], packages: [], node: false },
  "upkeep.ts": { rooms: ["vscode"], packages: [], node: false },
  "uninstall.ts": { rooms: ["node"], packages: [], node: true },
  "bridge.ts": { rooms: [], packages: [], node: true },
  "gateway.ts": { rooms: ["lib", "failures", "system", "agentcore", "gateway"], packages: [], node: true },
  "sandbox.ts": { rooms: ["lib", "system", "gateway", "sandbox"], packages: [], node: true },
  "standalone.ts": {
    rooms: [...ground, "system", "node", "standalone"],
    packages: ["@modelcontextprotocol/server/stdio"],
    node: true,
  },
  "loader.ts": { rooms: ["system"], packages: [], node: true },
  "settings.ts": { rooms: ["vscode"], packages: [], node: false },
  "view.ts": { rooms: ["vscode"], packages: [], node: false },
  "toolPages.ts": { rooms: ["vscode"], packages: [], node: false },
  "commands.ts": { rooms: ["vscode"], packages: [], node: false },
  "connect.ts": { rooms: ["vscode"], packages: [], node: false },
  "choose.ts": { rooms: ["vscode"], packages: [], node: false },
  "sharing.ts": { rooms: ["vscode"], packages: [], node: false },
  "machine.ts": { rooms: ["node"], packages: [], node: false },
  "mcpJson.ts": { rooms: ["lib", "hosts", "node"], packages: [], node: false },
  "extension.ts": {
    rooms: [
      ...ground,
      ...["system", "node", "vscode"],
      ...["commands.ts", "mcpJson.ts", "relay.ts", "explain.ts", "upkeep.ts", "traffic.ts", "connect.ts", "view.ts"],
      ...[
        "toolPages.ts",
        "socket.ts",
        "aws.ts",
        "team.ts",
        "policy.ts",
        "choose.ts",
        "machine.ts",
        "sharing.ts",
        "settings.ts",
      ],
    ],
    packages: ["vscode"],
    node: true,
  },
};

/** The room of a file of `src`; an entry is one by itself. */
export const roomOf = (file: string): string => (file.includes("/") ? file.slice(0, file.indexOf("/")) : file);
