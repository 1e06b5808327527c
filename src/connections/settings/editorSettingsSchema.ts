import { toolRulesSchema } from "../toolRules/readToolRules.ts";
import { enterpriseSchema } from "./enterpriseSetting.ts";
import type { Settings } from "./setting.ts";

/** What can be set for the editor and for no gateway in particular. The editor's own settings check it where it is used. */
export const editorSettings = {
  // A workspace may set it too: every place narrows what the others leave.
  tools: { schema: toolRulesSchema, default: {}, scope: "window" },
  "mcpJson.writeOnConnect": {
    schema: { type: "string", enum: ["ask", "always", "never"] },
    default: "ask",
  },
  "mcpJson.disableOnSignOut": { schema: { type: "boolean" }, default: false },
  "mcpJson.runtime": { schema: { type: "string" }, default: "", scope: "machine" },
  // Neither a workspace nor a link says whom a person's identity is sent to.
  enterpriseIdentityProvider: { schema: enterpriseSchema, default: {} },
} satisfies Settings;
