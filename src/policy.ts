// The bundle of the administrator's file: what reads it and says what it allows, loaded where there is such a file.
export { openPolicy } from "./node/policy/openPolicy.ts";
