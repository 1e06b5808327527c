import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { readGatewaySettings } from "../../src/connections/settings/readGatewaySettings.ts";
import { defaultRedirect } from "../../src/connections/settings/redirectUriSettings.ts";
import { identityProviderIds } from "../../src/oauth/identityProviders/identityProviderIds.ts";
import { signInFlows } from "../../src/oauth/signIn/signInFlow.ts";
import { commandName, commandIds as registeredIds } from "../../src/vscode/commands/commandIds.ts";
import { readManifest } from "../support/manifest.ts";

interface Property {
  readonly type?: string | readonly string[];
  readonly scope?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly markdownDescription?: string;
  readonly additionalProperties?: {
    readonly properties: Record<string, Property>;
    readonly additionalProperties: false;
  };
}

interface Shown {
  readonly displayName: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly categories: readonly string[];
  readonly qna: string;
  readonly bugs: { readonly url: string };
  readonly repository: { readonly url: string };
  readonly license: string;
  readonly pricing: string;
}

interface Manifest {
  readonly name: string;
  readonly publisher: string;
  readonly icon: string;
  readonly main: string;
  readonly engines: { readonly vscode: string };
  readonly extensionKind: readonly string[];
  readonly activationEvents: readonly string[];
  readonly enabledApiProposals?: unknown;
  readonly capabilities: {
    readonly untrustedWorkspaces: { readonly supported: unknown; readonly restrictedConfigurations: string[] };
  };
  readonly devDependencies: Record<string, string>;
  readonly contributes: {
    readonly commands: { readonly command: string; readonly title: string; readonly category?: string }[];
    readonly menus: { readonly commandPalette: { readonly command: string; readonly when: string }[] };
    readonly authentication: { readonly id: string; readonly label: string }[];
    readonly mcpServerDefinitionProviders: { readonly id: string; readonly label: string }[];
    readonly configuration: { readonly properties: Record<string, Property> };
    readonly views: Record<string, readonly { readonly id: string }[]>;
    readonly walkthroughs: {
      readonly id: string;
      readonly steps: {
        readonly id: string;
        readonly description: string;
        readonly media: { readonly image: Record<string, string>; readonly altText: string };
        readonly completionEvents: string[];
      }[];
    }[];
  };
}

const root = new URL("../../", import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, root), "utf8");
const manifest = readManifest<Manifest>();
const { commands, menus, authentication, mcpServerDefinitionProviders, configuration, walkthroughs, views } =
  manifest.contributes;
const settings = configuration.properties;
const declaredCommands = commands.map(({ command }) => command);

/** The sources that the editor loads, as one text. */
const editorSources = ["src/extension.ts", ...folder("src/vscode/"), ...folder("src/node/"), ...folder("src/system/")]
  .map(read)
  .join("\n");

