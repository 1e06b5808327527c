/** For a bundle in ESM that has CommonJS in it, which asks for Node's own modules and for its place. */
export const commonJsInEsm =
  'import{createRequire as __r}from"node:module";import{fileURLToPath as __f}from"node:url";import{dirname as __d}from"node:path";' +
  "const require=__r(import.meta.url),__filename=__f(import.meta.url),__dirname=__d(__filename);";
