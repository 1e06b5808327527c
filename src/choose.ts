// The bundle of Choose a Gateway: what lists the gateways and registries of an AWS account, loaded when somebody chooses there.
export { GatewayChooser } from "./vscode/choose/gatewayChooser.ts";
