import { readFile } from "node:fs/promises";
import type { SecureContext } from "node:tls";
import type { TlsOptions } from "../core/delivery-ports.ts";
import { hasErrno, ModemkeeperError, messageOf } from "../core/errors.ts";
import { naming } from "./io-errors.ts";

/** Debian's ca-certificates: what the machine trusts. Node brings a list of its own, which knows nothing of a company's authority. */
const SYSTEM_CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt";

export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** @throws ModemkeeperError io naming the file that cannot be read */
export async function readTlsFiles({ ca, certificate, key }: TlsOptions = {}): Promise<TlsFiles> {
  const [authorities, ours, secret] = await Promise.all([
    ca === undefined ? systemCertificates() : read(ca),
    certificate === undefined ? undefined : read(certificate),
    key === undefined ? undefined : read(key),
  ]);
  return {
    ...(authorities ? { ca: authorities } : {}),
    ...(ours ? { cert: ours } : {}),
    ...(secret ? { key: secret } : {}),
  };
}

/**
 * What TLS connections need, made once for all of them: to parse the certificates of all authorities takes long.
 * @throws ModemkeeperError io naming the files that cannot be read or used
 */
export async function secureContext(tls: TlsOptions = {}): Promise<SecureContext> {
  const [{ createSecureContext }, files] = await Promise.all([import("node:tls"), readTlsFiles(tls)]);
  try {
    return createSecureContext(files);
  } catch (cause) {
    const names = [tls.ca, tls.certificate, tls.key].filter((path) => path !== undefined).join(", ");
    throw new ModemkeeperError("io", `no TLS with the certificates in ${names}: ${messageOf(cause)}`, { cause });
  }
}

function read(path: string): Promise<Buffer> {
  return naming("read", path, () => readFile(path));
}

async function systemCertificates(): Promise<Buffer | undefined> {
  try {
    return await readFile(SYSTEM_CERTIFICATES);
  } catch (error) {
    if (hasErrno(error, "ENOENT")) return undefined;
    throw error;
  }
}
