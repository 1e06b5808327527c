import type { Translate } from "../../failures/translate.ts";
import { foreignText } from "../../lib/foreignText.ts";
import type { ToolDenial } from "../agents/toolDenials.ts";
import { escapeMarkdown } from "../gatewayStatus.ts";
import type { KeptBack } from "../toolRules/keptBack.ts";
import type { TreeWords } from "./gatewayLook.ts";
import { keptBackText } from "./keptBackText.ts";
import { contextOf, joined, type NodeLook } from "./nodeLook.ts";
import type { ShownItem, ShownTool } from "./shownCatalogue.ts";
import type { LocalProgram } from "./treeNode.ts";

/** How a target looks: an MCP server behind a gateway. */
export const targetLook = (
  target: string,
  { tools, denied }: { readonly tools: number; readonly denied: number },
  say: Translate,
): NodeLook => {
  const some = denied === 0 ? undefined : say("{0} denied", denied);
  return {
    label: target,
    description: joined([String(tools), some]),
    ...{ icon: "server", opens: "collapsed", context: "target" },
    spoken: joined([
      tools === 1 ? say("Target {0}, 1 tool", target) : say("Target {0}, {1} tools", target, tools),
      some,
    ]),
  };
};

/** What is known of a tool besides what the gateway lists. */
export interface ToolStanding {
  /** Why agents do not have it, where they do not. */
  readonly kept: KeptBack | undefined;
  /** Set where its last call was denied. */
  readonly denial: ToolDenial | undefined;
  /** What the editor finds wrong with its schema, for which its agent does not get it; empty where nothing is known. */
  readonly invalid: readonly string[];
}

/** What the editor does not take in the name of a tool (VS Code, `mcpServer.ts`): it puts `_` in its place. */
const notInNames = /[^a-z0-9_-]/gi;

/**
 * How a tool looks: one that says of itself that it destroys things is marked, one that agents are not shown is faint, one
 * that was denied says by what and when, and one that the editor leaves out says why.
 */
export function toolLook(tool: ShownTool, { kept, denial, invalid }: ToolStanding, words: TreeWords): NodeLook {
  const { say } = words;
  const denied = denial && deniedText(denial, words);
  const why = kept && keptBackText(kept, say);
  const left = invalid.length > 0 ? say("left out by the editor, schema not valid") : undefined;
  const { label, detail, described, name, isDestructive, isOpenWorld, isReadOnly } = tool;
  const elsewhere = name.replace(notInNames, "_");
  const marks = [
    isDestructive ? say("It may destroy things.") : undefined,
    isOpenWorld ? say("It reaches beyond the gateway's own data.") : undefined,
    isReadOnly ? say("It only reads.") : undefined,
    elsewhere === name ? undefined : say("The editor's agent knows it as {0}.", elsewhere),
    why?.sentence,
  ].filter((mark) => mark !== undefined);
  return {
    label,
    description: why?.short ?? denied ?? left ?? detail,
    isFaint: kept !== undefined,
    ...(kept
      ? { icon: "eye-closed" }
      : denial
        ? { icon: "circle-slash", color: "list.errorForeground" }
        : left
          ? { icon: "circle-slash", color: "list.warningForeground" }
          : isDestructive
            ? { icon: "warning", color: "list.warningForeground" }
            : { icon: "tools" }),
    context: contextOf("tool", {
      destructive: isDestructive,
      hidden: kept?.kind === "hidden",
      shown: !kept,
      denied: denial !== undefined,
    }),
    spoken: joined([
      isDestructive ? say("Tool {0}, may destroy things", label) : say("Tool {0}", label),
      why?.short,
      denied,
      left,
    ]),
    click: "openTool",
    tooltip: [
      ...[`**${escapeMarkdown(label)}**`, escapeMarkdown(name)],
      ...(denied === undefined ? [] : [`**${escapeMarkdown(denied)}**`, ...reasonOf(denial, words)]),
      ...(left === undefined
        ? []
        : [
            `**${escapeMarkdown(say("The editor's agent does not get it, since the editor finds its schema not valid. It can be run here."))}**`,
            ...invalid.map(escapeMarkdown),
          ]),
      ...[described, ...marks].filter((text) => text !== "").map(escapeMarkdown),
    ],
  };
}

/** When a tool was denied, and by what. */
function deniedText({ failure, at }: ToolDenial, { say, time }: TreeWords): string {
  if (failure.code === "policy_denied" && failure.facts.policy !== undefined) {
    const named = foreignText(failure.facts.policy);
    return named.includes(", ")
      ? say("denied at {0} by the policies {1}", time(at), named)
      : say("denied at {0} by the policy {1}", time(at), named);
  }
  if (failure.code === "policy_denied" && failure.facts.permittedByNone)
    return say("denied at {0}, no policy permits it", time(at));
  if (failure.code === "aws_permission_missing")
    return say("denied at {0}, {1} is missing", time(at), foreignText(failure.facts.permission));
  return say("denied at {0}", time(at));
}

