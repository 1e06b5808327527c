/**
 * What a person reads before a page of this program's own, where the bridge started it and their editor is signed in already.
 * It names a command of that editor: there is one, with no window open.
 */
export const editorHint = (gateway: string): string =>
  `Your editor is signed in to ${gateway} already, and keeps that sign-in to itself. Its command "Gateway Connect: Share Sign-In with Programs on This Computer" lets this program use it, without a page.`;
