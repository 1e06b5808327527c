import { access } from "node:fs/promises";

/** Whether there is something at a path, as far as may be seen. */
export const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
