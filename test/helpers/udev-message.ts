/**
 * An event as udevd tells it to libudev: a header of 40 bytes with hashes that the kernel's socket filter compares, then
 * `KEY=value` strings, each ended by a zero byte (systemd, src/libsystemd/sd-device/device-monitor.c).
 */
export function udevMessage(properties: Readonly<Record<string, string>>): Buffer {
  const strings = Object.entries(properties).map(([key, value]) => `${key}=${value}\0`);
  const body = Buffer.from(strings.join(""));
  const header = Buffer.alloc(HEADER);
  header.write("libudev\0", "latin1");
  header.writeUInt32BE(MAGIC, 8);
  header.writeUInt32LE(HEADER, 12);
  header.writeUInt32LE(HEADER, 16);
  header.writeUInt32LE(body.length, 20);
  header.writeUInt32BE(murmurHash(properties.SUBSYSTEM ?? ""), 24);
  header.writeUInt32BE(murmurHash(properties.DEVTYPE ?? ""), 28);
  return Buffer.concat([header, body]);
}

const HEADER = 40;
const MAGIC = 0xfeedcafe;
const FACTOR = 0x5bd1e995;

/** MurmurHash2 with seed 0 (systemd, src/basic/MurmurHash2.c). */
function murmurHash(text: string): number {
  const bytes = Buffer.from(text);
  const whole = bytes.length - (bytes.length % 4);
  let hash = bytes.length;
  for (let index = 0; index < whole; index += 4) {
    const word = Math.imul(bytes.readUInt32LE(index), FACTOR);
    hash = Math.imul(hash, FACTOR) ^ Math.imul(word ^ (word >>> 24), FACTOR);
  }
  for (const [index, byte] of bytes.subarray(whole).entries()) hash ^= byte << (8 * index);
  if (whole < bytes.length) hash = Math.imul(hash, FACTOR);
  hash = Math.imul(hash ^ (hash >>> 13), FACTOR);
  return (hash ^ (hash >>> 15)) >>> 0;
}
