import type { ClientOptions, JsonSchemaValidator } from "@modelcontextprotocol/client";

/** A JSON object of the protocol that the relay hands on without looking inside. */
export type Json = Readonly<Record<string, unknown>>;

/**
 * A schema that accepts everything and changes nothing.
 *
 * The relay is not the one who judges results: a field the SDK does not know yet has to reach the editor.
 */
export const passThrough: {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => { readonly value: Json };
    readonly types?: { readonly input: Json; readonly output: Json };
  };
} = {
  "~standard": {
    version: 1,
    vendor: "gateway-connect",
    validate: (value: unknown) => ({ value: value as Json }),
  },
};

/** A validator that finds no fault: the gateway and the editor check each other's data themselves. */
export const noValidation: NonNullable<ClientOptions["jsonSchemaValidator"]> = {
  getValidator: <T>() => ((value: unknown) => ({ valid: true, data: value })) as unknown as JsonSchemaValidator<T>,
};

/**
 * The longest time a timer can wait, about 24 days. A tool may think as long as the editor lets it; the editor
 * cancels when it has had enough.
 */
export const NO_TIMEOUT = 2 ** 31 - 1;

/** Progress as a callback receives it. */
export type OnProgress = (progress: Json) => void;

/**
 * Takes the asker's progress token out of `params`, and gives a callback that reports under that token.
 *
 * Tokens are unique per connection only, so each side of the relay has its own (2025-11-25, basic/utilities/progress).
 */
export function withoutProgressToken(
  params: Json | undefined,
  notify: (method: string, params: Json) => void,
): { readonly params: Json | undefined; readonly onprogress?: OnProgress } {
  const meta = params?._meta as Json | undefined;
  const token = meta?.progressToken;
  if (token === undefined) return { params };
  const { progressToken: _, ...rest } = meta as Record<string, unknown>;
  const { _meta, ...others } = params as Record<string, unknown>;
  return {
    params: Object.keys(rest).length === 0 ? others : { ...others, _meta: rest },
    onprogress: (progress) => notify("notifications/progress", { ...progress, progressToken: token }),
  };
}

/** Waits for `promise`, or until `signal` ends the waiting of this caller; the work goes on for the others. */
export function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/** Waits, or until `signal` is aborted. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
