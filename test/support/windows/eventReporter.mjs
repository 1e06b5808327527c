const told = ["test:dequeue", "test:pass", "test:fail", "test:diagnostic"];

/** A reporter of node's test runner that writes each event as a line of JSON, for whoever runs the tests from outside. */
// biome-ignore lint/style/noDefaultExport: node takes a reporter's default export.
export default async function* eventReporter(source) {
  for await (const { type, data } of source) {
    if (told.includes(type)) yield `${JSON.stringify({ type, data }, plain)}\n`;
  }
}

function plain(_key, value) {
  if (!(value instanceof Error)) return value;
  const { message, stack, cause, failureType, code } = value;
  return { isError: true, message, stack, cause, failureType, code };
}
