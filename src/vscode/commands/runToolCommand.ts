import * as vscode from "vscode";
import type { Connection } from "../../connections/connection.ts";
import type { GatewayRelay } from "../../connections/gatewayRelays.ts";
import type { Gateways } from "../../connections/gateways.ts";
import { asFailure, GatewayFailure, isFailure } from "../../failures/failure.ts";
import type { Listed } from "../../relay/catalogue.ts";
import type { checkToolArguments } from "../../relay/toolArguments.ts";
import type { fieldValue, ToolField, toolForm } from "../../relay/toolForm.ts";
import { withCancellableProgress } from "../cancellableProgress.ts";
import { failureWords } from "../failureWords.ts";
import { milestones } from "../milestones.ts";
import type { ToolResults } from "../views/toolResults.ts";
import { chooseConnection } from "./chooseConnection.ts";
import { type CommandRun, connectionArgument, toolArgument } from "./command.ts";
import { executeCommand } from "./executeCommand.ts";

/** What the relay's bundle brings, since it has the validator. */
interface ToolParts {
  readonly toolForm: typeof toolForm;
  readonly fieldValue: typeof fieldValue;
  readonly checkToolArguments: typeof checkToolArguments;
}

export interface RunToolWorld {
  readonly gateways: Gateways;
  readonly results: ToolResults;
  readonly load: () => Promise<ToolParts>;
}

/** A tool whose arguments are asked for, with what reads and checks them. */
interface AskedTool extends ToolParts {
  readonly tool: Listed;
  readonly name: string;
}

type Arguments = Record<string, unknown>;

/** **Run Gateway Tool…**: pick a tool, enter its arguments, see the result in an editor. */
export async function runToolCommand(run: CommandRun, { gateways, results, load }: RunToolWorld): Promise<void> {
  if (gateways.book.all.length === 0) {
    await executeCommand("connect");
    return;
  }
  const asked = { title: "Run a tool of which gateway?", id: connectionArgument(run), choices: gateways.book.all };
  const connection = await chooseConnection(asked, gateways);
  if (!connection) return;
  run.about(connection.id);
  const relay = await gateways.relay(connection.id);
  const tool = relay && (await chooseTool(connection, relay, toolArgument(run)));
  if (!tool) return;
  const name = String(tool.name);
  const args = await askArguments({ tool, name, ...(await load()) });
  if (!args) return;
  const result = await withCancellableProgress(`Running ${name}`, async (signal) => {
    try {
      return await relay.own.callTool(name, args, { signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      throw error;
    }
  });
  if (!result) return;
  void milestones.toolRun();
  await results.show({ gateway: connection.name, tool: name, args, result });
}

/** Lets the person choose among the tools as they are now, or as they were last where listing them needs a sign-in. */
async function chooseTool(
  connection: Connection,
  relay: GatewayRelay,
  name: string | undefined,
): Promise<Listed | undefined> {
  const meant = name === undefined ? undefined : relay.catalogue()?.tools.find((tool) => tool.name === name);
  if (meant) return meant;
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

async function askArguments(asked: AskedTool): Promise<Arguments | undefined> {
  const { tool, name, toolForm, fieldValue, checkToolArguments } = asked;
  const form = toolForm(tool);
  if (form.kind === "json") return askJson(asked, form.template);
  const args: Arguments = {};
  for (const [index, field] of form.fields.entries()) {
    const step = form.fields.length > 1 ? ` (${index + 1}/${form.fields.length})` : "";
    const text = await askField(`${name}${step}`, field, (value) =>
      problemWith({ ...args, [field.name]: fieldValue(field, value) }, field, asked),
    );
    if (text === undefined) return undefined;
    if (text !== "" || (field.required && field.type === "string")) args[field.name] = fieldValue(field, text);
  }
  checkToolArguments(name, tool.inputSchema, args);
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

/** What the schema says about one field: the others may not have been entered yet. */
function problemWith(args: Arguments, field: ToolField, asked: AskedTool): string | undefined {
  try {
    asked.checkToolArguments(asked.name, asked.tool.inputSchema, args);
    return undefined;
  } catch (failure) {
    if (!isFailure(failure, "tool_arguments_invalid")) return asFailure(failure).message;
    return failure.facts.faults.find(
      (fault) => fault.startsWith(`${field.name}:`) || fault.startsWith(`${field.name}/`),
    );
  }
}

async function askJson(
  { tool, name, checkToolArguments }: AskedTool,
  template: string,
): Promise<Arguments | undefined> {
  const text = await vscode.window.showInputBox({
    title: name,
    prompt: "The arguments, as JSON",
    value: template,
    ignoreFocusOut: true,
    validateInput: (value) => {
      try {
        checkToolArguments(name, tool.inputSchema, parseObject(name, value));
        return undefined;
      } catch (failure) {
        return failureWords(asFailure(failure)).detail;
      }
    },
  });
  return text === undefined ? undefined : parseObject(name, text);
}

function parseObject(tool: string, text: string): Arguments {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Arguments;
  } catch {
    // The failure below says what to type; the parser would only name a position.
  }
  throw new GatewayFailure("tool_arguments_invalid", {
    tool,
    faults: ["expected a JSON object such as {}"],
  });
}
