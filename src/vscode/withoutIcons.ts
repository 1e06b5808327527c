/** A text of somebody else's for a place where the editor makes icons of `$(name)`: it shows the characters instead. */
export const withoutIcons = (text: string): string => text.replaceAll("$(", "\\$(");
