// What reads and changes the files of hosts, as a bundle of its own that is loaded where one of our entries is in such a file,
// or is to be.
export { readHostFile } from "./hosts/hostFile.ts";
export { openHostEntries } from "./node/hostFiles/openHostEntries.ts";
