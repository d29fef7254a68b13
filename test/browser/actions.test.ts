import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { axeViolations } from "./axe.ts";
import { hasChromium, launchChromium } from "./chromium.ts";
import { type Asked, ContractGateway, problem, runningJob } from "./contract-gateway.ts";
import { before } from "./fixtures/moment.ts";
import { sinkFailing, twoModems } from "./fixtures/other-scenes.ts";
import { stoppedByFlag } from "./fixtures/smsd-scenes.ts";
import { allWell } from "./fixtures/well.ts";
import { withPage } from "./with-page.ts";

/*
 * What a person does: each action is confirmed, needs the token once, and shows its job to the end.
 */

const WAIT = { timeout: 20_000, interval: 50 };
const CHANGES = /^\/monitor\/(?:smsd|modem_reset|messages\/)/;

describe.skipIf(!hasChromium)("actions", () => {
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

  function changes(): readonly Asked[] {
    return gateway.asked.filter(({ method, path }) => method === "POST" && CHANGES.test(path));
  }

  test("stop smsd with expiry and reason: token wrong, then right, then the job to its end", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await page.getByRole("button", { name: "Stop smsd" }).click();
      const dialog = page.getByRole("dialog", { name: "Stop smsd" });
      expect(await dialog.textContent()).toContain("no SMS is sent");
      await dialog.getByLabel("1 hour").check();
      await dialog.getByRole("textbox", { name: /^Reason/ }).fill("new SIM");
      await dialog.getByRole("button", { name: "Stop smsd" }).click();
      expect(changes()).toEqual([]);

      await giveToken(page, "wrong");
      await page.getByText("The token is wrong").waitFor();
      expect(await axeViolations(page)).toEqual([]);
      await giveToken(page, "right");
      await page.getByText("Running", { exact: true }).first().waitFor();
      expect(changes().map(({ body }) => JSON.parse(body))).toEqual([
        { for: "1h", reason: "new SIM" },
        { for: "1h", reason: "new SIM" },
      ]);

      const running = runningJob({ ...changes()[1], path: "/monitor/smsd/stop", body: "{}" } as Asked, before(0));
      gateway.tell("job", { ...running, lines: ["smsd is told to end"] });
      await page.locator("dialog").getByText("smsd is told to end").waitFor();
      gateway.tell("job", {
        ...running,
        state: "succeeded",
        ended: before(-3),
        exitCode: 0,
        lines: ["smsd is stopped."],
      });
      await page.locator("dialog").getByText("Done").waitFor();
      expect(await axeViolations(page)).toEqual([]);
      gateway.show(stoppedByFlag);
      await page.locator("dialog").getByRole("button", { name: "Close" }).click();
      await page.locator(".countdown-time").waitFor();
      expect(await page.locator(".jobs").textContent()).toContain("Stop smsd");
    });
  });

  test("the countdown runs by itself and ends at nought", async () => {
    gateway.scene = stoppedByFlag;
    await withPage(browser, gateway.origin, async (page) => {
      await page.clock.install();
      await page.reload();
      const time = page.locator(".countdown-time");
      await time.waitFor();
      const first = seconds(await time.textContent());
      await page.clock.runFor(10_000);
      expect(first - seconds(await time.textContent())).toBeGreaterThanOrEqual(9);
      await page.clock.fastForward(25 * 60_000);
      await vi.waitFor(async () => expect(seconds(await time.textContent())).toBe(0), WAIT);
    });
  });

  test("by keyboard alone: reset a modem, by the rung that was chosen; Esc closes and focus returns", async () => {
    gateway.scene = twoModems;
    await withPage(browser, gateway.origin, async (page) => {
      const reset = page.getByRole("button", { name: "Reset EC25" });
      await reset.waitFor();
      for (let count = 0; count < 60 && !(await hasFocus(page, "Reset EC25")); count += 1)
        await page.keyboard.press("Tab");
      expect(await hasFocus(page, "Reset EC25")).toBe(true);
      expect(await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")).toBe("solid");

      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Reset EC25" }).waitFor();
      await page.keyboard.press("Escape");
      await page.locator("dialog:not([open])").waitFor({ state: "attached" });
      expect(await hasFocus(page, "Reset EC25")).toBe(true);

      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Reset EC25" }).waitFor();
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.getByRole("dialog", { name: "Token" }).waitFor();
      await page.keyboard.type("right");
      await page.keyboard.press("Enter");
      await page.locator("dialog").getByText("Running", { exact: true }).waitFor();
      expect(changes().map(({ path, body }) => [path, JSON.parse(body)])).toEqual([
        ["/monitor/modem_reset", { modem: "EC25", rung: "usb-reset" }],
      ]);
      await page.keyboard.press("Escape");
      await page.locator("dialog:not([open])").waitFor({ state: "attached" });
      expect(await hasFocus(page, "Reset EC25")).toBe(true);
    });
  });

  test("start and restart say that the flag goes; a dead letter is retried; the token is asked once", async () => {
    gateway.scene = { ...stoppedByFlag, dead: sinkFailing.dead ?? [] };
    await withPage(browser, gateway.origin, async (page) => {
      await act(page, "Start smsd", "Start smsd", "is lifted");
      await giveToken(page, "right");
      await closeJob(page);
      await act(page, "Restart smsd", "Restart smsd", "is lifted");
      await closeJob(page);
      await act(page, "Retry 5f2b8c1e9a77", "Deliver again", "every receiver that does not have it");
      await closeJob(page);
      expect(changes().map(({ path, authorization }) => [path, authorization])).toEqual([
        ["/monitor/smsd/start", "Bearer right"],
        ["/monitor/smsd/restart", "Bearer right"],
        ["/monitor/messages/5f2b8c1e9a7740d3/retry", "Bearer right"],
      ]);
    });
  });

  test("the token lives in this tab until it is forgotten", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await page.getByRole("button", { name: "Enter token" }).click();
      await giveToken(page, "right");
      await page.reload();
      await page.getByRole("button", { name: "Forget token" }).click();
      await page.getByRole("button", { name: "Enter token" }).waitFor();
      expect(await page.evaluate("[sessionStorage.length, localStorage.length, document.cookie]")).toEqual([0, 0, ""]);
    });
  });

  test("where reading needs the token nothing is shown without it", async () => {
    gateway.readingNeedsToken = true;
    await withPage(browser, gateway.origin, async (page) => {
      await page.getByRole("dialog", { name: "Token" }).waitFor();
      expect(await page.title()).toMatch(/^\? Locked/);
      await giveToken(page, "wrong");
      await page.getByRole("dialog").getByText("The token is wrong").waitFor();
      await giveToken(page, "right");
      await page.getByRole("heading", { level: 1, name: "All is well" }).waitFor();
      gateway.token = "exchanged";
      await gateway.stop();
      await gateway.start();
      await page.getByRole("dialog", { name: "Token" }).waitFor();
    });
  });

  test.each([
    [409, "already-running", "It is being done already"],
    [403, "no-token", "No token permits this"],
    [429, "too-many", "Too many requests"],
    [500, "internal", "Something went wrong here"],
  ])("a refusal %i is told in the dialog, and what was entered stays", async (status, code, title) => {
    gateway.onChange = () => ({ status, body: problem(status, code, title, "The detail of it.") });
    await withPage(browser, gateway.origin, async (page) => {
      await page.getByRole("button", { name: "Stop smsd" }).click();
      await page.getByRole("textbox", { name: /^Reason/ }).fill("keep me");
      await page.locator("dialog").getByRole("button", { name: "Stop smsd" }).click();
      await giveToken(page, "right");
      await page.locator("dialog").getByText(`${title}. The detail of it.`).waitFor();
      expect(await page.getByRole("textbox", { name: /^Reason/ }).inputValue()).toBe("keep me");
      expect(await axeViolations(page)).toEqual([]);
    });
  });

  test("a job whose end is told before the answer that begins it is not called running", async () => {
    gateway.onChange = (asked) => {
      const job = runningJob(asked, before(0));
      gateway.tell("job", { ...job, state: "succeeded", ended: before(-1), exitCode: 0, lines: ["it runs"] });
      return { status: 202, body: { job } };
    };
    gateway.slow = 300;
    await withPage(browser, gateway.origin, async (page) => {
      await act(page, "Restart smsd", "Restart smsd", "No message is lost");
      await giveToken(page, "right");
      await page.locator("dialog").getByText("it runs").waitFor();
      await page.locator("dialog").getByText("Done").waitFor();
    });
  });

  test("a job that ran when the agent was started anew is not called running for ever", async () => {
    await withPage(browser, gateway.origin, async (page) => {
      await act(page, "Restart smsd", "Restart smsd", "No message is lost");
      await giveToken(page, "right");
      await page.locator("dialog").getByText("Running", { exact: true }).waitFor();
      await gateway.stop();
      await page.locator("dialog").getByText("The connection is lost.").waitFor();
      await gateway.start();
      await page.locator("dialog").getByText("Its outcome is not known").waitFor();
    });
  });
});

async function act(page: Page, button: string, confirm: string, says: string): Promise<void> {
  await page.getByRole("button", { name: button, exact: true }).click();
  await page.locator("dialog").getByText(says).first().waitFor();
  await page.locator("dialog").getByRole("button", { name: confirm }).click();
}

async function giveToken(page: Page, token: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Token" });
  await dialog.getByLabel("Token", { exact: true }).fill(token);
  await dialog.locator("button[type=submit]").click();
}

async function closeJob(page: Page): Promise<void> {
  await page.locator("dialog").getByText("Running", { exact: true }).waitFor();
  await page.locator("dialog").getByRole("button", { name: "Close" }).click();
}

async function hasFocus(page: Page, label: string): Promise<boolean> {
  return (await page.evaluate("document.activeElement?.getAttribute('aria-label')")) === label;
}

function seconds(text: string | null): number {
  return (text ?? "").split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
}
