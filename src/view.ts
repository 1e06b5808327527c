// The bundle of the view of all gateways and of the commands that are found there, loaded when one of them is first wanted.
export { consentAgainCommand, openConsentPortalCommand } from "./vscode/commands/consentCommands.ts";
export { directModeCommand } from "./vscode/commands/directModeCommand.ts";
export {
  copyAddressCommand,
  hideToolCommand,
  newPolicySessionCommand,
  refreshGatewayCommand,
  renameGatewayCommand,
} from "./vscode/commands/gatewayCommands.ts";
export { copySetUpLinkCommand } from "./vscode/connect/copySetUpLinkCommand.ts";
export { askConsent } from "./vscode/views/askConsent.ts";
export { createTreeItems } from "./vscode/views/treeItems.ts";
