/** What the proxies' packages log with is left out of the programs: it would print whole requests where DEBUG is set. */
const noDebug = () => Object.assign(() => {}, { enabled: false });

// biome-ignore lint/style/noDefaultExport: the name by which they take it, see `scripts/build.ts`
export default noDebug;
