// The bundle of what looks at the traffic of gateways, loaded when somebody first does.
export { createTrafficCommands } from "./vscode/traffic/trafficCommands.ts";
