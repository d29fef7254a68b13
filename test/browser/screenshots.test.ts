import { mkdir, writeFile } from "node:fs/promises";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hasChromium, type Look, launchChromium, openTab } from "./chromium.ts";
import { ContractGateway, type Scene } from "./contract-gateway.ts";
import { NOW } from "./fixtures/moment.ts";
import { recovering, stoppedByFlag } from "./fixtures/smsd-scenes.ts";
import { allWell } from "./fixtures/well.ts";

/*
 * The pictures of the documentation. Kept only when asked for, since fonts differ between machines:
 * UPDATE_SCREENSHOTS=1 npx vitest run --project browser screenshots
 */

const KEPT = process.env.UPDATE_SCREENSHOTS === "1";
const FOLDER = new URL("../../docs/images/", import.meta.url);
const MOST_BYTES = 150_000;
/** What the pages call their gateway. */
const HOST = "gateway.example";

interface Picture {
  readonly scene: Scene;
  readonly look: Look;
  readonly before?: (page: Page) => Promise<void>;
}

const PICTURES: Readonly<Record<string, Picture>> = {
  "page-well": { scene: allWell, look: { width: 1120, height: 800 } },
  "page-recovery": { scene: recovering, look: { width: 1120, height: 800, dark: true } },
  "page-stopped-phone": {
    scene: stoppedByFlag,
    look: { width: 390, height: 780 },
    before: (page) => page.locator(".card-smsd").evaluate("(card) => scrollTo(0, card.offsetTop - 330)"),
  },
};

describe.skipIf(!hasChromium)("pictures of the page", () => {
  let browser: Browser;
  let gateway: ContractGateway;

  beforeAll(async () => {
    gateway = new ContractGateway(allWell);
    await gateway.start();
    browser = await launchChromium([`--host-resolver-rules=MAP ${HOST}:80 ${new URL(gateway.origin).host}`]);
    if (KEPT) await mkdir(FOLDER, { recursive: true });
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  test.each(Object.entries(PICTURES))("%s", async (name, { scene, look, before }) => {
    gateway.scene = scene;
    const { page, close } = await openTab(browser, `http://${HOST}`, { ...look, clock: NOW });
    try {
      await page.locator(".entry").first().waitFor();
      await page.locator(".chart").first().waitFor();
      await before?.(page);
      const picture = await page.screenshot();
      expect(picture.length).toBeLessThan(MOST_BYTES);
      if (KEPT) await writeFile(new URL(`${name}.png`, FOLDER), picture);
    } finally {
      await close();
    }
  });
});
