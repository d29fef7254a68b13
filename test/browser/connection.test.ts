import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { axeViolations } from "./axe.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import { ContractGateway } from "./contract-gateway.ts";
import { before, NOW } from "./fixtures/moment.ts";
import { DEAD, sinkFailing } from "./fixtures/other-scenes.ts";
import { recovering } from "./fixtures/smsd-scenes.ts";
import { allWell } from "./fixtures/well.ts";
import { withPage } from "./with-page.ts";

/*
 * What the page says when it cannot know: the agent is gone, silent, or looks no more. It never goes on showing "all well".
 */

const WAIT = { timeout: 20_000, interval: 100 };

describe.skipIf(!hasChromium)("the page and its connection", () => {
  let browser: Browser;
  let gateway: ContractGateway;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
  });

  beforeEach(async () => {
    gateway = new ContractGateway(allWell);
    await gateway.start();
  });

  afterEach(async () => {
    await gateway.stop();
  });

  function streams() {
    return gateway.asked.filter(({ path }) => path === "/monitor/events");
  }

  test("the agent stops: all is marked old, nothing can be done; it comes back: all is live again", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      await gateway.stop();
      await heading(page, "No connection");
      expect(await page.title()).toMatch(/^\? No connection/);
      expect(await page.locator(".verdict").textContent()).toContain("Before that: All is well");
      expect(await page.locator(".link").textContent()).toMatch(/No connection since .*what you see is old/);
      expect(await page.locator(".card").count()).toBe(await page.locator(".card .stale-mark").count());
      for (const name of ["Stop smsd", "Restart smsd", "Reset SIM7600"]) {
        const button = page.getByRole("button", { name });
        expect(await button.getAttribute("aria-disabled")).toBe("true");
        await button.click({ force: true });
      }
      expect(await page.locator("dialog[open]").count()).toBe(0);
      expect(await axeViolations(page)).toEqual([]);

      await gateway.start();
      await page.getByRole("button", { name: "Try now" }).click();
      await heading(page, "All is well");
      expect(await page.locator(".stale-mark").count()).toBe(0);
    });
  });

  test("who comes back says what it got last, and finds what it missed", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      gateway.tell("entry", { ...entry("first"), time: before(3) });
      await page.getByText("first", { exact: true }).waitFor();
      await gateway.stop();
      await heading(page, "No connection");
      gateway.scene = {
        ...recovering,
        entries: [...(recovering.entries ?? []), { ...entry("missed"), time: before(2) }],
      };
      await gateway.start();
      await heading(page, "Critical");
      await page.getByText("missed", { exact: true }).waitFor();
      expect(await page.getByText("first", { exact: true }).count()).toBe(1);
      expect(streams().at(-1)?.lastEventId).toBe("run-1");
    });
  });

  test("a gateway that falls silent is taken as lost", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await page.clock.install({ time: NOW });
      await page.reload();
      await heading(page, "All is well");
      const before = streams().length;
      await page.clock.fastForward(41_000);
      await vi.waitFor(() => expect(streams().length).toBeGreaterThan(before), WAIT);
    });
  });

  test("an agent that answers and no longer looks is called hanging", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      gateway.show({ ...allWell, status: { ...allWell.status, at: before(-120) } });
      await heading(page, "The agent hangs");
      expect(await page.title()).toMatch(/^✖ The agent hangs/);
      expect(await page.locator(".stale-mark").count()).toBeGreaterThan(3);
      gateway.show(allWell);
      await heading(page, "All is well");
    });
  });

  test("a quiet connection is not believed: the page asks whether the agent looks", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await page.clock.install({ time: NOW });
      await page.reload();
      await heading(page, "All is well");
      gateway.scene = { ...allWell, status: { ...allWell.status, at: before(-130) } };
      const pings = setInterval(() => gateway.ping(), 20);
      try {
        for (let second = 0; second < 45; second += 1) {
          await page.clock.runFor(1_000);
        }
        await heading(page, "The agent hangs");
        expect(streams()).toHaveLength(2);
      } finally {
        clearInterval(pings);
      }
    });
  });

  test("events may come in any pieces", async () => {
    gateway.pieces = 3;
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      gateway.tell("entry", { ...entry("größer: ☎ 電話"), time: before(1) });
      await page.getByText("größer: ☎ 電話").waitFor();
    });
  });

  test("events bring what is new: the verdict is spoken, dead letters are read, the clock's error does not matter", async () => {
    await withPage(
      browser,
      gateway.origin,
      async (page) => {
        await heading(page, "All is well");
        await page.locator(".verdict-since").getByText("3 h ago").waitFor();
        gateway.scene = { ...sinkFailing, dead: DEAD };
        gateway.show(gateway.scene);
        await page.getByText("crm refused it for good").waitFor();
        const spoken = page.locator("[aria-live]");
        expect(await spoken.count()).toBe(1);
        expect(await spoken.textContent()).toBe("Warningcrm takes no messages.");
      },
      // A computer whose clock is years behind.
      { clock: Date.parse("2019-01-01T00:00:00Z") },
    );
  });

  test("the timeline can be filtered by level", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      await page.locator(".entry").nth(4).waitFor();
      await page.getByRole("button", { name: "Critical only" }).click();
      await vi.waitFor(async () => expect(await page.locator(".entry").count()).toBe(2), WAIT);
      expect(await page.getByRole("button", { name: "Critical only" }).getAttribute("aria-pressed")).toBe("true");
    });
  });

  test("an update moves nothing that stays", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      await page.locator(".entry").nth(4).waitFor();
      const reset = page.getByRole("button", { name: "Reset SIM7600" });
      await reset.focus();
      await page.locator(".entry summary").first().click();
      await page.evaluate(
        "new PerformanceObserver((list) => { for (const one of list.getEntries()) window.shifted = (window.shifted ?? 0) + one.value; }).observe({ type: 'layout-shift' })",
      );
      for (let count = 0; count < 5; count += 1) {
        const { status } = allWell;
        const modems = status.modems.map((modem) => ({ ...modem, talked: count, dbm: -73 - count }));
        gateway.show({ ...allWell, status: { ...status, modems } });
        await page
          .getByText(`−${73 + count} dBm`)
          .first()
          .waitFor();
      }
      expect(await page.evaluate("window.shifted ?? 0")).toBe(0);
      expect(await page.locator(".entry details[open]").count()).toBe(1);
    });
  });
});

async function heading(page: Page, word: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: word, exact: true }).waitFor();
}

function entry(sentence: string) {
  return { subject: "host", code: "test", level: "info", phase: "done", sentence } as const;
}
