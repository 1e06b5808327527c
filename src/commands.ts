// The bundle of the commands and of the words of failures, loaded with the first command or failure.

export { barText } from "./vscode/agents/barText.ts";
export { createCommands } from "./vscode/commands/commands.ts";
export { failureWords } from "./vscode/messages/failureWords.ts";
export { showFailure } from "./vscode/messages/showFailure.ts";
export { EditorSignIn } from "./vscode/signIn/editorSignIn.ts";
