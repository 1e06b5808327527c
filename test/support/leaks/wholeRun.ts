import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { type Sandbox, type SandboxOptions, startSandbox } from "../../../src/sandbox/startSandbox.ts";
import { installAws } from "../aws/awsComputer.ts";
import { startSignedGateway } from "../aws/signedGateway.ts";
import { bridgeEntry } from "../bridgeHost.ts";
import { companySetting } from "../enterpriseWorld.ts";
import { startForwardProxy, testCertificate } from "../forwardProxy.ts";
import { jsonLine, type Ready } from "../gatewayProgram.ts";
import { program } from "../programs.ts";
import { startGateway } from "../relayGateways.ts";
import { endedStandalone } from "../standalone/endedStandalone.ts";
import { makeComputer, type Standalone, startStandalone } from "../standalone/startStandalone.ts";
import { until } from "../until.ts";
import { useDeviceCode } from "../useDeviceCode.ts";
import { descendants, startProcess } from "../vscode/startProcess.ts";
import { startWorkloadPlatform } from "../workloadPlatform.ts";
import { type RecordedRequest, recordRequests, secretsIn } from "./requestRecord.ts";
import type { Heap, Left, Place } from "./searchRun.ts";
import type { Secret } from "./secretForms.ts";
import { startExtensionHost } from "./startExtensionHost.ts";

/** What a whole run leaves behind, but for its processes. */
export interface WholeRun extends Omit<Left, "processes"> {
  /** How often each grant was asked for, over all providers. */
  readonly grants: Readonly<Record<string, number>>;
}

const snapshots = (folder: string) => [
  "--heapsnapshot-signal=SIGUSR2",
  `--diagnostic-dir=${folder}`,
  "--heap-snapshot-string-limit=1000000",
];

/** Signs in by every grant there is, with every program, and collects each secret where it comes into being. */
export async function wholeRun(t: TestContext, root: string): Promise<WholeRun> {
  const recorded = recordRequests();
  t.after(() => recorded.stop());
  const run = new Run(t, root);
  await run.standalones();
  await run.extension();
  await run.gateway();
  return { ...run.left(recorded.requests), requests: recorded.requests, root };
}

const portOf = (url: string): number => Number(new URL(url).port);

class Run {
  readonly #t: TestContext;
  readonly #root: string;
  readonly #sandboxes: Sandbox[] = [];
  readonly #secrets: Secret[] = [];
  readonly #places: Place[] = [];
  readonly #heaps: Heap[] = [];
  readonly #given: string;
  readonly #heapFolder: string;

  constructor(t: TestContext, root: string) {
    this.#t = t;
    this.#root = root;
    this.#given = join(root, "given");
    this.#heapFolder = join(root, "heaps");
    for (const folder of [this.#given, this.#heapFolder]) mkdirSync(folder);
  }

  /** Everything but the requests: with the secrets that stood in requests for tokens. */
  left(requests: readonly RecordedRequest[]): Omit<WholeRun, "requests" | "root"> {
    const grants: Record<string, number> = {};
    const tokenServers = new Set<number>();
    for (const sandbox of this.#sandboxes) {
      const { issuer, gatewayUrl, enterprise } = sandbox;
      const issuers = [issuer, ...(enterprise ? [enterprise.issuer] : [])].map(portOf);
      for (const port of issuers) tokenServers.add(port);
      for (const [grant, count] of Object.entries(sandbox.observe().grants))
        grants[grant] = (grants[grant] ?? 0) + count;
      for (const { kind, value } of sandbox.issuedSecrets()) {
        if (value.length < 12) continue;
        this.#plant(
          kind.replaceAll("_", " "),
          value,
          kind === "access_token" ? [...issuers, portOf(gatewayUrl)] : issuers,
        );
      }
    }
    for (const request of requests) {
      const { server } = request;
      if (typeof server !== "number" || !tokenServers.has(server)) continue;
      for (const { kind, value } of secretsIn(request)) this.#plant(kind, value, [server]);
    }
    // A value that several may be sent, an ID token that is exchanged for one, has all of them as owners.
    const merged = new Map<string, Secret>();
    for (const secret of this.#secrets) {
      const before = merged.get(secret.value);
      const owners = [...new Set([...(before?.owners ?? []), ...secret.owners])];
      merged.set(secret.value, { kind: before?.kind ?? secret.kind, value: secret.value, owners });
    }
    return { secrets: [...merged.values()], places: this.#places, heaps: this.#heaps, grants };
  }

  #plant(kind: string, value: string, owners: readonly number[]): string {
    this.#secrets.push({ kind, value, owners });
    return value;
  }

  #say(what: string, text: string): void {
    this.#places.push({ what, text });
  }

