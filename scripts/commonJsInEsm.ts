/** The banner of ESM bundles that contain CommonJS packages: they need `require` and the file globals that ESM does not have. */
export const commonJsInEsm =
  'import{createRequire as __r}from"node:module";import{fileURLToPath as __f}from"node:url";import{dirname as __d}from"node:path";' +
  "const require=__r(import.meta.url),__filename=__f(import.meta.url),__dirname=__d(__filename);";
