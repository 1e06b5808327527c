import type { Json } from "./passThrough.ts";

/**
 * Everything that a server may turn out to have. A front declares it as long as only the answers of the servers behind
 * it would tell, since a dead server must not keep a caller from connecting.
 */
export const allCapabilities: Json = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  completions: {},
  logging: {},
};
