/**
 * Where a host is, as far as its name or address says so. What a name resolves to is not looked at: the editor's `fetch` resolves
 * it again, and may get another answer.
 *
 * - `loopback`: this machine.
 * - `linkLocal`: what no identity provider has: link-local addresses, the metadata services of clouds among them, and addresses of
 *   nobody or of everybody.
 * - `private`: a network of its own, such as a company's.
 */
export type NetworkPlace = "public" | "private" | "loopback" | "linkLocal";

const loopbackNames = /^(?:(?:.+\.)?localhost|localhost6?\.localdomain6?|ip6-(?:localhost|loopback))$/;
/** By which clouds have their machines find the metadata service. */
const metadataNames =
  /^(?:metadata|instance-data)(?:\.(?:(?:google|azure|ec2)\.)?internal)?$|^metadata\.(?:goog|packet\.net)$/;
/** RFC 6762, RFC 8375, and the names that ICANN keeps out of the public DNS, or that companies use as if it did. */
const privateNames = /^[^.]+$|\.(?:local|internal|intranet|private|corp|home|lan|localdomain|home\.arpa)$/;

/** @param hostname as the URL parser writes it, which knows the decimal, octal and short forms of IPv4 */
export function networkPlace(hostname: string): NetworkPlace {
  const name = hostname.toLowerCase().replace(/\.+$/, "");
  const v4 = ipv4(name);
  if (v4 !== undefined) return placeOfIpv4(v4);
  if (name.startsWith("[")) return placeOfIpv6(ipv6(name.slice(1, -1)));
  if (loopbackNames.test(name)) return "loopback";
  if (metadataNames.test(name)) return "linkLocal";
  return privateNames.test(name) ? "private" : "public";
}

/**
 * Whether an address may be asked that a document of another place names. Whoever wrote the document is not the one who asks: it
 * could have us ask what it cannot reach itself (MCP 2026-07-28, security best practices, server-side request forgery).
 *
 * - What is public may be named by everybody, and a place may name itself.
 * - This machine is named by this machine alone, and link-local addresses by nobody.
 * - A private network is named by what is in one, or on this machine. A public document that names it is asked about: companies
 *   have gateways that everybody reaches and an identity provider that nobody outside does.
 */
export function reachOf(from: URL, to: URL): "open" | "asks" | "refused" {
  if (from.hostname === to.hostname) return "open";
  const by = networkPlace(from.hostname);
  switch (networkPlace(to.hostname)) {
    case "public":
      return "open";
    case "private":
      return by === "private" || by === "loopback" ? "open" : "asks";
    case "loopback":
      return by === "loopback" ? "open" : "refused";
    case "linkLocal":
      return "refused";
  }
}

/** Networks by their place; the first that has an address says it (RFC 6890, and the addresses of clouds' own services). */
const networks: readonly (readonly [network: string, bits: number, place: NetworkPlace])[] = [
  ["0.0.0.0", 8, "loopback"],
  ["127.0.0.0", 8, "loopback"],
  ["169.254.0.0", 16, "linkLocal"],
  ["100.100.100.200", 32, "linkLocal"],
  ["168.63.129.16", 32, "linkLocal"],
  ["192.0.0.0", 24, "linkLocal"],
  ["10.0.0.0", 8, "private"],
  ["100.64.0.0", 10, "private"],
  ["172.16.0.0", 12, "private"],
  ["192.168.0.0", 16, "private"],
  ["198.18.0.0", 15, "private"],
  // Multicast, reserved, broadcast.
  ["224.0.0.0", 3, "linkLocal"],
];

function placeOfIpv4(address: number): NetworkPlace {
  const found = networks.find(([network, bits]) => {
    const shift = 32 - bits;
    return address >>> shift === (ipv4(network) ?? 0) >>> shift;
  });
  return found?.[2] ?? "public";
}

/** As a number without a sign. */
function ipv4(text: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(text)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return undefined;
  return parts.reduce((sum, part) => sum * 256 + part, 0);
}

/** Eight groups. The URL parser has refused what is no address, and writes an embedded IPv4 address as two of them. */
function ipv6(text: string): readonly number[] {
  const [before = "", after] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":").map((group) => Number.parseInt(group, 16)));
  const [left, right] = [groups(before), groups(after ?? "")];
  return [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right];
}

function placeOfIpv6(groups: readonly number[]): NetworkPlace {
  const [first = 0, second = 0, third = 0, , , , seventh = 0, eighth = 0] = groups;
  const embedded = (high: number, low: number) => placeOfIpv4(high * 65_536 + low);
  const zeros = (from: number, to: number) => groups.slice(from, to).every((group) => group === 0);
  if (zeros(0, 7) && eighth <= 1) return "loopback";
  // An IPv4 address in it: compatible, mapped, translated (RFC 4291, 2.5.5; RFC 6052; RFC 8215), 6to4 (RFC 3056).
  if (zeros(0, 6) || (zeros(0, 5) && groups[5] === 0xffff) || (zeros(0, 4) && groups[4] === 0xffff)) {
    return embedded(seventh, eighth);
  }
  if (first === 0x64 && second === 0xff9b) return embedded(seventh, eighth);
  if (first === 0x2002) return embedded(second, third);
  if ((first & 0xffc0) === 0xfe80 || (first & 0xff00) === 0xff00) return "linkLocal";
  // The metadata services of AWS and Google Cloud.
  if ((first === 0xfd00 && second === 0xec2 && eighth === 0x254) || (first === 0xfd20 && second === 0xce))
    return "linkLocal";
  return (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfec0 ? "private" : "public";
}
