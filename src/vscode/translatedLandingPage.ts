import * as vscode from "vscode";
import type { FailureWords } from "../failures/wording.ts";
import type { LandingPages } from "../node/redirect/landingPage.ts";
import type { ExplainBundle } from "./lazyBundles.ts";
import { translate } from "./translate.ts";

/** The pages that people land on after a sign-in, which say what failed in the editor's language. */
export async function translatedLandingPage(load: () => Promise<ExplainBundle>): Promise<LandingPages> {
  const { failureText, landingPageHtml, landingPagePolicy } = await load();
  const failureWords: FailureWords = (failure) => failureText(failure, translate);
  return {
    landingPageHtml: (page) =>
      landingPageHtml(page, { program: "your editor", failureWords, say: translate, language: vscode.env.language }),
    landingPagePolicy,
  };
}
