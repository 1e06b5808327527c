import { stat } from "node:fs/promises";
import { relative } from "node:path";
import { packageVsix } from "./packageVsix.ts";

const vsix = await packageVsix();
const { size } = await stat(vsix);
console.log(`${relative(".", vsix)}  ${(size / 1024 / 1024).toFixed(2)} MB`);
