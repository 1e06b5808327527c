import { packageVsix } from "../../../scripts/packageVsix.ts";
import { isBuilt } from "../programs.ts";

/** The packaged extension. A run of `npm test` packages it once, before its editors start, and says where in `TEST_VSIX`. */
export const extensionVsix = async (): Promise<string> =>
  process.env.TEST_VSIX ?? (await packageVsix({ isBuilt: isBuilt() }));
