import { median } from "../../bench/statistics.ts";
import type { FirstMinuteWay } from "../../test/support/vscode/firstMinute.ts";

export const firstMinuteFile = "docs/first-minute.md";

export interface MeasuredWay extends Pick<FirstMinuteWay, "id" | "confirmations"> {
  /** Those of each run. */
  readonly seconds: readonly number[];
}

interface Words {
  readonly title: string;
  /** What was counted of an earlier version, where that way was there. */
  readonly before?: { readonly confirmations: number; readonly seconds: number };
}

const words: Readonly<Record<FirstMinuteWay["id"], Words>> = {
  address: { title: "The address of a gateway", before: { confirmations: 9, seconds: 7.5 } },
  link: { title: "The link of a gateway, from a wiki" },
  companyLink: { title: "The same at a company with one sign-in for all its gateways" },
  import: { title: "An entry of mcp-remote" },
  sandbox: { title: "*Try the Sandbox*", before: { confirmations: 10, seconds: 11 } },
  companySandbox: { title: "The sandbox of a company" },
  addServer: { title: "VS Code's own *MCP: Add Server…*, until one is signed in" },
};

/** The page on what the first result of a tool takes. */
export function firstMinutePage(measured: readonly MeasuredWay[]): string {
  const runs = Math.min(...measured.map(({ seconds }) => seconds.length));
  const rows = measured.map(({ id, confirmations, seconds }) => {
    const { title, before } = words[id];
    const then = before ? [String(before.confirmations), before.seconds.toFixed(1)] : ["–", "–"];
    return `| ${[title, then[0], String(confirmations.length), then[1], median(seconds).toFixed(1)].join(" | ")} |`;
  });
  const lists = measured.map(
    ({ id, confirmations }) => `- ${words[id].title}: ${confirmations.map((one) => `*${plain(one)}*`).join(", ")}.`,
  );
  return `# The first minute

What it takes from an editor in which the extension was just installed to the first result of a tool, in clicks and seconds.
\`npm run first-minute\` writes this page: it walks each way in a real VS Code, as a person would, whole: the pages of the identity
provider too. \`test/ide/firstMinute.test.ts\` holds each way to its clicks. Seconds are of a program that reads nothing and
waits for nothing but what is on the screen, with an editor that has shown a page before, the
median of ${runs} runs, and are of the machine that took them.

| way | clicks before | clicks now | seconds before | seconds now |
|---|---:|---:|---:|---:|
${rows.join("\n")}

A click is one of the mouse, or an Enter after something was typed or chosen. It begins in the view *MCP Gateways* with nothing
connected, which its icon opens, and the walkthrough has the same buttons. To go back from the browser to the editor is not
counted. *Before* is the version that had no such view. VS Code's own way ends with a tool that only an agent can call, so
that a chat model has to be set up besides for a result: it is walked until the provider sends the browser back, and where it needs
least, with a provider that lets clients register themselves and the setting by which servers start by themselves.

A link is followed in the editor, where its own question whether the extension may open it comes first; a browser may ask one more
before it hands a link on. At the company its set-up of computers has brought the identity provider and the client of the gateway:
one such page signs a person in to every gateway.

One by one:

${lists.join("\n")}

*Try the Sandbox* leads to the open page of its tool *Who am I* in three clicks; the last one runs it. The provider of the sandbox
asks no second question whether the editor may act for its person, because they came by that button.
`;
}

const plain = (text: string): string => text.replaceAll("*", "");
