/** A text that several windows or processes share, whole: a file, or an entry of a keychain. */
export interface TextFile {
  /** What to call it in a message. */
  readonly path: string;
  /** Whether its JSON is written in one line, where every byte counts. */
  readonly isCompact?: boolean;
  /** Undefined where there is none. */
  read(): Promise<string | undefined>;
  write(text: string): Promise<void>;
}
