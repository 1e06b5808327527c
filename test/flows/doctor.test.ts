import assert from "node:assert/strict";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { endedStandalone } from "../support/standalone/endedStandalone.ts";
import { type StandaloneWorld, withComputer } from "../support/standalone/startStandalone.ts";
import { withSandbox } from "../support/withSandbox.ts";

interface Found {
  readonly problems: number;
  readonly sections: readonly {
    readonly id: string;
    readonly findings: readonly {
      readonly what: string;
      readonly state: string;
      readonly found: string;
      readonly next?: string;
    }[];
  }[];
}

/** Runs the doctor to its end, in the folder of the computer. */
const doctor = (
  args: readonly string[],
  { env, folder }: Pick<StandaloneWorld, "env" | "folder">,
  more: Readonly<Record<string, string>> = {},
) => endedStandalone(["doctor", ...args], { cwd: folder, env: { ...env, ...more } });

/** What was found of a subject, as words by what it is about. */
const of = ({ sections }: Found, id: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    (sections.find((section) => section.id === id)?.findings ?? []).map(({ what, state, found }) => [
      what,
      `${state}: ${found}`,
    ]),
  );

/** Puts a file somewhere into the home of the computer. */
function put({ folder }: Pick<StandaloneWorld, "folder">, path: string, contents: string): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contents);
  return file;
}

const bridgeEntry = (folder: string, command: string, bridge: string, more: object = {}) => ({
  ...{ command, args: [bridge] },
  env: { ELECTRON_RUN_AS_NODE: "1", GATEWAY_CONNECT_FOLDER: folder, GATEWAY_CONNECT_ENTRY: "abc123:0f0f0f0f" },
  ...more,
});

