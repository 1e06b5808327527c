// The bundle of Connect Gateway: what finds a gateway and asks for what is missing, loaded when somebody connects one, or
// has to say which client they are where their gateway signs in by now.
export { connectCommand } from "./vscode/commands/connectCommand.ts";
export { askClientElsewhere } from "./vscode/connect/askClientElsewhere.ts";
export { connectSuggested } from "./vscode/connect/connectSuggested.ts";
export { followedLink } from "./vscode/connect/followedLink.ts";
