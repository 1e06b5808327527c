// The bundle that reads and changes hosts' files, loaded when one of our entries is in such a file or is to be added, and when
// settings.json is opened at a gateway.
export { formatOf } from "./hosts/formats/formats.ts";
export { memberOffset } from "./lib/json/memberOffset.ts";
export { findHostFiles } from "./node/hostFiles/findHostFiles.ts";
export { openHostEntries } from "./node/hostFiles/openHostEntries.ts";
