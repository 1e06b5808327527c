// The bundle of the socket that leads to the relays of this window, loaded when an editor asks for its servers, or a host for one.
export { startRelayWindow } from "./node/bridge/relayWindow.ts";
