const { mkdir, readdir, readFile, rename, rm, writeFile } = require("node:fs/promises");
const { join } = require("node:path");
const vscode = require("vscode");

/**
 * What the editor's agent would do, for tests without a chat model.
 *
 * Every action can be asked for in two ways: from the palette, where it asks for its arguments as a person would type
 * them and shows the answer in an editor, and by a file `<n>.request.json` in this process's folder, inside the one that
 * the environment names, answered by `<n>.answer.json`. Palette answers go to `palette.answer.json` too, so that a driver
 * need not read the screen.
 */
const parent = process.env.GATEWAY_CONNECT_COMPANION_FOLDER;
const folder = parent && join(parent, String(process.pid));

const actions = {
  /** `{"tool": "whoami", "input": {}}`; the tool is found by the end of its name, since VS Code puts a prefix before it. */
  async callTool({ tool, input = {}, waitMs = 15_000 }) {
    const found = await findTool(tool, waitMs);
    const result = await vscode.lm.invokeTool(found.name, { input, toolInvocationToken: undefined });
    return { tool: found.name, content: result.content.map(readable) };
  },
  async language() {
    return vscode.env.language;
  },
  async listTools() {
    return vscode.lm.tools.map(describe);
  },
  /** Calls a tool through the API of the extension, with the session that the editor gives for it. */
  async callThroughApi({ gateway, tool, input = {}, forged }) {
    const { getAPI } = await vscode.extensions.getExtension("gateway-connect.gateway-connect").activate();
    const api = getAPI(1);
    const found = (await api.getGateways()).find(({ name }) => name === gateway);
    const session =
      forged ??
      (await vscode.authentication.getSession("gateway-connect", [`gateway:${found.id}`], {
        createIfNone: true,
      }));
    const result = await api.callTool({ session, gateway: found.id, tool, arguments: input });
    return { gateway: found, session, result };
  },
  async listAccounts({ provider = "gateway-connect" }) {
    return (await vscode.authentication.getAccounts(provider)).map(({ id, label }) => ({ id, label }));
  },
  /**
   * As the chat does before a message. VS Code takes in a provider's servers a moment after they changed and says
   * nothing about a server it does not know, so this repeats until the tool is there.
   */
  async startServer({ server, tool, waitMs = 15_000 }) {
    const until = Date.now() + waitMs;
    for (;;) {
      await vscode.commands.executeCommand("workbench.mcp.startServer", server, { waitForLiveTools: true });
      const found = tool === undefined || knownTool(tool);
      if (found || Date.now() > until) return tool === undefined ? null : describe(await findTool(tool, 0));
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  },
  async stopServer({ server }) {
    return (await vscode.commands.executeCommand("workbench.mcp.stopServer", server)) ?? null;
  },
  /** Opens a file and gives what the editor finds wrong with it, once it has found something. */
  async problems({ path, waitMs = 15_000 }) {
    const uri = vscode.Uri.file(path);
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
    const until = Date.now() + waitMs;
    while (vscode.languages.getDiagnostics(uri).length === 0 && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return vscode.languages.getDiagnostics(uri).map(({ message }) => message);
  },
  async runCommand({ command, args = [] }) {
    return (await vscode.commands.executeCommand(command, ...args)) ?? null;
  },
  /** Writes settings as a person does who opens their file: extensions may not write those that only policies are to have. */
  async writeSettings({ settings }) {
    await vscode.commands.executeCommand("workbench.action.openSettingsJson");
    const editor = vscode.window.activeTextEditor;
    const { document } = editor;
    const all = { ...JSON.parse(document.getText()), ...settings };
    const whole = new vscode.Range(0, 0, document.lineCount, 0);
    const text = JSON.stringify(all, undefined, 2);
    if (!(await editor.edit((builder) => builder.replace(whole, text))))
      throw new Error(`${document.uri} takes no edit`);
    await vscode.commands.executeCommand("workbench.action.files.save");
    // The extension host learns of it a moment later.
    const until = Date.now() + 10_000;
    while (document.isDirty && Date.now() < until) await new Promise((resolve) => setTimeout(resolve, 50));
    if (document.isDirty) throw new Error(`${document.uri} was not saved`);
    await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
    return null;
  },
  async setting({ name }) {
    return vscode.workspace.getConfiguration().get(name) ?? null;
  },
  async configure({ name, value }) {
    await vscode.workspace.getConfiguration().update(name, value, vscode.ConfigurationTarget.Global);
    return null;
  },
};

const questions = {
  callTool: { prompt: "Tool and its input", placeHolder: 'whoami {"key": "value"}', read: toolAndInput },
  startServer: { prompt: "Server id", placeHolder: "publisher.name/label", read: (server) => ({ server }) },
  stopServer: { prompt: "Server id", placeHolder: "publisher.name/label", read: (server) => ({ server }) },
};

/** Answers are shown as documents that cannot be changed, so that none is ever unsaved. */
const answers = new Map();
let shownAnswers = 0;

exports.activate = async (context) => {
  context.subscriptions.push(
    vscode.workspace.registerTextDocumentContentProvider("companion", {
      provideTextDocumentContent: (uri) => answers.get(uri.path),
    }),
  );
  for (const name of ["callTool", "listTools", "listAccounts", "startServer", "stopServer"]) {
    context.subscriptions.push(vscode.commands.registerCommand(`companion.${name}`, () => fromPalette(name)));
  }
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  const taken = new Set();
  const timer = setInterval(async () => {
    for (const file of await readdir(folder).catch(() => [])) {
      const id = /^(\d+)\.request\.json$/.exec(file)?.[1];
      if (id === undefined || taken.has(id)) continue;
      taken.add(id);
      const { action, args } = JSON.parse(await readFile(join(folder, file), "utf8"));
      await rm(join(folder, file), { force: true });
      answer(action, args).then((found) => write(`${id}.answer.json`, found));
    }
  }, 50);
  context.subscriptions.push({ dispose: () => clearInterval(timer) });
  await write("ready.json", { ready: true });
};

async function fromPalette(name) {
  const question = questions[name];
  let args = {};
  if (question) {
    const typed = await vscode.window.showInputBox({ title: `Companion: ${name}`, ...question, ignoreFocusOut: true });
    if (typed === undefined) return;
    args = question.read(typed.trim());
  }
  const found = await answer(name, args);
  shownAnswers += 1;
  answers.set(`/${shownAnswers}/Answer`, found.error ? `It failed: ${found.error}\n` : `${shown(found.value)}\n`);
  const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(`companion:/${shownAnswers}/Answer`));
  await vscode.window.showTextDocument(document, { preview: true });
  await write("palette.answer.json", found);
}

async function answer(name, args) {
  const started = Date.now();
  try {
    return { value: await actions[name](args ?? {}), ms: Date.now() - started };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error), ms: Date.now() - started };
  }
}

