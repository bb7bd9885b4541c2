/**
 * Who holds a lease or a lock: a name that nobody else has. From the global `crypto`: an ES module that imports
 * node:crypto loads all of it, 2 MB.
 */
export function newOwner(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(9))).toString('base64url');
}
