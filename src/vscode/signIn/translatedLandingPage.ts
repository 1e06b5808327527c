import * as vscode from "vscode";
import type { FailureWords } from "../../failures/wording.ts";
import type { LandingPages } from "../../node/redirect/landingPage.ts";
import type { ExplainBundle } from "../lazyBundles.ts";
import { translate } from "../translate.ts";
import { returnUri } from "../uriHandler.ts";

/**
 * The pages that people land on after a sign-in, which say what failed in the editor's language and lead back to it.
 *
 * @param extension the extension's id
 */
export async function translatedLandingPage(
  load: () => Promise<ExplainBundle>,
  extension: string,
): Promise<LandingPages> {
  const [{ failureText, landingPages }, back] = await Promise.all([load(), returnUri(extension)]);
  const failureWords: FailureWords = (failure) => failureText(failure, translate);
  return landingPages({
    ...{ program: "your editor", failureWords, say: translate, language: vscode.env.language },
    ...(back !== undefined && { returnUri: back }),
  });
}
