import { existsSync } from "node:fs";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";

const PROGRAM = "/usr/bin/chromium";
const ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Whether Debian's chromium is installed. */
export const hasChromium = existsSync(PROGRAM);

/** A browser with an empty profile of its own. */
export function launchChromium(more: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: PROGRAM, args: [...ARGUMENTS, ...more], headless: true });
}

export interface Look {
  readonly width?: number;
  readonly height?: number;
  readonly dark?: boolean;
  readonly calm?: boolean;
  /** Clock of the browser's computer, milliseconds since 1970; the real one if not given. It stands still. */
  readonly clock?: number;
  readonly scale?: number;
}

/** A tab, and everything that it had to complain about. */
export interface Tab {
  readonly page: Page;
  /** Errors on the console, violations of the policy, exceptions, requests to others than `origin`. */
  complaints(): readonly string[];
  close(): Promise<void>;
}

/** Milliseconds for whatever is waited for. */
const PATIENCE = 30_000;
/** Refusals and a gateway that is gone are told by Chromium itself, on the console. */
const OWN_REPORT = /^Failed to load resource/;

export async function openTab(browser: Browser, origin: string, look: Look = {}): Promise<Tab> {
  const context = await newContext(browser, look);
  context.setDefaultTimeout(PATIENCE);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    const isTrouble = message.type() === "error" || message.type() === "warning";
    if (isTrouble && !OWN_REPORT.test(message.text())) complaints.push(`console: ${message.text()}`);
  });
  page.on("pageerror", (error) => complaints.push(`exception: ${error.stack ?? error.message}`));
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol !== "data:" && asked !== origin) complaints.push(`request to ${request.url()}`);
  });
  if (look.clock !== undefined) await page.clock.setFixedTime(look.clock);
  await page.goto(`${origin}/`);
  return { page, complaints: () => complaints, close: () => context.close() };
}

function newContext(browser: Browser, look: Look): Promise<BrowserContext> {
  const { width = 1280, height = 900, dark = false, calm = true, scale = 1 } = look;
  return browser.newContext({
    viewport: { width, height },
    deviceScaleFactor: scale,
    colorScheme: dark ? "dark" : "light",
    reducedMotion: calm ? "reduce" : "no-preference",
    timezoneId: "UTC",
    locale: "en-GB",
  });
}
