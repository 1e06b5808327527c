import { X509Certificate } from "node:crypto";
import { MAX_DOCUMENT_BYTES } from "../../lib/limits.ts";
import { isLoopback, parseUrl } from "../../lib/secureUrl.ts";
import { readNamedFile } from "../../system/readNamedFile.ts";
import { type Finding, note, ok, problem } from "./finding.ts";

type Environment = Readonly<Record<string, string | undefined>>;

const proxyVariables = ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY"];

/**
 * Through which proxies requests go, by their addresses alone: a name and a password in them are nobody's business.
 *
 * @param others those that are set elsewhere, by the names of their settings
 */
export function proxyFindings(env: Environment, others: Readonly<Record<string, string>> = {}): readonly Finding[] {
  const set = proxyVariables.flatMap((name) => [name, name.toLowerCase()]).filter((name) => env[name]);
  const proxies = [
    ...Object.entries(others).map(([name, text]) => proxyFinding(name, text)),
    ...set.map((name) => proxyFinding(name, env[name] ?? "")),
  ];
  const direct = env.NO_PROXY || env.no_proxy;
  return [
    ...(proxies.length > 0 ? proxies : [ok("Proxy", "none; requests go out directly")]),
    ...(direct ? [directFinding(direct)] : []),
  ];
}

function proxyFinding(name: string, text: string): Finding {
  const url = parseUrl(text);
  if (url?.protocol !== "http:" && url?.protocol !== "https:") {
    return problem(
      name,
      "it is set, and no http:// or https:// address",
      "Correct it: other kinds of proxies are not used.",
    );
  }
  const who = url.username === "" ? "" : ", with a name and a password";
  return ok(name, `${url.protocol}//${url.host}${who}`);
}

/** Names, endings and ports, as NO_PROXY has them. Whatever else stands there is counted. */
const directName = /^(?:\*|\.?[a-z0-9*-]+(?:\.[a-z0-9*-]+)*(?::\d+)?)$/i;
const range = /^[\d.]+\/\d+$/;

function directFinding(text: string): Finding {
  const names = text.split(/[\s,]+/).filter((name) => name !== "");
  const shown = names.filter((name) => directName.test(name) || range.test(name));
  const found = [...shown, ...(shown.length < names.length ? [`${names.length - shown.length} more`] : [])].join(", ");
  const ranges = names.filter((name) => range.test(name));
  return ranges.length === 0
    ? ok("NO_PROXY", found)
    : note(
        "NO_PROXY",
        found,
        `Name hosts or endings in place of ${ranges.join(", ")}: ranges of addresses are not read.`,
      );
}

/** Which certificates are trusted besides Node's own. */
export function certificateFindings(env: Environment, now: number): readonly Finding[] {
  const file = env.NODE_EXTRA_CA_CERTS;
  const findings = [
    file ? certificatesIn(file, now) : ok("NODE_EXTRA_CA_CERTS", "not set; Node's own certificates are trusted"),
  ];
  const unread = file ? undefined : ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"].find((name) => env[name]);
  if (unread !== undefined) {
    findings.push(note(unread, "it is set, and Node does not read it", "Name the same file in NODE_EXTRA_CA_CERTS."));
  }
  if (env.NODE_TLS_REJECT_UNAUTHORIZED === "0") {
    const next = "Take it out, and name your company's certificates in NODE_EXTRA_CA_CERTS.";
    findings.push(problem("NODE_TLS_REJECT_UNAUTHORIZED", "it is 0: no certificate is checked", next));
  }
  return findings;
}

function certificatesIn(file: string, now: number): Finding {
  const what = "NODE_EXTRA_CA_CERTS";
  const next = "Name a file with your company's certificates in PEM, and start again.";
  let text: string;
  try {
    text = readNamedFile(file, MAX_DOCUMENT_BYTES).toString("latin1");
  } catch (error) {
    const { code = "unknown" } = error as NodeJS.ErrnoException;
    return problem(what, `${file} cannot be read (${code}), and so nothing in it is trusted`, next);
  }
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const ends = blocks.map(endOf);
  const read = ends.filter((end) => end !== undefined);
  if (read.length === 0) return problem(what, `${file} has no certificate in PEM`, next);
  const ended = read.filter((end) => end < now).length;
  const broken = ends.length - read.length;
  const found = `${file}, ${counted(read.length)}${ended ? `, ${ended} of them ended` : ""}${broken ? `, ${broken} not readable` : ""}`;
  const again = "Ask for the current file of your company's certificates.";
  if (ended === read.length) return problem(what, found, again);
  return broken > 0 ? note(what, found, again) : ok(what, found);
}

const counted = (count: number): string => (count === 1 ? "1 certificate" : `${count} certificates`);

function endOf(pem: string): number | undefined {
  try {
    return Date.parse(new X509Certificate(pem).validTo);
  } catch {
    return undefined;
  }
}

/** An address without what may be secret in it: a name and a password, the query and what follows. */
export function plainAddress(text: string): string | undefined {
  const url = parseUrl(text);
  if (url?.protocol !== "https:" && !(url?.protocol === "http:" && isLoopback(url.hostname))) return undefined;
  return `${url.origin}${url.pathname}`;
}
