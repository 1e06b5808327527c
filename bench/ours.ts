/**
 * What the measurements run of a revision's own sources in their process; its programs come from `dist/`.
 *
 * It is built once for this revision and once for the one given with `--before`, from that one's `bench/ours.ts`. So
 * these names have to stay, and whoever moves a source moves the line here.
 */
export { authorize } from "../src/agentcore/authorizer/authorizer.ts";
export { signingKeys } from "../src/agentcore/authorizer/signingKeys.ts";
export { nodeSignatureCheck, nodeTokenHash } from "../src/gateway/nodeTokenCrypto.ts";
export { startGateway } from "../src/gateway/startGateway.ts";
export { announceWindow } from "../src/node/bridge/windowAnnouncement.ts";
export { coreSignIn } from "../test/support/coreSignIn.ts";
export { startRelayHost } from "./relayHost.ts";
