// The bundle of Gateway Settings, loaded when somebody opens them.
export { openSettingsCommand } from "./vscode/settings/openSettingsCommand.ts";
