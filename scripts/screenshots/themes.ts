/** A look of the editor, as its settings name it, and how the window says that it has it. */
export interface Theme {
  readonly name: "light" | "dark" | "hc" | "hc-light";
  readonly setting: string;
  readonly className: string;
}

export const themes: readonly Theme[] = [
  { name: "dark", setting: "Dark Modern", className: "vs-dark" },
  { name: "light", setting: "Light Modern", className: "vs" },
  { name: "hc", setting: "Default High Contrast", className: "hc-black" },
  { name: "hc-light", setting: "Default High Contrast Light", className: "hc-light" },
];
