// What follows an act of the person or a failure, as a bundle of its own that is loaded with the first of them: the commands,
// and the words of failures.
export { createCommands } from "./vscode/commands/commands.ts";
export { failureWords } from "./vscode/failureWords.ts";
export { showFailure } from "./vscode/showFailure.ts";
