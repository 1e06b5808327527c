/** The list methods: the field of their items, the capability they need, and the notification that they changed. */
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

export const isListMethod = (method: string): method is ListMethod => Object.hasOwn(lists, method);

/** The list methods whose items have changed, according to a notification. */
export const changedLists = (notification: string): readonly ListMethod[] =>
  listMethods.filter((method) => lists[method].changed === notification);
