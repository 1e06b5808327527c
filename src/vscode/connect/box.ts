import * as vscode from "vscode";

/** How a question of the dialog ended. */
export type Answer =
  | { readonly kind: "answered"; readonly text: string }
  | { readonly kind: "back" }
  | { readonly kind: "cancelled" };

/** A button in the box. What `press` returns takes the place of what was typed. */
export interface BoxButton {
  readonly icon: string;
  readonly tooltip: string;
  readonly press: (text: string) => Promise<string | undefined>;
  /** Whether the question is over with it, without an answer. */
  readonly ends?: boolean;
}

export interface BoxQuestion {
  readonly title: string;
  readonly prompt: string;
  readonly placeholder?: string;
  /** What stands in the box already. */
  readonly value?: string | undefined;
  /** What is wrong with that. It goes away as soon as something else is typed. */
  readonly problem?: string | undefined;
  readonly isSecret?: boolean;
  readonly canGoBack?: boolean;
  readonly buttons?: readonly BoxButton[];
  /** What is wrong with a text while it is typed. */
  readonly validate?: (text: string) => string | undefined;
  /** What is wrong with a text that was accepted. It may ask a server: the box stays, and is busy meanwhile. */
  readonly check?: (text: string, signal: AbortSignal) => Promise<string | undefined>;
}

/** Asks in the editor's input box, with Back, and keeps what was typed where it is not good yet. */
export function askInBox(question: BoxQuestion): Promise<Answer> {
  const { title, prompt, placeholder, value, problem, isSecret, canGoBack, buttons = [], validate, check } = question;
  const box = vscode.window.createInputBox();
  const own = buttons.map(({ icon, ...button }) => ({ iconPath: new vscode.ThemeIcon(icon), ...button }));
  const ended = new AbortController();
  let isElsewhere = false;
  box.title = title;
  box.prompt = prompt;
  box.placeholder = placeholder;
  box.value = value ?? "";
  box.password = isSecret ?? false;
  box.ignoreFocusOut = true;
  box.validationMessage = problem;
  box.buttons = [...(canGoBack ? [vscode.QuickInputButtons.Back] : []), ...own];
  return new Promise((resolve) => {
    const end = (answer: Answer) => {
      resolve(answer);
      ended.abort();
      box.dispose();
    };
    box.onDidChangeValue((text) => {
      box.validationMessage = validate?.(text);
    });
    box.onDidTriggerButton(async (button) => {
      if (button === vscode.QuickInputButtons.Back) return end({ kind: "back" });
      isElsewhere = true;
      const pressed = own.find((one) => one === button);
      const text = await pressed?.press(box.value);
      if (pressed?.ends) return end({ kind: "cancelled" });
      isElsewhere = false;
      if (text !== undefined) {
        box.value = text;
        box.validationMessage = undefined;
      }
      box.show();
    });
    box.onDidAccept(async () => {
      const text = box.value.trim();
      box.validationMessage = validate?.(text);
      if (box.validationMessage !== undefined) return;
      box.busy = true;
      box.enabled = false;
      const wrong = await check?.(text, ended.signal);
      if (ended.signal.aborted) return;
      if (wrong === undefined) return end({ kind: "answered", text });
      box.busy = false;
      box.enabled = true;
      box.validationMessage = wrong;
    });
    box.onDidHide(() => {
      if (!isElsewhere) end({ kind: "cancelled" });
    });
    box.show();
  });
}