  async #sandbox(options: SandboxOptions): Promise<Sandbox> {
    const sandbox = await startSandbox({ recordSecrets: true, ...options });
    this.#t.after(() => sandbox.stop());
    this.#sandboxes.push(sandbox);
    return sandbox;
  }

  #file(name: string, text: string): string {
    const path = join(this.#given, name);
    writeFileSync(path, text);
    return path;
  }

  #computer() {
    const computer = makeComputer({ keyring: true });
    return { ...computer, env: { ...computer.env, TMPDIR: process.env.TMPDIR ?? "" } };
  }

  /** One run of the program: a call, what it said, and its end. */
  async #program(
    what: string,
    args: readonly string[],
    env: Readonly<Record<string, string>>,
    act: (standalone: Standalone) => Promise<void> = async () => {},
  ): Promise<void> {
    const standalone = await startStandalone([...args, "--verbose"], env);
    try {
      this.#say(
        `${what}: answer`,
        await standalone.call(what === "aws" || what === "headers" ? "echo" : "sample___whoami"),
      );
      await act(standalone);
    } finally {
      await standalone.close();
      this.#say(`${what}: standard error`, standalone.said());
    }
  }

  /** Every grant through the program without an editor, at the highest level of its log. */
  async standalones(): Promise<void> {
    const people = await this.#sandbox({ accessTokenSeconds: 4 });
    const computer = this.#computer();
    const { env } = computer;
    // A code of the browser's with PKCE, and a renewal with a token that rotates.
    await this.#program("browser", [people.gatewayUrl, ...computer.browser()], env, async (standalone) => {
      const renewed = () => (people.observe().grants.refresh_token ?? 0) > 0;
      await until(async () => (await standalone.call("sample___whoami")) !== "" && renewed(), "a renewal");
    });
    const out = await endedStandalone([people.gatewayUrl, "--sign-out", "--verbose"], { env });
    this.#say("sign-out", out.said + out.out);
    const doctor = await endedStandalone(["doctor", "--json", "--check", people.gatewayUrl], { env });
    this.#say("doctor", doctor.said + doctor.out);

    const device = this.#computer();
    const devicePeople = await this.#sandbox({});
    const started = startStandalone([devicePeople.gatewayUrl, "--device-code", "--verbose"], device.env);
    const standalone = await started;
    const called = standalone.call("sample___whoami");
    const [, uri = "", code = ""] = await standalone.says(/open (\S+) on any device and enter the code (\S+)/);
    await useDeviceCode(uri, code);
    this.#say("device code: answer", await called);
    await standalone.close();
    this.#say("device code: standard error", standalone.said());

    const bound = await this.#sandbox({ dpop: "require", dpopNonces: true });
    const boundComputer = this.#computer();
    await this.#program("bound tokens", [bound.gatewayUrl, ...boundComputer.browser()], boundComputer.env);
    for (const entry of Object.values(boundComputer.keyring())) this.#plantKeys(decoded(String(entry)));

    await this.#machines();
    await this.#company();
    await this.#workload();
    await this.#aws();
    await this.#proxyAndHeaders();
    await this.#crashes();
  }

  /** Keys that bound tokens are proven with; nobody is sent them. */
  #plantKeys(text: string): void {
    for (const [, value = ""] of text.matchAll(/"d":"([\w-]{20,})"/g)) this.#plant("proof key", value, []);
  }

  async #machines(): Promise<void> {
    const machines = await this.#sandbox({ callers: "machines" });
    const { clientId, clientSecret, keyClientId, privateKey } = machines.machine;
    this.#plant("client secret", clientSecret, [portOf(machines.issuer)]);
    this.#plant("private key", privateKey, []);
    const { env } = this.#computer();
    const asMachine = [machines.gatewayUrl, "--client-credentials"];
    const secret = ["--client-id", clientId, "--client-secret", `@${this.#file("client-secret", clientSecret)}`];
    const key = ["--client-id", keyClientId, "--client-key", `@${this.#file("client-key", privateKey)}`];
    await this.#program("client secret", [...asMachine, ...secret], env);
    await this.#program("client key", [...asMachine, ...key], env);
  }

  async #company(): Promise<void> {
    const company = await this.#sandbox({ enterprise: true });
    const { args, secret } = entering(company);
    this.#plant("client secret", secret, [portOf(company.issuer)]);
    const computer = this.#computer();
    const source = ["--client-secret", `@${this.#file("secret-at-gateway", secret)}`];
    await this.#program("company", [...args, ...source, ...computer.browser()], computer.env);
  }

  async #workload(): Promise<void> {
    const platform = await startWorkloadPlatform();
    this.#t.after(() => platform.stop());
    const machines = await this.#sandbox({ callers: "machines", workloadIssuer: platform.issuer });
    const { env } = this.#computer();
    const owners = [portOf(platform.issuer), portOf(machines.issuer)];
    const assertion = await platform.token({ audience: machines.issuer });
    this.#plant("workload token", assertion, owners);
    const file = this.#file("workload-token", assertion);
    await this.#program("workload, file", [machines.gatewayUrl, "--workload-identity", `file:${file}`], env);
    const exchange = [
      "--workload-identity",
      "github-actions",
      "--workload-grant",
      "token-exchange",
      "--workload-audience",
      "token-endpoint",
    ];
    await this.#program("workload, exchange", [machines.gatewayUrl, ...exchange], { ...env, ...platform.variables });
    for (const value of platform.given) this.#plant("workload token", value, owners);
    this.#plant("platform's token", platform.variables.ACTIONS_ID_TOKEN_REQUEST_TOKEN ?? "", [portOf(platform.issuer)]);
  }

  async #aws(): Promise<void> {
    const gateway = await startSignedGateway();
    this.#t.after(() => gateway.stop());
    const keys = { accessKeyId: "ASIALEAKEDKEY0000000", ...plantedKeys };
    gateway.keys[keys.accessKeyId] = plantedKeys;
    this.#plant("AWS secret key", keys.secretAccessKey, []);
    this.#plant("AWS session token", keys.sessionToken, [portOf(gateway.url)]);
    const computer = this.#computer();
    const aws = installAws(join(this.#given));
    aws.gives({ ...keys, expiresAt: Date.now() + 3_600_000 });
    const env = { ...computer.env, ...aws.env(computer.env.PATH ?? ""), NO_PROXY: "*" };
    await this.#program("aws", [gateway.url, "--aws-region", "eu-central-1", "--aws-profile", "dev"], env);
  }

  /** A gateway behind a company's proxy, with headers from everywhere. */
  async #proxyAndHeaders(): Promise<void> {
    const gateway = await startGateway("legacy");
    this.#t.after(() => gateway.stop());
    const port = portOf(gateway.url);
    const password = `the/password-of ${planted()}`;
    const proxy = await startForwardProxy(this.#t, {
      hosts: { "gateway.test": port },
      credentials: `ada:${password}`,
    });
    this.#plant("proxy password", password, [proxy.port]);
    const token = this.#plant("token in a header", planted(), [port]);
    const key = this.#plant("header from a file", planted(), [port]);
    const once = this.#plant("header from a command", planted(), [port]);
    const script = this.#file("otp.cjs", `console.log(${JSON.stringify(once)})`);
    const headers = [
      ...["--header", `Authorization: file:${this.#file("authorization", `Bearer ${token}`)}`],
      ...["--header", `X-Api-Key: file:${this.#file("key", key)}`],
      ...["--header", `X-Otp: command:${JSON.stringify([process.execPath, script])}`],
    ];
    const { env } = this.#computer();
    const way = {
      HTTPS_PROXY: `http://127.0.0.1:${proxy.port}`,
      GATEWAY_CONNECT_PROXY_LOGIN: `file:${this.#file("proxy-login", `ada:${password}`)}`,
      NODE_EXTRA_CA_CERTS: testCertificate,
    };
    await this.#program("headers", ["https://gateway.test/mcp", ...headers], { ...env, ...way });
    const doctor = await endedStandalone(["doctor", "--check", "https://gateway.test/mcp"], {
      env: { ...env, ...way },
    });
    this.#say("doctor behind a proxy", doctor.said + doctor.out);
  }

  /** Each program fails in a way that nobody foresaw, with secrets in its error. */
  async #crashes(): Promise<void> {
    for (const as of ["exception", "rejection"]) {
      const people = await this.#sandbox({});
      const computer = this.#computer();
      const preload = ["--require", join(process.cwd(), "test/support/leaks/crashing.cjs")];
      const reports = ["--report-on-signal", "--report-signal=SIGURG", `--report-directory=${computer.folder}`];
      const script = [...preload, ...reports, ...program("standalone")];
      const env = { ...computer.env, CRASH_AS: as };
      const standalone = await startStandalone([people.gatewayUrl, ...computer.browser(), "--verbose"], env, {
        script,
      });
      await standalone.call("sample___whoami");
      process.kill(standalone.pid, "SIGURG");
      const report = await until(() => reportIn(computer.folder), "the report");
      this.#say(`standalone, ${as}: diagnostic report`, report);
      process.kill(standalone.pid, "SIGPWR");
      await standalone.says(/crashing with [1-9]\d* things/);
      await standalone.says(/\(unexpected\)/);
      await standalone.close();
      this.#say(`standalone, ${as}: standard error`, standalone.said());
    }
  }

  /** A window with several gateways, hosts that call through it, everything that is shown and copied, and a sign-out. */
  async extension(): Promise<void> {
    const browser = await this.#sandbox({ accessTokenSeconds: 4 });
    const bound = await this.#sandbox({ dpop: "require" });
    const company = await this.#sandbox({ enterprise: true });
    const home = join(this.#root, "home");
    mkdirSync(home);
    const secret = company.clientSecret ?? "";
    const header = this.#plant("header from a command", planted(), [portOf(browser.gatewayUrl)]);
    const script = this.#file("window.cjs", `console.log(${JSON.stringify(header)})`);
    const gateways = {
      [browser.gatewayUrl]: { headers: { "X-Otp": { command: [process.execPath, script] } } },
      [company.gatewayUrl]: { clientId: company.clientId, clientSecret: { file: this.#file("window-secret", secret) } },
    };
    this.#plant("client secret", secret, [portOf(company.issuer)]);
    const env = { ...process.env, HOME: home, XDG_CACHE_HOME: join(home, "cache") };
    const host = await startExtensionHost(
      this.#root,
      {
        settings: {
          "gatewayConnect.gateways": gateways,
          "gatewayConnect.enterpriseIdentityProvider": companySetting(company),
          "gatewayConnect.redirectPorts": [35_891, 35_892, 35_893],
          "gatewayConnect.mcpJson.writeOnConnect": "never",
        },
        answers: [["Sign out of everything", "Sign Out and Clean Up"]],
      },
      { env, flags: ["--expose-gc"] },
    );
    this.#t.after(() => host.stop());
    await host.ask({ do: "run", command: "showTraffic" });
    for (const { gatewayUrl } of [browser, bound, company]) {
      await host.ask({ do: "run", command: "connect", args: [gatewayUrl] });
    }
    const told = async () => JSON.stringify(await host.ask({ do: "told" }));
    await until(async () => ((await told()).match(/Connected to local/g) ?? []).length >= 3, "three connections");
    for (const value of Object.values(await host.ask<Record<string, string>>({ do: "vault" }))) this.#plantKeys(value);
    const servers = await host.ask<{ readonly headers: Record<string, string> }[]>({ do: "servers" });
    for (const value of new Set(servers.flatMap(({ headers }) => Object.values(headers)))) {
      if (value.length >= 16) this.#plant("window's secret", value, []);
    }
    const storage = await host.ask<string>({ do: "storage" });
    const announced = readdirSync(join(storage, "windows")).map((name) =>
      readFileSync(join(storage, "windows", name), "utf8"),
    );
    for (const text of announced) this.#plant("bridge's key", (JSON.parse(text) as { key: string }).key, []);

    const { connections } = JSON.parse(readFileSync(join(storage, "connections.json"), "utf8")) as {
      readonly connections: readonly { readonly id: string }[];
    };
    for (const { id } of connections) await this.#throughBridge(storage, id);
    for (const command of ["showTraffic", "copyDiagnostics"]) await host.ask({ do: "run", command });
    for (const { gatewayUrl } of [browser, bound, company]) {
      await host.ask({ do: "run", command: "explainAccess", args: [gatewayUrl] });
    }
    await host.ask({ do: "run", command: "reportIssue" });
    this.#say("the editor: all that is shown, logged, copied", await told());
    for (const { id } of connections) await host.ask({ do: "run", command: "signOut", args: [id] });
    const left = Object.keys(await host.ask<Record<string, string>>({ do: "vault" }));
    if (left.some((key) => key.startsWith("session:"))) throw new Error(`still kept: ${left}`);
    const path = join(this.#heapFolder, "extension.heapsnapshot");
    await host.ask({ do: "heap", path });
    const settings = ["header from a command", "client secret", "window's secret", "bridge's key"];
    this.#heaps.push({ what: "the extension host after sign-out", path, mayHave: settings });
    await host.ask({ do: "run", command: "cleanUp" });
    this.#say("the editor after Sign Out of Everything", await told());
    this.#say(
      "the extension host's standard streams",
      host.logs.filter((line) => !/^\{"(id|opened)"/.test(line)).join("\n"),
    );
    await host.stop();
  }

  /** A host and its bridge, each with a look at its heap. */
  async #throughBridge(storage: string, id: string): Promise<void> {
    const [ofHost, ofBridge] = [join(this.#heapFolder, `${id}-host`), join(this.#heapFolder, `${id}-bridge`)];
    for (const folder of [ofHost, ofBridge]) mkdirSync(folder);
    const { command, args, env } = bridgeEntry(storage, { id });
    const entry = [command, ...snapshots(ofBridge), ...args];
    const whole = [...snapshots(ofHost), "test/support/leaks/host.mjs", ...entry];
    const host = startProcess(process.execPath, whole, { stdin: true, env: { ...process.env, ...env } });
    this.#t.after(() => host.stop());
    await host.line((line) => line.includes("Ada Lovelace") || undefined, "no answer through the bridge");
    const [bridge = 0] = descendants(host.pid);
    for (const [what, pid, folder] of [
      ["host", host.pid, ofHost],
      ["bridge", bridge, ofBridge],
    ] as const) {
      process.kill(pid, "SIGUSR2");
      const path = await until(() => snapshotIn(folder), `the heap of the ${what}`);
      this.#heaps.push({ what: `the ${what} of ${id}`, path, mayHave: what === "bridge" ? ["bridge's key"] : [] });
    }
    await host.stop();
    this.#say(`standard streams of the host and bridge of ${id}`, host.logs.join("\n"));
  }

  /** The gateway as a program, before a server that another company runs. */
  async gateway(): Promise<void> {
    const people = await this.#sandbox({});
    const target = await startGateway("legacy");
    this.#t.after(() => target.stop());
    const folder = join(this.#root, "gateway");
    mkdirSync(folder);
    const { authorizer } = people;
    const file = join(folder, "gateway.json");
    const configuration = {
      authorizerType: "CUSTOM_JWT",
      authorizerConfiguration: authorizer,
      targets: [{ name: "sample", targetConfiguration: { mcp: { mcpServer: { endpoint: target.url } } } }],
      local: { port: 0, auditFile: "audit.jsonl" },
    };
    writeFileSync(file, JSON.stringify(configuration));
    const preload = ["--require", join(process.cwd(), "test/support/leaks/crashing.cjs")];
    const args = [...snapshots(this.#heapFolder), ...preload, ...program("gateway"), "--config", file];
    const started = startProcess(process.execPath, args, { stdin: true, env: { ...process.env, HOME: folder } });
    this.#t.after(() => started.stop());
    const ready = await started.line(jsonLine<Ready>("ready"), "the gateway did not start");
    const url = ready.gateways[0]?.url ?? "";
    const computer = this.#computer();
    const standalone = await startStandalone(
      [url, "--resource", people.gatewayUrl, ...computer.browser()],
      computer.env,
    );
    this.#say("gateway: answer", await standalone.call("sample___echo", { text: "hello" }));
    process.kill(started.pid, "SIGUSR2");
    const path = await until(() => snapshotIn(this.#heapFolder), "the gateway's heap");
    await standalone.close();
    process.kill(started.pid, "SIGPWR");
    await started.line((line) => (line.includes("unforeseen failure") ? true : undefined), "the crash");
    await started.stop();
    this.#say("gateway: standard streams", started.logs.join("\n"));
    this.#heaps.push({ what: "the gateway", path, mayHave: ["access token"] });
  }
}

const planted = (): string => randomBytes(24).toString("base64url");
/** With characters that are written otherwise in addresses, forms and JSON. */
const plantedKeys = { secretAccessKey: `a/b+${planted()}"c`, sessionToken: `a/b+${planted()}//==` };

function entering({ gatewayUrl, clientId, clientSecret = "", enterprise }: Sandbox) {
  const { issuer = "", clientId: atCompany = "" } = enterprise ?? {};
  const company = ["--enterprise-issuer", issuer, "--enterprise-client-id", atCompany];
  return { args: [gatewayUrl, ...company, "--client-id", clientId], secret: clientSecret };
}

/** What a keychain holds in one of its entries. */
const decoded = (entry: string): string => Buffer.from(entry.split(".").at(-1) ?? "", "base64").toString("utf8");

function snapshotIn(folder: string): string | undefined {
  const name = readdirSync(folder).find((one) => one.startsWith("Heap"));
  const path = name && join(folder, name);
  // It is written as it is made, and whole with its last bracket.
  return path && readFileSync(path).subarray(-4).includes("}") ? path : undefined;
}

function reportIn(folder: string): string | undefined {
  const name = readdirSync(folder).find((one) => /^report\..*\.json$/.test(one));
  const text = name && readFileSync(join(folder, name), "utf8");
  return text?.trimEnd().endsWith("}") ? text : undefined;
}
