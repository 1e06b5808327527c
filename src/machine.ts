// The bundle of what is told of this machine: runtime, proxies, certificates, an administrator's file, hosts and their entries.
// It is loaded when somebody copies diagnostics.
export { findingsText, shareable } from "./node/doctor/finding.ts";
export { machineFindings } from "./node/doctor/machineFindings.ts";
