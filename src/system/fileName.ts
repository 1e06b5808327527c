/** Whether two names in one folder are the same file's: Windows does not tell upper from lower case in them. */
export const isSameName = (one: string, other: string, platform: NodeJS.Platform): boolean =>
  one === other || (platform === "win32" && one.toLowerCase() === other.toLowerCase());
