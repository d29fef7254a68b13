import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { axeViolations } from "./axe.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import { MemoryGateway } from "./memory-gateway.ts";
import { withPage } from "./with-page.ts";

/*
 * From the button to smsd and back: the page in Chromium, the real API on a real port, the whole agent, the real commands.
 */

describe.skipIf(!hasChromium)("the page on a whole agent", () => {
  let browser: Browser;
  let gateway: MemoryGateway;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
  });

  beforeEach(async () => {
    gateway = await MemoryGateway.start();
  });

  afterEach(async () => {
    await gateway.stop();
  });

  test("stop with expiry and reason, then start: token wrong, then right; the flag counts down", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      await page.getByRole("button", { name: "Stop smsd" }).click();
      await page.getByLabel("2 hours").check();
      await page.getByRole("textbox", { name: /^Reason/ }).fill("new SIM <b>");
      await submit(page);
      await giveToken(page, "wrong");
      await page.locator("dialog").getByText("The token is wrong").waitFor();
      expect(gateway.jobs()).toEqual([]);
      await giveToken(page, gateway.token);
      await page.locator("dialog").getByText("Done").waitFor();
      expect(await page.locator("dialog .lines").textContent()).toContain("smsd has stopped");
      expect(gateway.jobs()).toEqual(["job --by the HTTP API (127.0.0.1) smsd stop --for=2h --reason=new SIM <b>"]);
      await page.keyboard.press("Escape");
      await heading(page, "Warning");
      await page.locator(".card-smsd").getByText("Reason: new SIM <b>").waitFor();
      expect(await page.locator(".countdown-time").textContent()).toMatch(/^(1:5\d|2:00):\d\d$/);
      expect(await axeViolations(page)).toEqual([]);

      await page.getByRole("button", { name: "Start smsd", exact: true }).click();
      await page
        .locator("dialog")
        .getByText(/manual stop of root .*new SIM.* is lifted/)
        .waitFor();
      await submit(page);
      await page.locator("dialog").getByText("Done").waitFor();
      await page.keyboard.press("Escape");
      await heading(page, "All is well");
      expect(await page.locator(".countdown").count()).toBe(0);
    });
  });

  test("a modem hangs: the page shows the ladder, rung by rung, and the end of it", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      gateway.slowly = true;
      gateway.hang();
      await heading(page, "Critical");
      await page.locator(".rung-now").getByText("AT reset").waitFor();
      await page.locator(".rung-now").getByText("USB reset").waitFor();
      expect(await page.locator(".rung-past").textContent()).toContain("AT reset");
      expect(await page.locator(".phase-now").textContent()).toMatch(/now$/);
      gateway.slowly = false;
      await heading(page, "All is well");
      expect(await page.locator(".ladder").count()).toBe(0);
      await page
        .locator(".modem")
        .getByText(/healed by USB reset/)
        .waitFor();
    });
  });

  test("a modem is reset by hand: the job tells each step", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      await page.getByRole("button", { name: "Reset SIM7600" }).click();
      await page.getByRole("radio", { name: /^USB reset/ }).check();
      await submit(page);
      await giveToken(page, gateway.token);
      await page.locator("dialog").getByText("Done").waitFor();
      expect(await page.locator("dialog .lines").textContent()).toContain("SIM7600 was reset by usb-reset and answers");
      await page.keyboard.press("Escape");
      await heading(page, "All is well");
    });
  });

  test("a dead letter is retried, and leaves the list when it is delivered", async () => {
    gateway.receiver = 422;
    gateway.receive("+491701234567", "hello");
    await withPage(browser, gateway.origin, async (page) => {
      const retry = page.getByRole("button", { name: /^Retry / });
      await retry.waitFor();
      expect(await page.locator(".letter").textContent()).toContain("+49…67");
      gateway.receiver = 200;
      await retry.click();
      await submit(page);
      await giveToken(page, gateway.token);
      await page.locator("dialog").getByText("Done").waitFor();
      await page.keyboard.press("Escape");
      await page.getByText("None: every received message was delivered.").waitFor();
      expect(await page.locator("body").textContent()).not.toMatch(/hello|1701234567/);
    });
  });

  test("the agent ends: the page does not go on saying that all is well", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await heading(page, "All is well");
      await gateway.stop();
      await heading(page, "No connection");
    });
  });
});

async function heading(page: Page, word: string): Promise<void> {
  await page.getByRole("heading", { level: 1, name: word, exact: true }).waitFor();
}

async function submit(page: Page): Promise<void> {
  await page.locator("dialog button[type=submit]").click();
}

async function giveToken(page: Page, token: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Token" });
  await dialog.getByLabel("Token", { exact: true }).fill(token);
  await dialog.locator("button[type=submit]").click();
}
