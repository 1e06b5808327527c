/** The list methods, the field their items are in, and the capability that has to be declared for them. */
export const lists = {
  "tools/list": { field: "tools", capability: "tools", changed: "notifications/tools/list_changed" },
  "prompts/list": { field: "prompts", capability: "prompts", changed: "notifications/prompts/list_changed" },
  "resources/list": { field: "resources", capability: "resources", changed: "notifications/resources/list_changed" },
  "resources/templates/list": {
    field: "resourceTemplates",
    capability: "resources",
    changed: "notifications/resources/list_changed",
  },
} as const;

export type ListMethod = keyof typeof lists;

export const listMethods = Object.keys(lists) as readonly ListMethod[];

export function isListMethod(method: string): method is ListMethod {
  return Object.hasOwn(lists, method);
}
