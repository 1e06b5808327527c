import type { LandingPages } from "../node/redirect/landingPage.ts";
import type { ExplainBundle } from "./lazyBundles.ts";
import { translate } from "./translate.ts";

/** The pages that people land on after a sign-in, which say what failed in the editor's language. */
export async function translatedLandingPage(load: () => Promise<ExplainBundle>): Promise<LandingPages> {
  const { landingPageHtml, landingPagePolicy } = await load();
  return { landingPageHtml: (page) => landingPageHtml(page, translate), landingPagePolicy };
}
