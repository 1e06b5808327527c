import type { Translate } from "../../failures/translate.ts";
import { foreignText } from "../../lib/foreignText.ts";
import { escapeMarkdown } from "../gatewayStatus.ts";
import { joined, type NodeLook } from "./nodeLook.ts";
import type { SuggestionNode } from "./suggestedFile.ts";

/** How an item looks that suggests something. What it says is somebody else's, and shown as such. */
export function suggestionLook(node: SuggestionNode, say: Translate): NodeLook {
  switch (node.kind) {
    case "suggestedFile": {
      const { folder, path } = node.suggested;
      const label = say("Suggested by this workspace");
      return {
        label,
        description: folder === undefined ? undefined : foreignText(folder),
        ...{ icon: "lightbulb", opens: "expanded", context: "suggestedFile" },
        spoken: joined([label, folder]),
        tooltip: [
          escapeMarkdown(path),
          escapeMarkdown(
            say("Nothing was asked of these gateways yet. Connect one only if you know who maintains this workspace."),
          ),
        ],
      };
    }
    case "suggestion": {
      const { name, url } = node.gateway;
      const { host } = new URL(url);
      const label = name === undefined ? host : foreignText(name, 80);
      return {
        label,
        description: name === undefined ? undefined : host,
        ...{ icon: "plug", context: "suggestion", click: "connectSuggested" },
        spoken: say("Suggested gateway {0}, not connected", label),
        tooltip: [`**${escapeMarkdown(label)}**`, escapeMarkdown(url)],
      };
    }
    case "refusedEntry": {
      const { line, column, path, problem } = node.fault;
      const what = foreignText(path === "" ? problem : `${path}: ${problem}`);
      const label = say("Not used: line {0}", line);
      return {
        label,
        description: what,
        ...{ icon: "warning", color: "list.warningForeground", context: "refusedEntry", click: "openSuggestions" },
        spoken: joined([label, what]),
        tooltip: [escapeMarkdown(say("Line {0}, column {1}: {2}", line, column, what))],
      };
    }
  }
}
