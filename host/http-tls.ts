import { readFile, stat } from "node:fs/promises";
import type { Server as TlsServer } from "node:https";
import { createSecureContext } from "node:tls";
import { ModemkeeperError, messageOf } from "../core/errors.ts";
import { naming } from "./io-errors.ts";

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

interface Loaded {
  readonly cert: Buffer;
  readonly key: Buffer;
}

/** A certificate is renewed days before it ends: soon is early enough. */
const LOOK_EVERY = 2_000;

/** @throws ModemkeeperError io naming the file that cannot be read, or both if they do not belong together */
export async function loadCertificate({ certificate, key }: CertificateFiles): Promise<Loaded> {
  const [cert, secret] = await Promise.all([
    naming("read", certificate, () => readFile(certificate)),
    naming("read", key, () => readFile(key)),
  ]);
  try {
    createSecureContext({ cert, key: secret });
  } catch (cause) {
    throw new ModemkeeperError("io", `no TLS with ${certificate} and ${key}: ${messageOf(cause)}`, {
      fix: "both must be PEM, and the key must be the certificate's",
      cause,
    });
  }
  return { cert, key: secret };
}

/** Gives a server the certificate that lies in its files, also after somebody has renewed it. Connections go on. */
export class CertificateWatch {
  readonly #server: TlsServer;
  readonly #files: CertificateFiles;
  #seen: string;
  #timer: NodeJS.Timeout | undefined;
  /** Why a new certificate is not used, while that is so. */
  problem: string | undefined;

  private constructor(server: TlsServer, files: CertificateFiles, seen: string) {
    this.#server = server;
    this.#files = files;
    this.#seen = seen;
  }

  static async start(server: TlsServer, files: CertificateFiles): Promise<CertificateWatch> {
    const watch = new CertificateWatch(server, files, await versionOf(files));
    watch.#timer = setInterval(() => void watch.look(), LOOK_EVERY).unref();
    return watch;
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Never fails: with files that cannot be used the server keeps what it has. */
  async look(): Promise<void> {
    const version = await versionOf(this.#files);
    if (version === this.#seen && this.problem === undefined) return;
    try {
      this.#server.setSecureContext(await loadCertificate(this.#files));
      this.#seen = version;
      this.problem = undefined;
    } catch (error) {
      this.problem = messageOf(error);
    }
  }
}

/** Changes when one of the files does. */
async function versionOf({ certificate, key }: CertificateFiles): Promise<string> {
  const files = await Promise.all(
    [certificate, key].map((path) => stat(path, { bigint: true }).catch(() => undefined)),
  );
  return files.map((file) => (file ? `${file.ino} ${file.mtimeNs} ${file.size}` : "none")).join("; ");
}
