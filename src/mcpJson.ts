// The bundle that reads and changes hosts' files, loaded when one of our entries is in such a file or is to be added.
export { formatOf } from "./hosts/formats/formats.ts";
export { findHostFiles } from "./node/hostFiles/findHostFiles.ts";
export { openHostEntries } from "./node/hostFiles/openHostEntries.ts";
