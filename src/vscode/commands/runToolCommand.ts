import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { GatewayRelay } from "../../connections/gatewayRelays.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { asFailure, GatewayFailure, isFailure } from "../../failures/failure.ts";
import { failureText } from "../../failures/failureText.ts";
import type { Log } from "../../lib/log.ts";
import type { Listed } from "../../relay/catalogue.ts";
import type { checkToolArguments } from "../../relay/toolArguments.ts";
import type { fieldValue, ToolField, toolForm } from "../../relay/toolForm.ts";
import { withCancellableProgress } from "../browserSignIn.ts";
import { showFailure } from "../showFailure.ts";
import type { ToolResults } from "../toolResults.ts";
import { chooseConnection } from "./signInCommands.ts";

export interface RunToolWorld {
  readonly gateways: Gateways;
  readonly results: ToolResults;
  readonly log: Log;
  /** What comes with the relay, since the validator is loaded with it. */
  readonly load: () => Promise<ToolParts>;
}

interface ToolParts {
  readonly toolForm: typeof toolForm;
  readonly fieldValue: typeof fieldValue;
  readonly checkToolArguments: typeof checkToolArguments;
}

type Arguments = Record<string, unknown>;

/** Run Gateway Tool…: pick a tool, enter its arguments, see the result in an editor. */
export async function runToolCommand(id: string | undefined, world: RunToolWorld): Promise<void> {
  const { gateways } = world;
  if (gateways.book.all.length === 0) {
    await vscode.commands.executeCommand("gatewayConnect.connect");
    return;
  }
  const connection = await chooseConnection("Run a tool of which gateway?", id, gateways.book.all, gateways);
  if (!connection) return;
  try {
    const relay = await gateways.relay(connection.id);
    if (!relay) return;
    const tool = await chooseTool(connection, relay);
    if (!tool) return;
    const args = await askArguments(tool, await world.load());
    if (!args) return;
    const name = String(tool.name);
    const result = await withCancellableProgress(`Running ${name}`, async (signal) => {
      try {
        return await relay.callTool(name, args, { signal });
      } catch (error) {
        if (signal.aborted) return undefined;
        throw error;
      }
    });
    if (result) await world.results.show(connection.name, name, args, result);
  } catch (error) {
    showFailure(error, world.log, connection.id);
  }
}

/** The tools as they are now; those it had last where they cannot be read without a person. */
async function chooseTool(connection: Connection, relay: GatewayRelay): Promise<Listed | undefined> {
  const tools = relay.listTools().catch((error: unknown) => {
    const known = relay.catalogue()?.tools ?? [];
    if (known.length === 0) throw error;
    return known;
  });
  const items = tools.then((all) =>
    all.map((tool) => ({
      label: String(tool.name),
      description: typeof tool.title === "string" ? tool.title : "",
      detail: typeof tool.description === "string" ? tool.description : "",
      tool,
    })),
  );
  await items;
  const options = { title: `Run a tool of ${connection.name}`, matchOnDetail: true, placeHolder: "Pick a tool" };
  return (await vscode.window.showQuickPick(items, options))?.tool;
}

async function askArguments(tool: Listed, parts: ToolParts): Promise<Arguments | undefined> {
  const name = String(tool.name);
  const { fieldValue } = parts;
  const form = parts.toolForm(tool);
  if (form.kind === "json") return askJson(tool, form.template, parts);
  const args: Arguments = {};
  for (const [index, field] of form.fields.entries()) {
    const step = form.fields.length > 1 ? ` (${index + 1}/${form.fields.length})` : "";
    const text = await askField(`${name}${step}`, field, (value) =>
      problemWith({ ...args, [field.name]: fieldValue(field, value) }, field, tool, parts),
    );
    if (text === undefined) return undefined;
    if (text !== "" || (field.required && field.type === "string")) args[field.name] = fieldValue(field, text);
  }
  parts.checkToolArguments(name, tool.inputSchema, args);
  return args;
}

async function askField(
  title: string,
  field: ToolField,
  problem: (value: string) => string | undefined,
): Promise<string | undefined> {
  const prompt = `${field.name}${field.required ? "" : " (optional)"}${field.description ? `: ${field.description}` : ""}`;
  if (field.choices.length > 0) {
    const none = "Leave empty";
    const items = field.required ? [...field.choices] : [...field.choices, none];
    const chosen = await vscode.window.showQuickPick(items, { title, placeHolder: prompt, ignoreFocusOut: true });
    return chosen === none ? "" : chosen;
  }
  return vscode.window.showInputBox({
    title,
    prompt,
    value: field.defaultValue,
    ignoreFocusOut: true,
    validateInput: (value) => {
      if (value === "") return field.required && field.type !== "string" ? "This one is needed." : undefined;
      return problem(value);
    },
  });
}

/** What the schema says about this one field; what it says about the others is not this field's fault. */
function problemWith(args: Arguments, field: ToolField, tool: Listed, parts: ToolParts): string | undefined {
  try {
    parts.checkToolArguments(String(tool.name), tool.inputSchema, args);
    return undefined;
  } catch (failure) {
    if (!isFailure(failure, "tool_arguments_invalid")) return asFailure(failure).message;
    return failure.facts.faults.find(
      (fault) => fault.startsWith(`${field.name}:`) || fault.startsWith(`${field.name}/`),
    );
  }
}

async function askJson(tool: Listed, template: string, parts: ToolParts): Promise<Arguments | undefined> {
  const text = await vscode.window.showInputBox({
    title: String(tool.name),
    prompt: "The arguments, as JSON",
    value: template,
    ignoreFocusOut: true,
    validateInput: (value) => {
      try {
        parts.checkToolArguments(String(tool.name), tool.inputSchema, parseObject(tool, value));
        return undefined;
      } catch (failure) {
        return failureText(asFailure(failure)).detail;
      }
    },
  });
  return text === undefined ? undefined : parseObject(tool, text);
}

function parseObject(tool: Listed, text: string): Arguments {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Arguments;
  } catch {
    // Said below: the parser's own words are about positions, not about what to type.
  }
  throw new GatewayFailure("tool_arguments_invalid", {
    tool: String(tool.name),
    faults: ["expected a JSON object such as {}"],
  });
}
