// The bundle of the commands and of the words of failures, loaded with the first command or failure.

export { barText } from "./vscode/barText.ts";
export { BrowserSignIn } from "./vscode/browserSignIn.ts";
export { createCommands } from "./vscode/commands/commands.ts";
export { failureWords } from "./vscode/failureWords.ts";
export { showFailure } from "./vscode/showFailure.ts";
