import assert from "node:assert/strict";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { type Connection, suggestedName } from "../../src/connections/connection.ts";
import type { Sandbox } from "../../src/sandbox/startSandbox.ts";
import { awsTargets } from "../support/awsTargets.ts";
import type { BundleHost } from "../support/bundleHost.ts";
import type { Answers } from "../support/editorApi.ts";
import { withEditor, withHome } from "../support/editorWorld.ts";
import { shortWaits } from "../support/shortWaits.ts";
import { signInByHttp } from "../support/signInByHttp.ts";
import { until } from "../support/until.ts";
import { useDeviceCode } from "../support/useDeviceCode.ts";
import { withSandbox } from "../support/withSandbox.ts";

const said = ({ editor }: BundleHost): string => editor.shown.join("\n");
const says = (host: BundleHost, words: RegExp): Promise<readonly string[]> =>
  until(() => words.exec(said(host)) ?? false, String(words));

/** A gateway that is connected already. */
const withConnection = (act: (host: BundleHost, sandbox: Sandbox) => Promise<void>, answer?: Answers) =>
  withEditor({ ...(answer && { answer }) }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await says(host, /Connected to local-\d+ as Ada Lovelace/);
    await act(host, sandbox);
  });

interface StoredConnection {
  readonly id: string;
}

async function connectionsOf({ storage }: BundleHost): Promise<readonly StoredConnection[]> {
  const { connections } = JSON.parse(readFileSync(join(storage, "connections.json"), "utf8"));
  return connections as readonly StoredConnection[];
}

/** Answers each question that has the words before the arrow with those behind it. */
const answering =
  (answers: Readonly<Record<string, string>>): Answers =>
  ({ text, choices }) =>
    Object.entries(answers).find(([words]) => `${text}\n${choices.join("\n")}`.includes(words))?.[1];

/** A person who enters the code that they are shown on another device. */
const withDevice: Answers = ({ text }) => {
  const [, code = "", page = ""] = /Enter the code (\S+) at (\S+) on any device/.exec(text) ?? [];
  if (code !== "") void useDeviceCode(page, code);
  return undefined;
};

test("Connect Gateway asks for the address, opens the page to sign in, and says who is connected to what", () => {
  let gatewayUrl = "";
  return withEditor(
    { answer: ({ text }) => (text.includes("The address of") ? gatewayUrl : undefined) },
    async (host, sandbox) => {
      gatewayUrl = sandbox.gatewayUrl;
      await host.run("connect");
      await says(host, /Connected to local-\d+ as Ada Lovelace at \S+\. It has \d+ tools\./);
      await until(() => host.editor.agentTools.length > 0, "the editor's agent has them");
      assert.equal(host.editor.opened.length, 1);
    },
  );
});

test("the page that a sign-in ends on has a link back to the editor's window", async () => {
  let page = "";
  const browse = async (url: string) => {
    page = await (await fetch((await signInByHttp(url)).landed)).text();
  };
  await withEditor({ browse }, async (host, sandbox) => {
    await host.run("connect", sandbox.gatewayUrl);
    await says(host, /Connected to local-/);
    assert.match(page, /<a href="vscode:\/\/gateway-connect\.gateway-connect\/signed-in">Go back to your editor<\/a>/);
  });
});