test("doctor finds nothing wrong on a computer with nothing, and says so with exit code 0", () =>
  withComputer({ keyring: true }, async (computer) => {
    const { out, said, code } = await doctor([], computer);
    assert.deepEqual([code, said], [0, ""], out);
    assert.match(out, /ok {7}Node: v\d+\.\d+\.\d+ at \//);
    assert.match(out, /ok {7}Keychain of the system: it answers/);
    assert.match(out, /No problem was found\.\n$/);
  }));

test("doctor says of each entry whether it starts what is there, and what to do where it does not", () =>
  withComputer({}, async (computer) => {
    const { folder } = computer;
    const bridge = put(computer, "storage/bridge/bridge.cjs", "");
    const gone = put(computer, "removed/bridge/bridge.cjs", "");
    put(computer, "removed/bridge/uninstalled", "");
    const servers = {
      current: bridgeEntry(folder, process.execPath, bridge),
      off: bridgeEntry(folder, process.execPath, bridge, { disabled: true }),
      moved: bridgeEntry(folder, process.execPath, join(folder, "nowhere", "bridge.cjs")),
      program: bridgeEntry(folder, "/opt/editor/editor", bridge),
      uninstalled: bridgeEntry(folder, process.execPath, gone),
      package: {
        command: "no-npx-here",
        args: ["-y", "gateway-connect@1.2.3", "https://gateway.example.com/mcp?key=planted-key"],
      },
      theirs: { command: "other", args: ["planted-argument"], env: { KEY: "planted-secret" } },
    };
    put(computer, ".cursor/mcp.json", JSON.stringify({ mcpServers: servers }));
    put(computer, ".kiro/settings/mcp.json", '{ "mcpServers": { "planted-text" ');
    put(computer, ".codex/config.toml", '[mcp_servers.tools]\ncommand = "planted-command"\n');
    const { out, code } = await doctor(["--json"], computer);
    const found = of(JSON.parse(out) as Found, "hosts");
    const storage = join(folder, "storage", "bridge", "bridge.cjs");
    assert.deepEqual(
      { ...found, Kiro: found.Kiro?.replace(/line \d+, column \d+/, "line, column") },
      {
        Kiro: `problem: ${join(folder, ".kiro/settings/mcp.json")}, line, column cannot be read (host_file_invalid)`,
        Cursor: `ok: ${join(folder, ".cursor/mcp.json")}, 7 servers, 6 of them ours`,
        'Cursor, "current"': `ok: current; it starts ${storage}`,
        'Cursor, "off"': `note: switched off; it starts ${storage}`,
        'Cursor, "moved"': `problem: what it starts, ${join(folder, "nowhere/bridge.cjs")}, is not there`,
        'Cursor, "program"': "problem: its program /opt/editor/editor is not there",
        'Cursor, "uninstalled"': "problem: the extension that wrote it was uninstalled",
        'Cursor, "package"': "problem: its program no-npx-here is not there",
        Codex: `ok: ${join(folder, ".codex/config.toml")}, 1 server, 0 of them ours`,
      },
    );
    const problems = (JSON.parse(out) as Found).sections
      .flatMap(({ findings }) => findings)
      .filter(({ state }) => state === "problem");
    assert.deepEqual([code, problems.length, problems.every(({ next }) => next !== undefined)], [8, 5, true]);
    assert.ok(!out.includes("planted"), out);
  }));

test("no secret is in what doctor prints, wherever one was planted", () =>
  withSandbox({}, (sandbox) =>
    withComputer({}, async (computer) => {
      const secrets = [
        "planted-proxy-user",
        "planted-proxy-pass",
        "planted-token-1",
        "planted-secret-2",
        "planted-pem-body",
        "planted-query",
      ];
      const [user, password, token, secret, pem, query] = secrets;
      put(
        computer,
        ".cursor/mcp.json",
        JSON.stringify({
          mcpServers: {
            one: {
              command: `/bin/${token}`,
              args: ["standalone.mjs", `https://${user}:${password}@gateway.example.com/mcp?k=${query}`],
              env: { A: secret },
            },
            two: { command: "node", args: [token, "--header", `Authorization: Bearer ${secret}`] },
          },
        }),
      );
      const certificates = put(computer, "ca.pem", `-----BEGIN CERTIFICATE-----\n${pem}\n-----END CERTIFICATE-----\n`);
      put(computer, "cache/gateway-connect/keychain.json", `{"version":1,"keys":["${secret}"]}`);
      const env = {
        HTTPS_PROXY: `http://${user}:${password}@proxy.example.com:8080/${query}`,
        http_proxy: `socks5://${user}:${password}@proxy.example.com`,
        ALL_PROXY: password ?? "",
        NO_PROXY: `localhost,.example.com,10.0.0.0/8,${user}:${password}@direct.example.com`,
        NODE_EXTRA_CA_CERTS: certificates,
        SSL_CERT_FILE: secret ?? "",
        GITHUB_TOKEN: token ?? "",
        AWS_SECRET_ACCESS_KEY: secret ?? "",
        NODE_TLS_REJECT_UNAUTHORIZED: "1",
      };
      const check = sandbox.gatewayUrl.replace("http://", `http://${user}:${password}@`);
      for (const args of [
        [],
        ["--json"],
        ["--json", "--check", `${sandbox.gatewayUrl}?k=${query}`],
        ["--check", check],
      ]) {
        const { out, said } = await doctor(args, computer, env);
        assert.ok(out.length > 500, "something was found");
        assert.deepEqual(
          secrets.filter((one) => `${out}${said}`.includes(one)),
          [],
          out,
        );
      }
      const { out } = await doctor(["--json"], computer, env);
      const found = JSON.parse(out) as Found;
      assert.deepEqual(of(found, "proxy"), {
        HTTPS_PROXY: "ok: http://proxy.example.com:8080, with a name and a password",
        http_proxy: "problem: it is set, and no http:// or https:// address",
        ALL_PROXY: "problem: it is set, and no http:// or https:// address",
        NO_PROXY: "note: localhost, .example.com, 10.0.0.0/8, 1 more",
      });
      assert.match(of(found, "certificates").NODE_EXTRA_CA_CERTS ?? "", /^problem: .*ca\.pem has no certificate/);
      assert.match(of(found, "keychain")["List of entries"] ?? "", /^problem: .*file_damaged/);
    }),
  ));

test("a gateway is asked only where --check names it: whether it answers, and where people sign in", () =>
  withSandbox({}, (sandbox) =>
    withComputer({ keyring: true }, async (computer) => {
      await doctor([], computer);
      assert.deepEqual(sandbox.observe().gatewayStatuses, {});
      const good = await doctor(["--json", "--check", sandbox.gatewayUrl], computer);
      assert.deepEqual(of(JSON.parse(good.out) as Found, "gateway"), {
        Gateway: `ok: ${sandbox.gatewayUrl} answers`,
        "Sign-in": `ok: at ${sandbox.issuer}/, which answers`,
      });
      const bad = await doctor(["--check", "http://127.0.0.1:9/mcp"], computer);
      assert.deepEqual([good.code, bad.code], [0, 8]);
      assert.match(bad.out, /PROBLEM {2}Gateway: .*gateway_unreachable\)\n {11}Next: Check the address/);
      const { tokenRequests, registrations } = sandbox.observe();
      assert.deepEqual({ tokenRequests, registrations }, { tokenRequests: 0, registrations: 0 });
    }),
  ));

