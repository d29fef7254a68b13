import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { axeViolations } from "./axe.ts";
import { hasChromium, type Look, launchChromium, openTab, type Tab } from "./chromium.ts";
import { ContractGateway, type Scene } from "./contract-gateway.ts";
import { hostile } from "./fixtures/hostile.ts";
import { NOW } from "./fixtures/moment.ts";
import { sinkFailing, twoModems, unknownValues, unplugged } from "./fixtures/other-scenes.ts";
import { recovering, smsdDead, stoppedByFlag } from "./fixtures/smsd-scenes.ts";
import { allWell } from "./fixtures/well.ts";

/*
 * Every state of a gateway in a real browser, light, dark and on a narrow phone: nothing is said to the console, nobody
 * else is asked, axe finds nothing, nothing is wider than the screen, and the page says what it must.
 */

interface State {
  readonly scene: Scene;
  readonly title: RegExp;
  readonly says: readonly string[];
}

const STATES: Readonly<Record<string, State>> = {
  "all well": {
    scene: allWell,
    title: /^✓ All is well/,
    says: [
      "smsd runs and every modem works",
      "Telekom.de",
      "−73 dBm, excellent",
      "2 of 50 places used",
      "No trouble since",
    ],
  },
  "a modem that hangs and is recovered": {
    scene: recovering,
    title: /^✖ Critical/,
    says: ["SIM7600 does not answer.", "In recovery for 58 s", "USB reset: the modem boots and must answer, 14 s"],
  },
  "smsd stopped by a person": {
    scene: stoppedByFlag,
    title: /^▲ Warning/,
    says: ["by anna (as root), 8 min ago", "Reason: new SIM", "22:0", "does not run"],
  },
  "smsd dead while its unit is active": {
    scene: smsdDead,
    title: /^✖ Critical/,
    says: ["Contradiction smstools.service is active, although no smsd runs", "smsd runs there, too: pid 4711"],
  },
  "a modem unplugged": {
    scene: unplugged,
    title: /^✖ Critical/,
    says: ["Not plugged in", "What to do: plug it in", "unknown: the modem is not plugged in"],
  },
  "two modems": {
    scene: twoModems,
    title: /^▲ Warning/,
    says: ["Quectel EC25", "registered, roaming", "21 of 25 places used", "−95 dBm, weak"],
  },
  "a receiver that takes nothing, with dead letters": {
    scene: sinkFailing,
    title: /^▲ Warning/,
    says: [
      "Takes nothing since 25 min ago",
      "HTTP 503",
      "2 messages could not be delivered",
      "crm refused it for good",
    ],
  },
  "little known yet": {
    scene: unknownValues,
    title: /^▲ Warning/,
    says: ["unknown: not asked yet; the next look is in 40 s", "unknown: the agent has not counted them"],
  },
  "hostile texts": { scene: hostile, title: /^✖ Critical/, says: ["<script>window.hacked=1</script>"] },
};

const LOOKS: Readonly<Record<string, Look>> = {
  light: { clock: NOW },
  dark: { clock: NOW, dark: true },
  "a phone": { clock: NOW, width: 320, height: 640 },
};

/** What would drive a terminal, turn the writing direction, or cover what stands above. */
const UNFIT = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]|\p{M}{5}/u;

describe.skipIf(!hasChromium)("the page", () => {
  let browser: Browser;
  let gateway: ContractGateway;

  beforeAll(async () => {
    browser = await launchChromium();
    gateway = new ContractGateway(allWell);
    await gateway.start();
  });

  afterAll(async () => {
    await browser?.close();
    await gateway?.stop();
  });

  describe.each(Object.entries(STATES))("%s", (_, { scene, title, says }) => {
    test.each(Object.entries(LOOKS))("in %s", async (__, look) => {
      gateway.scene = scene;
      const tab = await openTab(browser, gateway.origin, look);
      try {
        await ready(tab);
        expect(await tab.page.title()).toMatch(title);
        const text = words((await tab.page.locator("main").textContent()) ?? "");
        for (const said of says) expect(text).toContain(said);
        expect(text).not.toMatch(UNFIT);
        expect(await axeViolations(tab.page)).toEqual([]);
        expect(await tab.page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
        expect(await tab.page.evaluate("window.hacked")).toBeUndefined();
        expect(tab.complaints()).toEqual([]);
      } finally {
        await tab.close();
      }
    });
  });
});

/** The status and all lists have come. */
async function ready({ page }: Tab): Promise<void> {
  await page.locator(".link-live").waitFor();
  await page.waitForLoadState("load");
  await page.waitForFunction("document.querySelectorAll('.fact').length > 3");
  await page.waitForFunction("!document.querySelector('main').textContent.includes('Not read yet.')");
}

function words(text: string): string {
  return text.replaceAll(/\s+/g, " ");
}
