import type { Settings } from "./setting.ts";

/** What can be set for the editor and for no gateway in particular. The editor's own settings check it where it is used. */
export const editorSettings = {
  "mcpJson.writeOnConnect": {
    schema: { type: "string", enum: ["ask", "always", "never"] },
    default: "ask",
  },
  "mcpJson.disableOnSignOut": { schema: { type: "boolean" }, default: false },
  "mcpJson.runtime": { schema: { type: "string" }, default: "", scope: "machine" },
} satisfies Settings;
