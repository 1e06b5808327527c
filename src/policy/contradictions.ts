import { matchesAccount } from "./accountPattern.ts";
import { type AddressPattern, covers, isExact, isMeant, readAddressPattern } from "./addressPattern.ts";
import type { PolicyDocument, PolicyGateway, PolicyRules } from "./policyDocument.ts";

/** A rule that cannot be kept together with another, with the place of the one to look at. */
export interface Contradiction {
  readonly path: string;
  readonly problem: string;
}

/** What in a policy contradicts itself. Its form was checked before. */
export function contradictions(document: PolicyDocument): readonly Contradiction[] {
  const { gateways = [] } = document;
  const patterns = gateways.map(({ address }) => patternOf(address));
  return [
    ...gateways.flatMap((gateway, at) => [
      ...ofPlace(patterns, at),
      ...ofName(gateways, at),
      ...ofGateway(gateway, document, `gateways[${at}]`),
    ]),
    ...ofIssuer(document.settings, [document.issuers], "settings"),
    ...ofIdentityProvider(document),
  ];
}

/** A rule behind one that means more is never looked at. */
function ofPlace(patterns: readonly AddressPattern[], at: number): readonly Contradiction[] {
  const own = patterns[at];
  const before = patterns.slice(0, at).findIndex((wide) => own && covers(wide, own));
  if (before < 0) return [];
  return [
    {
      path: `gateways[${at}].address`,
      problem: `is never looked at, since gateways[${before}] means it too and stands before it`,
    },
  ];
}

function ofName(gateways: readonly PolicyGateway[], at: number): readonly Contradiction[] {
  const { name, address = "" } = gateways[at] ?? {};
  if (name === undefined) return [];
  const path = `gateways[${at}].name`;
  if (!isExact(patternOf(address))) {
    return [{ path, problem: "would be the name of several gateways: write an address without a star, with its path" }];
  }
  const before = gateways.slice(0, at).findIndex((other) => other.name === name);
  return before < 0 ? [] : [{ path, problem: `is the name in gateways[${before}] too` }];
}

/** Rules of one gateway that those for all leave nothing of. */
function ofGateway(gateway: PolicyGateway, all: PolicyDocument, at: string): readonly Contradiction[] {
  const found = [...ofIssuer(gateway.settings, [gateway.issuers, all.issuers], `${at}.settings`)];
  if (gateway.settings?.issuer === undefined && ofIssuer(all.settings, [gateway.issuers], "").length > 0)
    found.push({ path: `${at}.issuers`, problem: "leaves out the issuer that is set for all gateways" });
  for (const [index, issuer] of (gateway.issuers ?? []).entries()) {
    if (all.issuers && !all.issuers.some((wide) => overlap(wide, issuer)))
      found.push({ path: `${at}.issuers[${index}]`, problem: "is allowed by none of the issuers for all gateways" });
  }
  for (const [index, account] of (gateway.accounts ?? []).entries()) {
    if (all.accounts && !all.accounts.some((wide) => accountsOverlap(wide, account)))
      found.push({ path: `${at}.accounts[${index}]`, problem: "is allowed by none of the accounts for all gateways" });
  }
  for (const [index, kind] of (gateway.signIn ?? []).entries()) {
    if (all.signIn && !all.signIn.includes(kind))
      found.push({ path: `${at}.signIn[${index}]`, problem: "is none of the ways to sign in for all gateways" });
  }
  return found;
}

/** An issuer that is set has to be allowed. */
function ofIssuer(
  settings: PolicyRules["settings"],
  lists: readonly (readonly string[] | undefined)[],
  at: string,
): readonly Contradiction[] {
  const issuer = settings?.issuer;
  if (typeof issuer !== "string") return [];
  const isAllowed = lists.every((list) => list === undefined || isMeant(list, issuer));
  return isAllowed ? [] : [{ path: `${at}.issuer`, problem: "is set, and not among the issuers that are allowed" }];
}

/** The identity provider of enterprise sign-ins has to be there for those who may use no other, and be allowed. */
function ofIdentityProvider({ enterpriseIdentityProvider: provider, issuers, signIn, gateways = [] }: PolicyDocument) {
  const found: Contradiction[] = [];
  if (provider && issuers && !isMeant(issuers, provider.issuer))
    found.push({ path: "enterpriseIdentityProvider.issuer", problem: "is not among the issuers that are allowed" });
  if (provider) return found;
  const alone = (kinds: PolicyRules["signIn"]) => kinds?.length === 1 && kinds[0] === "enterprise";
  const problem = "has people sign in by an enterpriseIdentityProvider, which is not there";
  if (alone(signIn)) found.push({ path: "signIn", problem });
  for (const [at, gateway] of gateways.entries()) {
    if (alone(gateway.signIn)) found.push({ path: `gateways[${at}].signIn`, problem });
  }
  return found;
}

const overlap = (one: string, other: string): boolean => {
  const [first, second] = [patternOf(one), patternOf(other)];
  return covers(first, second) || covers(second, first);
};

const accountsOverlap = (one: string, other: string): boolean =>
  one.toLowerCase() === other.toLowerCase() || matchesAccount(one, other) || matchesAccount(other, one);

function patternOf(text: string): AddressPattern {
  const read = readAddressPattern(text);
  if ("problem" in read) throw new TypeError(`${text} was not checked`);
  return read;
}