function folder(path: string): string[] {
  return readdirSync(fileURLToPath(new URL(path, root)), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts"))
    .map((file) => `${path}${file}`);
}

test("no proposed API is asked for, in the manifest or through types that are not the editor's own", () => {
  assert.deepEqual(
    { proposals: manifest.enabledApiProposals, declared: folder("src/").filter((file) => file.endsWith(".d.ts")) },
    { proposals: undefined, declared: [] },
  );
});

test("the command a person looks for is called Connect Gateway, and the others say whose they are", () => {
  assert.deepEqual(
    commands
      .filter(({ category }) => category !== "Gateway Connect")
      .map(({ command, title, category }) => [command, title, category]),
    [["gatewayConnect.connect", "Connect Gateway (MCP, OAuth, AgentCore)", undefined]],
  );
});

test("the palette finds a way in, before anything is connected, by the words that people search for", () => {
  const hidden = new Set(menus.commandPalette.map(({ command }) => command));
  const shown = commands
    .filter(({ command }) => !hidden.has(command))
    .map(({ title, category = "" }) => `${category}: ${title}`.toLowerCase());
  const words = ["sign in", "login", "oauth", "agentcore", "mcp", "gateway", "connect"];
  assert.deepEqual(
    words.filter((word) => !shown.some((title) => /connect gateway|sign in/.test(title) && title.includes(word))),
    [],
  );
});

test("every command in the manifest is registered, and every one that is registered is in the manifest", () => {
  assert.deepEqual(registeredIds.map(commandName).toSorted(), declaredCommands.toSorted());
});

test("the accounts and the servers are declared under one id, the one the code registers", () => {
  const declared = [{ id: "gateway-connect", label: "Gateway Connect" }];
  assert.deepEqual(
    { authentication, mcpServerDefinitionProviders },
    { authentication: declared, mcpServerDefinitionProviders: declared },
  );
  assert.match(read("src/vscode/signIn/providerId.ts"), /export const providerId = "gateway-connect";/);
});

test("the palette shows a command only where it can do something, by a context that the code sets", () => {
  // What is run on an item of the view has no place there.
  const shown = menus.commandPalette.filter(({ when }) => when !== "false");
  const contexts = new Set(shown.map(({ when }) => when.replace(/^!/, "")));
  const unset = [...contexts].filter((context) => !editorSources.includes(`"setContext", "${context}"`));
  const unknown = menus.commandPalette.filter(({ command }) => !declaredCommands.includes(command));
  assert.deepEqual({ contexts: contexts.size, unset, unknown }, { contexts: 7, unset: [], unknown: [] });
  const always = declaredCommands.filter((id) => !menus.commandPalette.some(({ command }) => command === id));
  assert.deepEqual(always.toSorted(), [
    "gatewayConnect.chooseGateway",
    "gatewayConnect.cleanUp",
    "gatewayConnect.clearMcpRemote",
    "gatewayConnect.connect",
    "gatewayConnect.connectAsMachine",
    "gatewayConnect.connectSuggested",
    "gatewayConnect.connectWithCode",
    "gatewayConnect.copyDiagnostics",
    "gatewayConnect.explainAccess",
    "gatewayConnect.importMcpRemote",
    "gatewayConnect.openSettings",
    "gatewayConnect.reportIssue",
    "gatewayConnect.showLog",
    "gatewayConnect.showMenu",
    "gatewayConnect.signIn",
    "gatewayConnect.startLocalGateway",
    "gatewayConnect.trySandbox",
    "gatewayConnect.writeClientMetadata",
  ]);
});

test("no workspace can set anything but rules that narrow what agents have, and gateways are restricted besides", () => {
  assert.deepEqual(
    Object.entries(settings)
      .filter(([, { scope = "" }]) => !["application", "machine"].includes(scope))
      .map(([name]) => name),
    ["gatewayConnect.tools"],
  );
  const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
  assert.deepEqual(
    { supported, restrictedConfigurations },
    { supported: "limited", restrictedConfigurations: ["gatewayConnect.gateways"] },
  );
});

test("the settings that are declared are those that are read, with the same defaults", () => {
  const shared = [
    "gateways",
    "redirectPorts",
    "redirectPath",
    "redirectHost",
    "maxResultMiB",
    "tools",
    "enterpriseIdentityProvider",
  ].map((name) => `gatewayConnect.${name}`);
  const mentioned = [...editorSources.matchAll(/"(mcpJson\.(?!cjs)\w+)"/g)];
  const ofFiles = new Set(mentioned.map(([, name]) => `gatewayConnect.${name}`));
  assert.deepEqual(Object.keys(settings).sort(), [...shared, ...ofFiles].sort());
  const { ports, path, host } = defaultRedirect;
  assert.deepEqual(
    shared.map((name) => settings[name]?.default),
    [{}, ports, path, host, 32, {}, {}],
  );
  const url = "https://gw.example.com/mcp";
  const entry = {
    clientId: "app",
    issuer: "https://login.example.com",
    scopes: ["read"],
    resource: false,
    audience: "api://default",
    clientMetadataUrl: "https://example.com/client.json",
    redirectPorts: [4000],
    redirectPath: "/back",
    redirectHost: "127.0.0.1",
    identityProvider: "okta",
    token: "id",
    dpop: false,
    signIn: "clientCredentials",
    workload: { source: "kubernetes" },
    awsProfile: "dev",
    awsRegion: "eu-central-1",
    awsService: "execute-api",
    clientAuthentication: "private_key_jwt",
    clientSecret: { environment: "SECRET" },
    privateKey: { command: ["op", "read", "key"] },
    keyId: "k1",
    headers: { "X-Team": "blue", "X-Api-Key": { environment: "KEY" } },
    policySession: true,
    authorizer: { customJWTAuthorizer: {} },
    hiddenTools: ["drop"],
    consentPortal: "https://consent.example.com/",
    tools: { allow: ["jira___*"], deny: ["*___drop"], readOnly: true },
    timeout: { "*": 60 },
    maxResultMiB: 64,
    protocolVersion: "2025-11-25",
  };
  const declared = settings["gatewayConnect.gateways"]?.additionalProperties;
  assert.deepEqual(Object.keys(declared?.properties ?? {}), Object.keys(entry));
  assert.equal(declared?.additionalProperties, false);
  const { redirectPorts, redirectPath, redirectHost, ...own } = entry;
  assert.deepEqual(readGatewaySettings({ [url]: entry }, {}, url), {
    ...own,
    clientSecret: { kind: "environment", name: "SECRET" },
    privateKey: { kind: "command", command: ["op", "read", "key"] },
    workload: { source: { kind: "kubernetes" }, audience: "issuer", grant: "jwt-bearer" },
    redirect: { ports: redirectPorts, path: redirectPath, host: redirectHost },
  });
});

test("the identity providers and ways that the settings offer are those that are known", () => {
  const own = settings["gatewayConnect.gateways"]?.additionalProperties?.properties;
  assert.deepEqual(
    { products: own?.identityProvider?.enum, ways: own?.signIn?.enum },
    { products: [...identityProviderIds], ways: [...signInFlows, "aws"] },
  );
});

test("the hosts and paths that the settings offer are accepted, for all gateways and for one", () => {
  const url = "https://gw.example.com/mcp";
  const own = settings["gatewayConnect.gateways"]?.additionalProperties?.properties;
  for (const property of [settings["gatewayConnect.redirectHost"], own?.redirectHost]) {
    const read = (property?.enum ?? []).map(
      (host) => readGatewaySettings({}, { redirectHost: host }, url).redirect.host,
    );
    assert.deepEqual(read, ["localhost", "127.0.0.1", "[::1]"]);
  }
  const paths = ["/oauth/callback", "/", "callback", "/a b", "/a?b=c", "https://evil.example/"];
  for (const property of [settings["gatewayConnect.redirectPath"], own?.redirectPath]) {
    const pattern = new RegExp(property?.pattern ?? "");
    assert.deepEqual(
      paths.map((path) => pattern.test(path)),
      paths.map((path) => accepts(() => readGatewaySettings({}, { redirectPath: path }, url))),
    );
  }
});

function accepts(act: () => unknown): boolean {
  try {
    act();
    return true;
  } catch {
    return false;
  }
}

test("every setting says in words what it is for", () => {
  const all = { ...settings, ...settings["gatewayConnect.gateways"]?.additionalProperties?.properties };
  assert.deepEqual(
    Object.entries(all).filter(([, { markdownDescription }]) => !/^[A-Z].*\.$/s.test(markdownDescription ?? "")),
    [],
  );
});

test("what the extension may call is what the oldest editor it runs in has", () => {
  assert.equal(manifest.engines.vscode, "^1.105.0");
  assert.match(manifest.devDependencies["@types/vscode"] ?? "", /^1\.105\.\d+$/);
  const { version } = JSON.parse(read("node_modules/@types/vscode/package.json")) as { version: string };
  assert.match(version, /^1\.105\./);
});

test("it runs where the servers run, and starts by itself only after the editor has", () => {
  const { extensionKind, activationEvents } = manifest;
  assert.deepEqual(
    { extensionKind, activationEvents },
    { extensionKind: ["workspace"], activationEvents: ["onStartupFinished"] },
  );
});

test("every picture and page that the manifest names exists and is packed", () => {
  const media = walkthroughs.flatMap(({ steps }) => steps.flatMap((step) => Object.values(step.media.image)));
  const named = [manifest.icon, ...media];
  assert.deepEqual(
    { missing: named.filter((path) => !existsSync(new URL(path, root))), pictures: media.length },
    { missing: [], pictures: 20 },
  );
  const packed = read(".vscodeignore").split("\n");
  const unpacked = named.filter(
    (path) => !packed.includes(`!${path}`) && !packed.includes(`!${path.replace(/[^/]*$/, "**")}`),
  );
  assert.deepEqual(unpacked, []);
});

test("each step of the walkthrough has a picture for every kind of theme, and says in words what it shows", () => {
  const media = walkthroughs.flatMap(({ steps }) => steps.map((step) => step.media));
  assert.deepEqual(
    media.filter(({ altText, image }) => altText.length < 30 || Object.keys(image).join() !== "dark,light,hc,hcLight"),
    [],
  );
});

test("the icon is a PNG of at least 128 pixels each way, and square", () => {
  const png = readFileSync(new URL(manifest.icon, root));
  const [width, height] = [png.readUInt32BE(16), png.readUInt32BE(20)];
  assert.equal(png.subarray(1, 4).toString(), "PNG");
  assert.ok(width >= 128 && width === height, `${width} × ${height}`);
});

test("every step of the walkthrough leads to commands that exist, and ends by one or by a context that is set", () => {
  const steps = walkthroughs.flatMap(({ steps }) => steps);
  const linked = steps.flatMap(({ description }) =>
    [...description.matchAll(/\(command:(?<id>[\w.]+)\)/g)].map((match) => match.groups?.id ?? ""),
  );
  const focusing = Object.values(views).flatMap((group) => group.map(({ id }) => `${id}.focus`));
  const events = steps.flatMap(({ completionEvents }) => completionEvents);
  assert.deepEqual(
    {
      unknown: linked.filter((id) => !declaredCommands.includes(id) && !focusing.includes(id)),
      some: linked.length >= steps.length,
    },
    { unknown: [], some: true },
  );
  assert.deepEqual(
    events.filter((event) => {
      const [kind, id = ""] = event.split(":");
      const [, name = ""] = id.split(".");
      const isSet = ['setContext", "gatewayConnect.', 'reached("'].some((by) =>
        editorSources.includes(`${by}${name}"`),
      );
      return kind === "onCommand" ? !declaredCommands.includes(id) : !isSet;
    }),
    [],
  );
  // It is told under the name that the editor has for it.
  const { publisher, name } = readManifest<{ readonly publisher: string; readonly name: string }>();
  assert.ok(editorSources.includes(`"${publisher}.${name}#${walkthroughs[0]?.id}"`));
  assert.deepEqual(
    steps.filter(({ id }) => !new RegExp(`(ended|reached)\\((?:"\\w+", )?"${id}"\\)`).test(editorSources)),
    [],
  );
  // A command that found nothing to do ends no step, and neither does looking at the walkthrough.
  assert.deepEqual(
    steps.filter(({ completionEvents: [event = "", ...more] }) => !event.startsWith("onContext:") || more.length > 0),
    [],
  );
});

test("the first step of the walkthrough offers the sandbox that connects itself, in every language", () => {
  const offers = ["", ".es", ".ja"].map((language) => {
    const words = JSON.parse(read(`package.nls${language}.json`)) as Readonly<Record<string, string>>;
    const step = words["walkthroughs.start.steps.connect.description"] ?? "";
    return [...step.matchAll(/\(command:([\w.]+)\)/g)].map(([, id]) => id);
  });
  const offered = ["gatewayConnect.connect", "gatewayConnect.trySandbox"];
  assert.deepEqual(offers, [offered, offered, offered]);
});

test("what a shop of extensions shows and looks for is there, within the limits that it has", () => {
  const { displayName, description, keywords, categories, qna, bugs, repository, license, pricing } =
    readManifest<Shown>();
  assert.deepEqual(
    {
      displayName,
      keywords: keywords.length <= 30,
      twice: new Set(keywords).size < keywords.length,
      description: true,
    },
    { displayName: "Gateway Connect", keywords: true, twice: false, description: description.length <= 200 },
  );
  const lacking = ["mcp", "oauth", "agentcore", "bedrock", "okta", "entra", "cognito", "sign in", "login"].filter(
    (word) => !keywords.includes(word),
  );
  const unsafe = [qna, bugs.url, repository.url].filter((url) => !url.startsWith("https://github.com/"));
  assert.deepEqual({ lacking, unsafe }, { lacking: [], unsafe: [] });
  assert.deepEqual(
    { categories, license, pricing },
    { categories: ["AI", "Chat", "Other"], license: "MIT", pricing: "Free" },
  );
});

test("the lock file names no address that packages are fetched from, so that any registry will do", () => {
  assert.equal(read("package-lock.json").includes('"resolved"'), false);
});

test("every schema of the manifest is where the editor takes one from: in the extension, or at a whole address", () => {
  const { contributes } = readManifest<{ contributes: { jsonValidation: readonly { url: string }[] } }>();
  // The editor tells whoever looks at the extension of each that is neither (its extension point jsonValidation).
  const refused = contributes.jsonValidation.filter(({ url }) => !/^(?:\.\/|[^:/?#]+:\/\/)/.test(url));
  assert.deepEqual(refused, []);
  assert.ok(contributes.jsonValidation.length > 8);
});
