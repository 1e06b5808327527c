/**
 * What a person reads before a page of this program's own, where the bridge started it and their editor is signed in already.
 * It names a command of that editor: there is one, with no window open.
 */
export const editorHint = (gateway: string): string =>
  `Your editor is signed in to ${gateway} already, and keeps that sign-in to itself. Its command "Gateway Connect: Share Sign-In with Programs on This Computer" lets this program use it, without a page.`;

/** The same of a client that signs in as itself, whose secret was typed into that editor: nothing of it can be shared. */
export const editorSecretHint = (gateway: string): string =>
  `The secret that was typed for the client at ${gateway} is known to your editor alone. Say in its setting gatewayConnect.gateways where the secret or key is read, as clientSecret or privateKey: this program reads it there too.`;
