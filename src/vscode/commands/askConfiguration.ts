import * as vscode from "vscode";
import type { readAuthorizer } from "../../agentcore/authorizer/readAuthorizer.ts";
import { getGatewayCommand } from "../../diagnosis/getGatewayCommand.ts";
import { decodedText } from "../../lib/decodedText.ts";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { readRegularFile } from "../../system/readRegularFile.ts";
import { copyText } from "../copyText.ts";
import { tellFact } from "../messages/tellFact.ts";
import { shownPath } from "../shownPath.ts";
import { translate } from "../translate.ts";

/** Asks for the gateway's configuration until it can be read, or the person gives up. It is kept for this session only. */
export async function askConfiguration(url: string, read: typeof readAuthorizer): Promise<string | undefined> {
  const command = getGatewayCommand(url);
  const fromClipboard = {
    label: `$(clippy) ${translate("Paste from the Clipboard")}`,
    detail: translate("What get-gateway printed, or customJWTAuthorizer alone"),
  };
  const fromFile = {
    label: `$(folder-opened) ${translate("Choose a File…")}`,
    detail: translate("JSON; comments may be in it"),
  };
  const copyCommand = { label: `$(terminal) ${translate("Copy the Command That Prints It")}`, detail: command ?? "" };
  const title = translate("The Gateway's Configuration");
  const chosen = await vscode.window.showQuickPick([fromClipboard, fromFile, ...(command ? [copyCommand] : [])], {
    title,
  });
  if (chosen === copyCommand) {
    await copyText(command ?? "", translate("Copied. Run it, copy what it prints, and paste that."), 6_000);
    return undefined;
  }
  const text =
    chosen === fromClipboard ? await vscode.env.clipboard.readText() : chosen && (await readChosenFile(title));
  if (text === undefined) return undefined;
  const configuration = read(text);
  if (configuration.kind !== "faulty") return text;
  const [first] = configuration.faults;
  const where = first?.path ? `${first.path}: ` : "";
  const said = translate(
    "This is not the configuration of a gateway. Line {0}, column {1}: {2}{3}.",
    first?.line ?? 1,
    first?.column ?? 1,
    where,
    first?.problem ?? "",
  );
  const retry = translate("Try Again");
  if ((await vscode.window.showErrorMessage(said, { modal: true }, retry)) !== retry) return undefined;
  return await askConfiguration(url, read);
}

async function readChosenFile(title: string): Promise<string | undefined> {
  const [file] = (await vscode.window.showOpenDialog({ title, filters: { JSON: ["json", "jsonc"] } })) ?? [];
  if (!file) return undefined;
  const found = await readRegularFile(file.fsPath, MAX_DOCUMENT_BYTES);
  if (found.kind === "read") return decodedText(found.bytes);
  const reasons = { absent: translate("it is not there"), locked: translate("another program has it open") } as const;
  const reason = found.kind === "unreadable" ? found.reason : reasons[found.kind];
  void tellFact(translate("{0} was not read: {1}.", shownPath(file.fsPath), reason), { severity: "error" });
  return undefined;
}
