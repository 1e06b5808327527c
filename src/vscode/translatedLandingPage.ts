import type { LandingPages } from "../node/redirect/loopbackRedirect.ts";
import type { ExplainPart } from "./lazyBundles.ts";
import { translate } from "./translate.ts";

/** The pages that people land on after a sign-in, which say what failed in the editor's language. */
export async function landingPages(load: () => Promise<ExplainPart>): Promise<LandingPages> {
  const { landingPageHtml, landingPagePolicy } = await load();
  return { landingPageHtml: (page) => landingPageHtml(page, translate), landingPagePolicy };
}