for (const [what, settings, words] of [
  [
    "a rule of the company",
    { "chat.mcp.allowedServers": [] },
    /has none of its tools: .*allowedServers.*\{"serverName":"local-/,
  ],
  ["no access to servers", { "chat.mcp.access": "none" }, /has none of its tools: chat\.mcp\.access is none/],
  [
    "servers that nothing starts",
    { "chat.mcp.autostart": "never" },
    /has no tool of local-\d+ until its server is started/,
  ],
] as const) {
  test(`with ${what} the editor's agent has no tool, and Connect Gateway says why`, () =>
    withEditor({ settings: () => settings }, async (host, sandbox) => {
      await host.run("connect", sandbox.gatewayUrl);
      await says(host, words);
      assert.deepEqual(host.editor.agentTools, []);
    }));
}

test("Connect Gateway as a Machine asks for the client and its secret, and Change Client Secret for another one", () => {
  let machine = { clientId: "", clientSecret: "" };
  const answer: Answers = ({ text }) =>
    text.includes("may use the client credentials grant")
      ? machine.clientId
      : text.includes("The secret of")
        ? machine.clientSecret
        : undefined;
  return withEditor({ answer, sandbox: { callers: "machines" } }, async (host, sandbox) => {
    machine = sandbox.machine;
    await host.run("connectAsMachine", sandbox.gatewayUrl);
    await says(host, /Connected to local-\d+/);
    await host.run("changeSecret");
    await says(host, /The secret of .* was changed/);
    assert.deepEqual([sandbox.observe().grants, host.editor.opened], [{ client_credentials: 1 }, []]);
  });
});

for (const [what, command] of [
  ["Connect Gateway with a Code", "connectWithCode"],
  ["Sign In with a Code", "signInWithCode"],
] as const) {
  test(`${what} lets a person sign in on another device`, () =>
    shortWaits(async () => {
      await withEditor({ answer: withDevice }, async (host, sandbox) => {
        if (command === "signInWithCode") {
          await host.run("connect", sandbox.gatewayUrl);
          await host.run("signOut");
        }
        await host.run(command, sandbox.gatewayUrl);
        await says(host, /(Connected|Signed in) to local-\d+ as Ada Lovelace/);
        assert.equal(sandbox.observe().grants["urn:ietf:params:oauth:grant-type:device_code"], 1);
      });
    }));
}

test("Sign Out revokes the tokens and says so, and Sign In opens the page again", () =>
  withConnection(async (host, sandbox) => {
    await host.run("signOut");
    await says(host, /Signed out of local-\d+/);
    assert.ok(sandbox.observe().revocations.length > 0);
    await host.run("signIn");
    await says(host, /Signed in to local-\d+ as Ada Lovelace/);
    assert.equal(host.editor.opened.length, 2);
  }));

test("Use Another Account opens the page for somebody else", () =>
  withConnection(async (host, sandbox) => {
    await host.run("useAnotherAccount");
    assert.deepEqual([host.editor.opened.length, sandbox.observe().grants.authorization_code], [2, 2]);
  }));

/** The page in front, once it was told a message of this kind. */
async function toldPage({ editor }: BundleHost, kind: string) {
  const page = await until(() => editor.pages.at(-1), "the page");
  if (page.told.length === 0) page.act({ kind: "ready" });
  const told = await until(
    () => (page.told as readonly Record<string, unknown>[]).find((message) => message.kind === kind),
    `the message ${kind}`,
  );
  return { page, told };
}

/** What was shown of the last run. */
async function shownParts(host: BundleHost): Promise<readonly Record<string, unknown>[]> {
  const { told } = await toldPage(host, "ended");
  return (told as { run: { outcome: { result: { parts: Record<string, unknown>[] } } } }).run.outcome.result.parts;
}

test("Run Gateway Tool finds a tool by its title, opens its page, and the page runs it", () =>
  withConnection(
    async (host, sandbox) => {
      await host.run("runTool");
      const { page, told } = await toldPage(host, "open");
      const before = sandbox.observe().toolCalls;
      page.act({ kind: "run", args: { a: 2, b: 3 } });
      assert.deepEqual(
        { title: page.title, name: (told.subject as { name: string }).name, parts: await shownParts(host), before },
        { title: "Add", name: "sample___add", parts: [{ kind: "text", text: "5", length: 1 }], before: {} },
      );
    },
    answering({ "Run a tool of local-": "Add" }),
  ));

test("a tool, a resource and a prompt are opened by name, and what they are asked for is shown", () =>
  withConnection(async (host) => {
    const gateway = (await connectionsOf(host))[0]?.id;
    for (const [command, name, args, shown] of [
      ["openTool", "sample___echo", { text: "**hello**" }, "**hello**"],
      ["openResource", "sandbox://notes", {}, ""],
      ["openPrompt", "sample___introduce", { language: "Spanish" }, "Spanish"],
    ] as const) {
      // Clicked twice, it is opened once.
      await Promise.all([1, 2].map(() => host.run(command, { gateway, name })));
      const { page } = await toldPage(host, "open");
      page.act({ kind: "run", args });
      const [part] = await shownParts(host);
      assert.ok(part?.kind === "text" && String(part.text).includes(shown), `${command}: ${JSON.stringify(part)}`);
    }
    assert.equal(host.editor.pages.length, 3);
  }));

test("what a tool page asks is cancelled, refused in words, and kept when the page is closed", () =>
  withConnection(async (host) => {
    const gateway = (await connectionsOf(host))[0]?.id;
    await host.run("openTool", { gateway, name: "sample___slow" });
    const { page } = await toldPage(host, "open");
    page.act({ kind: "run", args: { seconds: 60 } });
    await toldPage(host, "progress");
    // The editor makes a page anew that is moved to another window: it asks again, and runs on.
    const before = page.told.length;
    page.act({ kind: "ready" });
    const anew = await until(() => {
      const kinds = (page.told.slice(before) as readonly { readonly kind: string }[]).map(({ kind }) => kind);
      return kinds.includes("running") && kinds.filter((kind) => kind === "open" || kind === "running");
    }, "what runs");
    page.act({ kind: "cancel" });
    const { told } = await toldPage(host, "ended");
    page.close();
    await host.run("openTool", { gateway, name: "sample___slow" });
    const again = await toldPage(host, "open");
    await host.run("openTool", { gateway, name: "nothing___like_it" });
    assert.deepEqual(
      {
        anew,
        ended: (told.run as { outcome: unknown }).outcome,
        history: (again.told.history as unknown[]).length,
        pages: host.editor.pages.length,
        said: host.editor.shown.some((text) => text.includes("does not list nothing___like_it")),
      },
      { anew: ["open", "running"], ended: { kind: "cancelled" }, history: 1, pages: 2, said: true },
    );
  }));

test("what somebody ran at a gateway goes with it, and is not there for who connects it next", () =>
  withConnection(
    async (host, sandbox) => {
      const opened = async () => {
        const gateway = (await connectionsOf(host))[0]?.id;
        await host.run("openTool", { gateway, name: "sample___whoami" });
        return await toldPage(host, "open");
      };
      const { page } = await opened();
      page.act({ kind: "run", args: {} });
      await toldPage(host, "ended");
      page.close();
      const before = (await opened()).told.history as unknown[];
      host.editor.pages.at(-1)?.close();
      await host.run("removeGateway");
      await says(host, /Removed local-/);
      await host.run("connect", sandbox.gatewayUrl);
      await until(() => said(host).split("Connected to local-").length > 2, "the second connection");
      const after = (await opened()).told.history as unknown[];
      assert.deepEqual([before.length, after.length], [1, 0]);
    },
    answering({ 'Remove the gateway "local-': "Remove" }),
  ));

test("Explain Access shows its page", () =>
  withConnection(async (host) => {
    await host.run("explainAccess");
    assert.match(host.editor.pages[0]?.html ?? "", /Ada Lovelace/);
  }));

test("Remove Gateway asks, signs out and forgets the gateway", () =>
  withConnection(
    async (host, sandbox) => {
      await host.run("removeGateway");
      await says(host, /Removed local-\d+/);
      assert.deepEqual(
        [
          readFileSync(join(host.storage, "connections.json"), "utf8").includes(sandbox.gatewayUrl),
          sandbox.observe().revocations.length > 0,
        ],
        [false, true],
      );
    },
    answering({ 'Remove the gateway "local-': "Remove" }),
  ));

test("the menu offers what can be done, the log is shown, and diagnostics are copied without a token", () =>
  withConnection(async (host) => {
    await host.run("showMenu");
    await host.run("showLog");
    await host.run("copyDiagnostics");
    const menu = host.editor.asked.find(({ kind, text }) => kind === "pick" && text === "Gateway Connect");
    assert.deepEqual(
      {
        menu: menu?.choices.some((choice) => choice.includes("Sign Out")),
        log: host.editor.logShown,
        diagnostics: /local-\d+/.test(host.editor.clipboard),
        tokens: /eyJ/.test(host.editor.clipboard),
      },
      { menu: true, log: 1, diagnostics: true, tokens: false },
    );
  }));

test("the address that a browser could not open is pasted, and the sign-in goes on", () => {
  let landed: URL | undefined;
  const browse = async (url: string) => {
    ({ landed } = await signInByHttp(url));
  };
  const answer: Answers = ({ text }) => (text.startsWith("Paste the Address") ? landed?.href : undefined);
  return withEditor({ browse, answer }, async (host, sandbox) => {
    const connected = host.run("connect", sandbox.gatewayUrl);
    await until(() => landed, "the browser to come home");
    await host.run("pasteRedirect");
    await says(host, /Connected to local-\d+ as Ada Lovelace/);
    await connected;
  });
});

test("a gateway is added to the file of a host that was chosen, after its change was shown", () =>
  withHome((home) =>
    withConnection(
      async (host, sandbox) => {
        const file = join(home, ".cursor", "mcp.json");
        void host.run("addToMcpJson");
        await until(() => existsSync(file), "the file");
        const { mcpServers } = JSON.parse(readFileSync(file, "utf8"));
        assert.deepEqual(Object.keys(mcpServers), [suggestedName(new URL(sandbox.gatewayUrl))]);
      },
      answering({ "Add it to which file?": "Cursor, for you", "as it would be": "Write This Change" }),
    ),
  ));

test("for a host that names no file, the entry is put on the clipboard, with where to paste it", () =>
  withHome((home) =>
    withConnection(
      async (host, sandbox) => {
        await host.run("addToMcpJson");
        const { mcpServers } = JSON.parse(host.editor.clipboard);
        const name = suggestedName(new URL(sandbox.gatewayUrl));
        assert.deepEqual(Object.keys(mcpServers), [name]);
        assert.ok(existsSync(mcpServers[name].args[0]), "the bridge is there");
        await says(host, /on the clipboard\. Paste it in JetBrains AI Assistant, at Settings > Tools > AI Assistant/);
        assert.equal(existsSync(join(home, ".cursor", "mcp.json")), false);
      },
      answering({ "Add it to which file?": "JetBrains AI Assistant, to paste" }),
    ),
  ));

test("Ping Gateway says how long a gateway took to answer", () =>
  withConnection(async (host) => {
    await host.run("pingGateway");
    await says(host, /answered within \d+ ms\. It has [1-9]\d* tools/);
  }));

test("Report Issue opens the reporter with facts, and names no gateway and nobody", () =>
  withConnection(async (host, sandbox) => {
    await host.run("reportIssue");
    const [issue] = host.editor.issues;
    assert.match(
      issue?.issueBody ?? "",
      /Gateway Connect 1\.2\.3[\s\S]*Gateway 1: signedIn, browser, client \w+, tools: \d+/,
    );
    assert.deepEqual(
      [
        issue?.extensionId,
        ...[sandbox.gatewayUrl, sandbox.issuer, "Ada"].map((part) => issue?.issueBody.includes(part)),
      ],
      ["gateway-connect.gateway-connect", false, false, false],
    );
  }));

test("Sign Out of Everything and Clean Up revokes, forgets every gateway, takes the entries out, and reports each", () =>
  withHome((home) =>
    withConnection(
      async (host, sandbox) => {
        const file = join(home, ".cursor", "mcp.json");
        void host.run("addToMcpJson");
        await until(() => existsSync(file), "the file");
        await host.run("cleanUp");
        await says(host, /Everything is signed out and cleaned up/);
        assert.deepEqual(
          {
            entry: readFileSync(file, "utf8").includes("GATEWAY_CONNECT"),
            known: readFileSync(join(host.storage, "connections.json"), "utf8").includes(sandbox.gatewayUrl),
            revoked: sandbox.observe().revocations.length > 0,
            bridge: existsSync(join(host.storage, "bridge")),
          },
          { entry: false, known: false, revoked: true, bridge: false },
        );
      },
      answering({
        "Add it to which file?": "Cursor, for you",
        "as it would be": "Write This Change",
        "Sign out of everything": "Sign Out and Clean Up",
      }),
    ),
  ));

test("a change that is shown and discarded is not written, and what waits no more is said so", () =>
  withHome((home) =>
    withConnection(
      async (host) => {
        let isDecided = false;
        void host.run("addToMcpJson").then(() => {
          isDecided = true;
        });
        await until(() => isDecided, "the decision");
        assert.equal(existsSync(join(home, ".cursor", "mcp.json")), false);
        await host.run("discardChange");
        await says(host, /waits no more, and nothing was written/);
      },
      answering({ "Add it to which file?": "Cursor, for you", "as it would be": "Discard This Change" }),
    ),
  ));

test("an entry of mcp-remote becomes one of ours, and what it kept is revoked and deleted", () =>
  withHome((home) => {
    const file = join(home, ".cursor", "mcp.json");
    const answers = {
      "Import which entries of mcp-remote?": "old",
      'Convert "old"': "Convert",
      "Revoke and delete it?": "Revoke and Delete",
    };
    return withEditor({ answer: answering(answers) }, async (host, sandbox) => {
      mkdirSync(dirname(file), { recursive: true });
      const old = { command: "npx", args: ["-y", "mcp-remote", sandbox.gatewayUrl] };
      writeFileSync(file, JSON.stringify({ mcpServers: { old } }));
      await host.editor.tree?.getChildren();
      await until(() => host.editor.viewDescription !== "", "the view says what could be imported");
      assert.equal(host.editor.viewDescription, "mcp-remote: 1 found");
      await host.run("importMcpRemote");
      await until(() => host.editor.viewDescription === "", "there is nothing left to import");
      const { mcpServers } = JSON.parse(readFileSync(file, "utf8"));
      assert.equal(JSON.stringify(mcpServers).includes("mcp-remote"), false);
      assert.match(JSON.stringify(mcpServers), /GATEWAY_CONNECT/);
      const kept = join(home, ".mcp-auth", "mcp-remote-0.1.29");
      mkdirSync(kept, { recursive: true });
      writeFileSync(
        join(kept, "0123456789abcdef0123456789abcdef_tokens.json"),
        JSON.stringify({ access_token: "a", token_type: "Bearer" }),
      );
      await host.run("clearMcpRemote");
      assert.deepEqual(existsSync(kept) ? readdirSync(kept) : [], []);
    });
  }));

test("a local gateway of a file is started and stopped", () =>
  withHome((home) =>
    withEditor({}, async (host) => {
      const file = join(home, "own.gateway.json");
      writeFileSync(file, JSON.stringify({ name: "own", authorizerType: "NONE" }));
      await host.run("startLocalGateway", file);
      const [, url = ""] = await says(host, /local gateway own runs at (\S+)\. /);
      const { status } = await fetch(url.replace("/mcp", "/healthz"));
      await host.run("connect", url);
      await says(host, /Connected to own\./);
      await host.run("stopLocalGateway");
      await says(host, /Stopped: own\./);
      const after = await fetch(url.replace("/mcp", "/healthz")).then(
        () => "answers",
        () => "gone",
      );
      assert.deepEqual([status, after], [200, "gone"]);
    }),
  ));

test("Start Local Gateway names the targets that run at AWS only, and the view what becomes of them, also of those that come later", () =>
  withHome((home) =>
    withEditor({}, async (host) => {
      const file = join(home, "own.gateway.json");
      const write = (...targets: readonly object[]) =>
        writeFileSync(file, JSON.stringify({ name: "own", authorizerType: "NONE", targets }));
      write(awsTargets.lambda.target);
      await host.run("startLocalGateway", file);
      await says(host, /These targets run at AWS only, and the view says what answers here: weather \(mcp\.lambda\)\./);
      host.editor.look(true);
      const programs = async () => {
        const { tree } = host.editor;
        const local = (await tree?.getChildren())?.at(-1);
        const [item] = (local && (await tree?.getChildren(local))) ?? [];
        return item && (await tree?.getTreeItem(item))?.description;
      };
      await until(async () => /1 target runs at AWS only$/.test((await programs()) ?? ""), "the target in the view");
      write(awsTargets.lambda.target, { ...awsTargets.lambda.target, name: "second" });
      await until(async () => /2 targets run at AWS only$/.test((await programs()) ?? ""), "the second one");
      await host.run("stopLocalGateway");
    }),
  ));

test("Sign Out in the Browser Too waits where the gateway stands, and Remove asks about it in its question", () =>
  withConnection(
    async (host, sandbox) => {
      const pages = () => host.editor.opened.filter((page) => page.startsWith(`${sandbox.issuer}/logout?`)).length;
      await host.run("signOutInBrowser");
      const whileSignedIn = pages();
      await host.run("signOut");
      await says(host, /Signed out of local-\d+/);
      await host.run("signOutInBrowser");
      const afterSignOut = pages();
      await host.run("signIn");
      await host.run("removeGateway");
      await says(host, /Removed local-\d+/);
      assert.deepEqual([whileSignedIn, afterSignOut, pages()], [0, 1, 2]);
      assert.match(said(host), /No gateway that you are signed out of has a page/);
    },
    answering({ 'Remove the gateway "local-': "Remove and Sign Out in the Browser" }),
  ));

test("Manage Sandbox Gateway has what is done with the one that runs: copied, replaced, stopped", () => {
  const picked = ["Copy Client ID", "Copy Address", "Replace…", "Stop"];
  const copied: string[] = [];
  return withEditor(
    {
      answer: ({ text, choices }) =>
        text.startsWith("Sandbox")
          ? choices.find((choice) => choice.includes(picked[0] ?? "none"))
          : choices.find((choice) => choice === "Any provider that follows the standards"),
    },
    async (host) => {
      await host.run("startSandbox", "okta");
      await says(host, /behaves like Okta/);
      for (const _ of ["client ID", "address"]) {
        await host.run("manageSandbox");
        copied.push(host.editor.clipboard);
        picked.shift();
      }
      await host.run("manageSandbox");
      await says(host, /The sandbox gateway runs at \S+ It ends with this window/);
      picked.shift();
      await host.run("manageSandbox");
      await says(host, /The sandbox gateway was stopped/);
      const [clientId = "", address = ""] = copied;
      assert.match(said(host), new RegExp(`with the client ID ${clientId}`));
      assert.match(address, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/);
    },
  );
});

test("the sandbox is started, can be connected, and is stopped", () =>
  withEditor({ answer: answering({ "The sandbox gateway runs at": "Connect" }) }, async (host) => {
    await host.run("startSandbox", "generic");
    await until(() => host.editor.pages.length > 0, "the page of its first tool");
    await host.run("stopSandbox");
    await says(host, /The sandbox gateway was stopped/);
  }));

test("Try the Sandbox leads to the page of its first tool, and another sandbox takes the place of its connection", () =>
  withEditor({ answer: answering({ "Replace it with one": "Replace" }) }, async (host) => {
    const connections = () => JSON.parse(readFileSync(join(host.storage, "connections.json"), "utf8")).connections;
    const before = host.editor.asked.length;
    await host.run("trySandbox");
    await until(() => host.editor.pages.length > 0, "the page of its first tool");
    const first = { asked: host.editor.asked.length - before, pages: host.editor.opened.length };
    // The ID of Entra's client need not be entered.
    /** It is another page where the sandbox found its port taken. */
    const shownAgain = ({ editor: { pages, revealedPages } }: BundleHost, times: number) =>
      until(() => pages.length + revealedPages.length > times, "the page of its first tool, once more");
    await host.run("trySandbox", "entra");
    await shownAgain(host, 1);
    assert.deepEqual(
      {
        first,
        names: connections().map(({ name }: { readonly name: string }) => name),
        issuers: new Set(host.editor.opened.map((page) => new URL(page).pathname)).size,
      },
      { first: { asked: 0, pages: 1 }, names: ["Sandbox"], issuers: 2 },
    );
    // Neither need the client at the gateway and its secret, and the page is the company's.
    await host.run("trySandbox", "enterprise");
    await shownAgain(host, 2);
    const [one]: readonly Connection[] = connections();
    assert.ok(one?.authorization.kind === "oauth" && one.authorization.company);
    const { company, server } = one.authorization;
    assert.equal(new URL(host.editor.opened[2] ?? "about:blank").origin, new URL(company.issuer).origin);
    assert.notEqual(company.issuer, server.issuer);
    assert.equal(host.editor.settings["gatewayConnect.enterpriseIdentityProvider"], undefined);
    await host.run("stopSandbox");
  }));

test("a gateway that signs in elsewhere by now is asked about, with both hosts named, before anything is sent there", () =>
  withSandbox({}, (other) =>
    withConnection(async (host, sandbox) => {
      const path = "/.well-known/oauth-protected-resource";
      const { fetch } = globalThis;
      const askedAtOther: (readonly [path: string, asked: boolean])[] = [];
      const wasAsked = () => /now signs in at/.test(said(host));
      globalThis.fetch = async (input, init) => {
        const { origin, pathname } = new URL(String(input));
        if (origin === new URL(other.issuer).origin) askedAtOther.push([pathname, wasAsked()]);
        if (!pathname.startsWith(path)) return await fetch(input, init);
        return Response.json({ resource: sandbox.gatewayUrl, authorization_servers: [other.issuer] });
      };
      try {
        await host.run("signOut");
        await host.run("signIn");
      } finally {
        globalThis.fetch = fetch;
      }
      const hosts = [sandbox.issuer, other.issuer].map((issuer) => new URL(issuer).host);
      assert.match(said(host), new RegExp(`now signs in at ${hosts[1]} instead of ${hosts[0]}\\. Continue\\?`));
      assert.equal(new URL(host.editor.opened[1] ?? "about:blank").host, hosts[1]);
      const early = askedAtOther.filter(([, asked]) => !asked).map(([asked]) => asked);
      assert.ok(askedAtOther.length > early.length);
      assert.deepEqual(
        early.filter((asked) => !asked.startsWith("/.well-known/")),
        [],
      );
    }),
  ));

for (const [what, gives] of [
  ["is asked for the one of the other issuer, which is written into the settings", true],
  ["who gives it up leaves everything as it was", false],
] as const) {
  test(`a person with a client ID in the settings, whose gateway signs in elsewhere by now, ${what}`, () =>
    withSandbox({}, (other) => {
      const clientId = "client-of-before";
      const answer: Answers = ({ text }) => (text.includes("needs a client ID") && gives ? other.clientId : undefined);
      return withEditor({ answer, gateway: () => ({}) }, async (host, sandbox) => {
        await host.run("connect", sandbox.gatewayUrl);
        await says(host, /Connected to local-\d+ as Ada Lovelace/);
        const set = { [sandbox.gatewayUrl]: { clientId, scopes: ["openid"] } };
        host.editor.settings["gatewayConnect.gateways"] = set;
        const before = await connectionsOf(host);
        const { fetch } = globalThis;
        globalThis.fetch = async (input, init) =>
          new URL(String(input)).pathname.startsWith("/.well-known/oauth-protected-resource")
            ? Response.json({ resource: sandbox.gatewayUrl, authorization_servers: [other.issuer] })
            : await fetch(input, init);
        try {
          // Signed in with the token of before, as far as anybody knows.
          await host.run("signIn");
        } finally {
          globalThis.fetch = fetch;
        }
        const box = host.editor.asked.find(({ text }) => text.includes("needs a client ID"));
        assert.match(box?.text ?? "", /Sign In to local-\d+.*redirect URI http:\/\/localhost:3588[123]/s);
        const pages = host.editor.opened.slice(1).map((one) => new URL(one));
        assert.deepEqual(
          {
            // A page a second time where the other provider refuses the resource.
            pages: [...new Set(pages.map((page) => `${page.origin} ${page.searchParams.get("client_id")}`))],
            settings: host.editor.settings["gatewayConnect.gateways"],
            isSame: JSON.stringify(await connectionsOf(host)) === JSON.stringify(before),
          },
          gives
            ? {
                pages: [`${new URL(other.issuer).origin} ${other.clientId}`],
                settings: { [sandbox.gatewayUrl]: { clientId: other.clientId, scopes: ["openid"] } },
                isSame: false,
              }
            : {
                pages: [],
                settings: set,
                isSame: true,
              },
        );
      });
    }));
}

test("a step of the walkthrough is done by what happened, and not where there was nothing to do", () => {
  const done = ({ editor }: BundleHost) =>
    ["toolRun", "accessExplained", "signedOut"].filter(
      (name) => editor.contexts.get(`gatewayConnect.${name}`) === true,
    );
  return withEditor({ answer: answering({ "Run a tool of": "Add" }) }, async (host, sandbox) => {
    for (const command of ["runTool", "explainAccess", "signOut"]) await host.run(command);
    assert.deepEqual([done(host), host.editor.ticked], [[], []]);
    await host.run("connect", sandbox.gatewayUrl);
    await host.run("runTool");
    const { page } = await toldPage(host, "open");
    assert.deepEqual(done(host), []);
    page.act({ kind: "run", args: { a: 2, b: 3 } });
    await toldPage(host, "ended");
    assert.deepEqual(done(host), ["toolRun"]);
    await host.run("explainAccess");
    await host.run("signOut");
    assert.deepEqual(done(host), ["toolRun", "accessExplained", "signedOut"]);
    const steps = ["connect", "use", "explain", "signOut"];
    assert.deepEqual(
      host.editor.ticked,
      steps.map((step) => `gateway-connect.gateway-connect#start#${step}`),
    );
  });
});
