/** Loaded before a program: takes one option, or a verb, out of its arguments. Its own address says which. */
const { searchParams } = new URL(import.meta.url);
const option = searchParams.get("option");
const takesValue = searchParams.has("takesValue");
const args = process.argv.splice(2);
for (let at = 0; at < args.length; at++) {
  if (args[at] === option) at += takesValue ? 1 : 0;
  else if (!args[at].startsWith(`${option}=`)) process.argv.push(args[at]);
}
