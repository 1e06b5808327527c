/** What Windows takes for a device, whatever stands behind a dot. */
const device = /^(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/** A name of somebody else as one of a file, wherever that is: no path, nothing hidden, no device, no option. */
export const fileName = (name: string): string =>
  name
    .slice(0, 1_000)
    .replace(/[^\w.-]+/g, "-")
    .replace(/^[.-]+/, "")
    .replace(device, "$&_")
    .slice(0, 80) || "result";
