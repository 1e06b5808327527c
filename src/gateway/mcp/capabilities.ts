/**
 * What the gateway says it can do. It says all of it, since which of it the targets have is known only when they
 * answer, and a dead one must not keep a caller from connecting.
 */
export const capabilities = {
  tools: { listChanged: true },
  prompts: { listChanged: true },
  resources: { listChanged: true, subscribe: true },
  completions: {},
  logging: {},
} as const;
