/** Every command, as the manifest declares it and the editor's palette, menus and other extensions run it. */
export const commandIds = [
  "connect",
  "connectAsMachine",
  "connectWithCode",
  "importMcpRemote",
  "signIn",
  "signInWithCode",
  "useAnotherAccount",
  "signOut",
  "changeSecret",
  "removeGateway",
  "addToMcpJson",
  "writeChange",
  "discardChange",
  "cleanUp",
  "runTool",
  "openTool",
  "openResource",
  "openPrompt",
  "explainAccess",
  "clearMcpRemote",
  "startLocalGateway",
  "stopLocalGateway",
  "startSandbox",
  "stopSandbox",
  "showLog",
  "showMenu",
  "copyDiagnostics",
  "pasteRedirect",
  "refreshGateway",
  "renameGateway",
  "copyAddress",
  "openSettings",
  "findTool",
  "hideTool",
  "showTool",
] as const;

export type CommandId = (typeof commandIds)[number];

/** The name that the editor knows a command by. */
export const commandName = (id: CommandId): `gatewayConnect.${CommandId}` => `gatewayConnect.${id}`;
