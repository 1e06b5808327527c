/** The commands that a click on an item runs. */
export type NodeClick =
  | "openTool"
  | "openResource"
  | "openPrompt"
  | "refreshGateway"
  | "signIn"
  | "explainAccess"
  | "connectSuggested"
  | "openSuggestions";

/** How an item of the view looks; `icon` is one of the editor's own (codicon), `color` one of its theme's. */
export interface NodeLook {
  readonly label: string;
  readonly description?: string | undefined;
  readonly icon?: string;
  readonly color?: string;
  /** Whether it stands back behind the others. */
  readonly isFaint?: boolean;
  readonly opens?: "collapsed" | "expanded";
  /** What menus know it by: its kind, then what is true of it, with dots before each. */
  readonly context: string;
  /** What a screen reader says. */
  readonly spoken: string;
  /** What a click or Enter does. */
  readonly click?: NodeClick;
  /** Markdown of texts that were cleaned and escaped, a paragraph each. */
  readonly tooltip?: readonly string[];
}

/** Parts of a description, one behind the other. */
export const joined = (parts: readonly (string | undefined)[]): string =>
  parts.filter((part) => part !== undefined && part !== "").join(" · ");

/** The words by which menus know an item. */
export const contextOf = (kind: string, truths: Readonly<Record<string, boolean>> = {}): string =>
  [kind, ...Object.keys(truths).filter((truth) => truths[truth])].join(".");
