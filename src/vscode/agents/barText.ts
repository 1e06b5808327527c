import type { AgentBar } from "../../connections/agents/agentBar.ts";
import { agentBarText } from "../../connections/agents/agentBarText.ts";
import type { Connection } from "../../connections/connection.ts";
import { translate } from "../translate.ts";

/** The words for a rule that keeps a gateway's tools away, in the editor's language. */
export const barText = (bar: AgentBar, connection: Connection): string => agentBarText(bar, connection, translate);
