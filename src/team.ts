// The bundle of what a repository suggests in .vscode/gateways.json, loaded where a trusted workspace has such a file.
export { Suggestions } from "./vscode/team/suggestions.ts";
