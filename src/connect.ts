// The bundle of Connect Gateway: what finds a gateway and asks for what is missing, loaded when somebody connects one.
export { connectCommand } from "./vscode/commands/connectCommand.ts";
