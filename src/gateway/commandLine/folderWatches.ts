import { type FSWatcher, watch } from "node:fs";

/** Watches folders for changes of the files in them. */
export interface FolderWatches {
  /** Watches these folders and no others. One that cannot be watched is left out. */
  follow(folders: readonly string[]): void;
  close(): void;
}

/** @param onChange called for each change of a `.cedar` file, and for each that the system gives without a name */
export function folderWatches(onChange: () => void): FolderWatches {
  const watchers = new Map<string, FSWatcher>();
  const stop = (folder: string) => {
    watchers.get(folder)?.close();
    watchers.delete(folder);
  };
  return {
    follow(folders) {
      for (const folder of watchers.keys()) if (!folders.includes(folder)) stop(folder);
      for (const folder of folders) {
        if (watchers.has(folder)) continue;
        try {
          const watcher = watch(folder, (_event, name) => {
            if (name === null || name.endsWith(".cedar")) onChange();
          });
          watcher.on("error", () => stop(folder));
          watchers.set(folder, watcher);
        } catch {
          // It appears with the next change of the gateway's file.
        }
      }
    },
    close() {
      for (const folder of [...watchers.keys()]) stop(folder);
    },
  };
}
