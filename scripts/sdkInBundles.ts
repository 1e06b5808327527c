import { readdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { OnLoadResult, Plugin } from "esbuild";
import { inClient, inShared, judgedBefore } from "./judgedBefore.ts";
import { oneCopy } from "./oneCopy.ts";

/** What client and server of the SDK have in common, as each is published. */
const sharedPart = /^src-[^/]+\.mjs$/;

/** Changes how the SDK is bundled, and nothing that it does: see `oneCopy` and `judgedBefore`. */
export const sdkInBundles: Plugin = {
  name: "the SDK in bundles",
  setup({ onLoad, onResolve }) {
    const dist = (side: "client" | "server") => resolve(`node_modules/@modelcontextprotocol/${side}/dist`);
    const sharedPath = async (side: "client" | "server") => {
      const names = (await readdir(dist(side))).filter((name) => sharedPart.test(name));
      if (names.length !== 1) throw new Error(`the SDK's ${side} has ${names.length} parts that are shared`);
      return join(dist(side), String(names[0]));
    };
    const textOf = async (side: "client" | "server") => await readFile(await sharedPath(side), "utf8");
    const copies = async () => oneCopy({ client: await textOf("client"), server: await textOf("server") });
    const changed = (filter: RegExp, contents: (path: string) => Promise<string>) =>
      onLoad({ filter }, async ({ path }): Promise<OnLoadResult> => ({ contents: await contents(path), loader: "js" }));

    onResolve({ filter: /^@modelcontextprotocol\/server\/shared$/ }, async () => ({
      path: await sharedPath("server"),
    }));
    changed(/modelcontextprotocol[\\/]client[\\/]dist[\\/]src-[^\\/]+\.mjs$/, async () => (await copies()).client);
    changed(/modelcontextprotocol[\\/]server[\\/]dist[\\/]src-[^\\/]+\.mjs$/, async () =>
      judgedBefore((await copies()).server, inShared),
    );
    changed(/modelcontextprotocol[\\/]client[\\/]dist[\\/]public-[^\\/]+\.mjs$/, async (path) =>
      judgedBefore(await readFile(path, "utf8"), inClient),
    );
  },
};