/** Why, and what to do, in the failure's own words. */
function reasonOf(denial: ToolDenial | undefined, { failureWords, say }: TreeWords): readonly string[] {
  if (!denial) return [];
  const { title, detail, nextStep } = failureWords(denial.failure);
  const until = say("This is shown until a call of it passes, or until you refresh the gateway.");
  return [title, detail, nextStep, until].filter((text) => text !== "").map(escapeMarkdown);
}

/** How the resources or the prompts of a gateway look together. */
export const groupLook = (kind: "resources" | "prompts", count: number, say: Translate): NodeLook => {
  const label = kind === "resources" ? say("Resources") : say("Prompts");
  return {
    label,
    description: String(count),
    ...{ icon: kind === "resources" ? "files" : "comment-discussion", opens: "collapsed", context: kind },
    spoken: `${label}, ${count}`,
  };
};

/** How a resource, a template of resources or a prompt looks. */
export const itemLook = (kind: "resource" | "prompt", item: ShownItem, say: Translate): NodeLook => {
  const { label, detail, described } = item;
  return {
    ...{ label, description: detail },
    ...{ icon: kind === "resource" ? "file" : "comment", context: kind },
    spoken: kind === "resource" ? say("Resource {0}", label) : say("Prompt {0}", label),
    click: kind === "resource" ? "openResource" : "openPrompt",
    tooltip: [`**${escapeMarkdown(label)}**`, ...[detail, described].filter((text) => text !== "").map(escapeMarkdown)],
  };
};

/** What is to be mended first. A click explains it. */
export const findingLook = (finding: string): NodeLook => ({
  label: foreignText(finding),
  ...{ icon: "lightbulb", context: "finding", spoken: foreignText(finding), click: "explainAccess" },
  tooltip: [escapeMarkdown(finding)],
});

/** What stands in the place of a list. */
export function hintLook(
  kind: "notListed" | "empty" | "left",
  { isSignedOut, left }: { readonly isSignedOut: boolean; readonly left: number },
  say: Translate,
): NodeLook {
  const hint = (label: string): NodeLook => ({ label, context: kind, spoken: label });
  if (kind === "empty") return hint(say("It has no tools, resources or prompts."));
  if (kind === "left") return hint(say("{0} more are not shown.", left));
  if (isSignedOut) return { ...hint(say("Sign in to see its tools.")), icon: "sign-in", click: "signIn" };
  return { ...hint(say("Not listed yet.")), icon: "refresh", click: "refreshGateway" };
}

/** How the section of what runs on this machine looks. */
export const localLook = (say: Translate): NodeLook => ({
  label: say("Local"),
  ...{ opens: "expanded", context: "local", icon: "vm" },
  spoken: say("Gateways on this machine"),
});

/**
 * How a gateway or sandbox on this machine looks.
 *
 * @param connectedAs the name of the connection to it, where there is one
 */
export function programLook(
  { kind, name, url, file, notRun = [] }: LocalProgram,
  connectedAs: string | undefined,
  say: Translate,
): NodeLook {
  const label = kind === "localGateway" ? name : name === "" ? say("Sandbox") : say("Sandbox ({0})", name);
  const { port } = new URL(url);
  const connected =
    connectedAs === undefined
      ? undefined
      : connectedAs === label
        ? say("connected")
        : say("connected as {0}", connectedAs);
  const elsewhere = onlyAtAws(notRun.length, say);
  return {
    label,
    description: joined([`:${port}`, connected, elsewhere]),
    ...{ icon: "vm-running", color: "testing.iconPassed" },
    context: contextOf("program", { [kind]: true, connected: connectedAs !== undefined }),
    spoken: joined([label, say("runs at port {0}", port), connected, elsewhere]),
    tooltip: [
      `**${escapeMarkdown(label)}**`,
      escapeMarkdown(url),
      ...(file === undefined ? [] : [escapeMarkdown(file)]),
      ...(elsewhere === undefined ? [] : [`**${escapeMarkdown(elsewhere)}**`, ...notRun.map(escapeMarkdown)]),
    ],
  };
}

function onlyAtAws(targets: number, say: Translate): string | undefined {
  if (targets === 0) return undefined;
  return targets === 1 ? say("1 target runs at AWS only") : say("{0} targets run at AWS only", targets);
}
