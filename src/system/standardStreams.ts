/** What a shell gives for a program that a broken pipe ended: 128 and the number of SIGPIPE. */
const READER_GONE = 141;
const NOT_WRITTEN = 1;

/**
 * Lets a program go on when whoever read what it says is gone: a server until its input, a signal or its parent ends it, a
 * sign-out until all is revoked. Without this Node ends it at the next line it says.
 */
export function outliveReaders(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
}

/**
 * Prints to standard output what a program was asked for, all of it: a process that ends does not wait for a pipe.
 *
 * It does not return where that fails. A reader that had enough, as `head` has, ends the program without a word and with 141,
 * as SIGPIPE would. A full disk ends it with 1 and words on standard error: whoever keeps a result must not take a
 * part of it for the whole.
 *
 * @param text without the line break at its end
 */
export function print(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.once("error", lost);
    process.stdout.write(`${text}\n`, (error) => {
      if (error) return;
      process.stdout.off("error", lost);
      done();
    });
  });
}

function lost({ code = "unknown" }: NodeJS.ErrnoException): void {
  if (code === "EPIPE") process.exit(READER_GONE);
  process.stderr.write(
    `What this prints could not be written whole (outputLost, ${code}). Make room, or print elsewhere.\n`,
  );
  process.exit(NOT_WRITTEN);
}
