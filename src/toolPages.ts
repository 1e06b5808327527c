// The bundle of the pages of tools, resources and prompts, loaded with the first one that is opened or chosen.
export { createToolPages } from "./vscode/toolPages/toolPages.ts";
