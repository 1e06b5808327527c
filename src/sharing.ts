// The bundle of sign-ins that this editor shares with other programs by way of the keychain. It is loaded where there is one, or
// somebody wants to share one.
export { offerSharing, shareSignInCommand } from "./vscode/commands/shareSignInCommand.ts";
export { signOutOfCompanyCommand } from "./vscode/commands/signOutOfCompanyCommand.ts";
export { openSharedSignIns } from "./vscode/signIn/openSharedSignIns.ts";
