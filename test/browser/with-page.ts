import type { Browser, Page } from "playwright-core";
import { expect } from "vitest";
import { type Look, openTab } from "./chromium.ts";

/** Opens the page, does `work` with it, and expects that it had nothing to complain about. */
export async function withPage(
  browser: Browser,
  origin: string,
  work: (page: Page) => Promise<void>,
  look: Look = {},
): Promise<void> {
  const tab = await openTab(browser, origin, look);
  try {
    await work(tab.page);
    expect(tab.complaints()).toEqual([]);
  } finally {
    await tab.close();
  }
}
