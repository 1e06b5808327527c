import * as vscode from "vscode";

/** A moment, in milliseconds since the epoch, as the person's clock shows it. */
export const clockTime = (moment: number): string =>
  new Date(moment).toLocaleTimeString(vscode.env.language, { hour: "2-digit", minute: "2-digit" });