/** VS Code lists a server's tools a moment after the server is known, so the first look may come too early. */
async function findTool(name, waitMs) {
  const until = Date.now() + waitMs;
  for (;;) {
    const found = knownTool(name);
    if (found) return found;
    if (Date.now() > until) {
      const names = vscode.lm.tools.map((tool) => tool.name).filter((known) => known.startsWith("mcp_"));
      throw new Error(`No tool ends in "${name}". MCP tools here: ${names.join(", ") || "none"}.`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function knownTool(name) {
  return vscode.lm.tools.find((tool) => tool.name === name || tool.name.endsWith(name));
}

function describe({ name, description, tags }) {
  return { name, description, tags };
}

function readable(part) {
  if (part instanceof vscode.LanguageModelTextPart) return { text: part.value };
  if (part.data instanceof Uint8Array)
    return { mimeType: part.mimeType, text: Buffer.from(part.data).toString("utf8") };
  return { value: part.value ?? part };
}

function shown(value) {
  const texts = value?.content?.map((part) => part.text ?? JSON.stringify(part.value));
  return texts ? `${value.tool}\n\n${texts.join("\n")}` : JSON.stringify(value, null, 2);
}

function toolAndInput(typed) {
  const [tool = "", ...rest] = typed.split(/\s+(?=\{)/);
  return { tool, input: rest.length > 0 ? JSON.parse(rest.join(" ")) : {} };
}

/** Appears whole or not at all, since a driver waits for the file. */
async function write(name, content) {
  if (!folder) return;
  await writeFile(join(folder, `${name}.partial`), JSON.stringify(content));
  await rename(join(folder, `${name}.partial`), join(folder, name));
}
