import { execFileSync } from "node:child_process";
import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { smsdFile } from "./smsd-file.ts";

const MEGABYTES_10 = 10 * 2 ** 20;

/** A message that somebody sent to do harm. */
export interface HostileMessage {
  readonly from: string;
  /** Must arrive as it is. */
  readonly text: string;
}

/**
 * What a shell, a terminal, a log or a careless parser would fall for; `canary` is a path that must not come into being.
 * A sender has room for eleven characters of GSM-7, so its canary is a file `x` in the working folder.
 */
export function hostileMessages(canary: string): readonly HostileMessage[] {
  const texts = [
    `"; touch ${canary}; echo "`,
    `'; touch ${canary} #`,
    `$(touch ${canary})`,
    `\`touch ${canary}\``,
    `| touch ${canary}`,
    `&& touch ${canary} &`,
    `> ${canary}`,
    `first\n\ntouch ${canary}\n`,
    "line\rreturn\ttab",
    "zero\u0000byte 😀",
    "\u001b[2Jescape \u0007 \u009b0m",
    "right-to-left \u202e and \u2028 separators",
    '{"text":"forged"}\n{"from":"forged"}',
    "-rf -- --help %s %n %00 {{from}} $HOME ~root *",
    "To: +15550100\nFrom: +15550101\n\nPDU: 00\n",
    "../../../../etc/passwd",
    " \n ",
    "",
  ];
  const senders = [
    "$(touch x)",
    ";touch x;",
    "|touch x",
    "&touch x&",
    "../../x",
    "-rf",
    "A\nTo: 12",
    "\n\nPDU: 0",
    "@",
    "\"'",
    " x ",
  ];
  return [
    ...texts.map((text, index) => ({ from: `+49171000${1_000 + index}`, text })),
    ...senders.map((from) => ({ from, text: `from ${JSON.stringify(from)}` })),
  ];
}

/** Names that a folder can hold and a program should not trip over, as octets; none is smsd's own or a dot-file. */
export function hostileNames(): readonly Buffer[] {
  return [
    ...[
      "-rf",
      "--help",
      "a;touch x",
      "$(touch x)",
      "`touch x`",
      "a b",
      "new\nline",
      "*",
      "%s%n",
      "\\",
      "'",
      '"',
      "a..b",
      "~",
    ],
    "n".repeat(255),
    "ü".repeat(127),
  ]
    .map((name) => Buffer.from(name))
    .concat([Buffer.from([0xff, 0xfe, 0x80, 0x41]), Buffer.from([0x1b, 0x5b, 0x32, 0x4a])]);
}

/** Content that is no message. No two have the same length, by which a test tells them apart. */
export const NO_MESSAGES: readonly Buffer[] = [
  Buffer.alloc(MEGABYTES_10, "garbage "),
  smsdFileOf(Buffer.alloc(MEGABYTES_10, "a")),
  Buffer.from("just a line of text\n"),
  Buffer.alloc(1_000),
  Buffer.concat([Buffer.from("From"), Buffer.from([0xff, 0xc3, 0x28])]),
];

/** Messages whose headers or PDUs are not what they should be. */
export const ODD_MESSAGES: readonly Buffer[] = [
  Buffer.concat([Buffer.from("From: "), Buffer.from([0xff, 0xc3, 0x28]), Buffer.from("\nModem: GSM1\n\nx")]),
  Buffer.from("From: 1\nModem: GSM1\nPDU: 079\n\nx"),
  Buffer.from(`From: 1\nModem: GSM1\nPDU: ${"FF".repeat(100)}\n\nx`),
  Buffer.from(`From: ${"9".repeat(100_000)}\nModem: GSM1\n\nx`),
];

/** A right head, and a body that no SMS can have. */
function smsdFileOf(body: Buffer): Buffer {
  const head = smsdFile({ from: "+491710000001", text: "" });
  return Buffer.concat([head, body]);
}

/** Puts what is no regular file into a spool; `outside`: an existing file and folder that links point to. Returns what removes a socket's server. */
export async function plantNonFiles(incoming: string, outside: { readonly file: string; readonly folder: string }) {
  symlinkSync(outside.file, join(incoming, "link-to-file"));
  symlinkSync("/etc/shadow", join(incoming, "link-to-shadow"));
  symlinkSync(outside.folder, join(incoming, "link-to-folder"));
  symlinkSync(join(incoming, "nowhere"), join(incoming, "link-to-nothing"));
  symlinkSync("link-to-itself", join(incoming, "link-to-itself"));
  symlinkSync("/dev/zero", join(incoming, "link-to-device"));
  execFileSync("mkfifo", [join(incoming, "fifo")]);
  mkdirSync(join(incoming, "folder"));
  writeFileSync(join(incoming, "folder", "inside"), "left alone");
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(join(incoming, "socket"), resolve));
  return () => new Promise<void>((resolve) => server.close(() => resolve()));
}

/** The names that `plantNonFiles` makes. */
export const NON_FILES = [
  ...["link-to-file", "link-to-shadow", "link-to-folder", "link-to-nothing", "link-to-itself", "link-to-device"],
  ...["fifo", "folder", "socket"],
] as const;
