/**
 * The capabilities that the gateway declares: all of them. Only answers of the targets would tell which they have, and a
 * dead target must not keep a caller from connecting.
 */
export const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  completions: {},
  logging: {},
} as const;