test("what hangs, is huge or is no file keeps the doctor from nothing else", () =>
  withComputer({}, async (computer) => {
    const { folder } = computer;
    mkdirSync(join(folder, ".cursor", "mcp.json"), { recursive: true });
    put(computer, ".kiro/settings/mcp.json", `{"mcpServers":{}}${" ".repeat(33 * 1024 * 1024)}`);
    put(computer, ".codeium/windsurf/mcp_config.json", "\ufeff{\r\n}\r\n");
    const big = put(computer, "big.pem", "a".repeat(2 * 1024 * 1024));
    const tool = put(computer, "tools/secret-tool", "#!/bin/sh\nsleep 600\n");
    chmodSync(tool, 0o755);
    const PATH = `${join(folder, "tools")}:${computer.env.PATH}`;
    const { out, code } = await doctor(["--json"], computer, { NODE_EXTRA_CA_CERTS: big, PATH });
    const found = JSON.parse(out) as Found;
    const { Cursor = "", Kiro = "", Windsurf = "" } = of(found, "hosts");
    assert.match(Cursor, /^problem: .*host_file_unusable/);
    assert.match(Kiro, /^problem: .*host_file_unusable/);
    assert.match(Windsurf, /^ok: .*no server$/);
    assert.match(of(found, "certificates").NODE_EXTRA_CA_CERTS ?? "", /EFBIG/);
    assert.match(of(found, "keychain")["Keychain of the system"] ?? "", /^note: .*in time/);
    assert.equal(code, 8);
  }));

test("what the packages for proxies would log where DEBUG is set is not in the program", () =>
  withComputer({}, async (computer) => {
    const env = { DEBUG: "*", HTTPS_PROXY: "http://planted-user:planted-pass@127.0.0.1:9" };
    const { out, said } = await doctor(["--check", "https://gateway.example.com/mcp"], computer, env);
    assert.match(out, /PROBLEM {2}Gateway: .*gateway_unreachable/);
    assert.deepEqual([said, out.includes("planted")], ["", false]);
  }));

test("doctor takes nothing that is for a gateway, and an address has to say what for", () =>
  withComputer({}, async (computer) => {
    const codes = [];
    for (const args of [["https://gateway.example.com/mcp"], ["--client-id", "a"], ["--check", " "]]) {
      codes.push((await doctor(args, computer)).code);
    }
    assert.deepEqual(codes, [2, 2, 2]);
  }));
