import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { bundle } from "./bundle.ts";

export interface Page {
  readonly html: string;
  /** Value of the header `Content-Security-Policy` that belongs to it. */
  readonly csp: string;
}

/** Later ones win over earlier ones. */
const STYLES = ["base", "frame", "parts", "content", "modem", "dialog", "states"];

let made: Promise<Page> | undefined;

/**
 * The page for people: one document that asks for nothing but our own API. Put together at first request and kept.
 * @throws an error of reading if the program's own files are incomplete
 */
export function page(): Promise<Page> {
  made ??= make().catch((error: unknown) => {
    made = undefined;
    throw error;
  });
  return made;
}

async function make(): Promise<Page> {
  const [frame, styles, script] = await Promise.all([
    read("page.html"),
    Promise.all(STYLES.map((name) => read(`style/${name}.css`))),
    bundle("main.js", readModule),
  ]);
  const style = styles.join("\n");
  const html = fill(fill(frame, "style", style), "script", script);
  return { html, csp: policy(style, script) };
}

function readModule(name: string): Promise<string> {
  return read(`browser/${name}`);
}

function read(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), "utf8");
}

/** A function as the replacement: `$&` in a script is no pattern. */
function fill(frame: string, element: "style" | "script", content: string): string {
  if (content.includes(`</${element}`)) throw new Error(`the page's ${element} would end itself`);
  return frame.replace(`/* ${element} */`, () => content);
}

/**
 * Whatever a modem, an operator or a sender may get onto the page, nothing but our own script runs, and no sink takes
 * text as markup (trusted types). Hashes rather than a nonce: the document is the same for everybody.
 */
function policy(style: string, script: string): string {
  return [
    "default-src 'none'",
    `script-src ${hash(script)}`,
    `style-src ${hash(style)}`,
    "connect-src 'self'",
    "img-src data:",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
}

function hash(content: string): string {
  return `'sha256-${createHash("sha256").update(content).digest("base64")}'`;
}
