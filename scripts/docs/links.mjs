/** Where the links of a page lead. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * @param {string} page
 * @returns {string[]} its links to files that aren't there, or to headings that a page doesn't have
 */
export function brokenLinks(page) {
  return links(page).filter((link) => !leadsSomewhere(page, link));
}

/**
 * @param {string} page
 * @returns {string[]} the files that it links to
 */
export function linkedFiles(page) {
  return links(page).map((link) => resolve(dirname(page), link.replace(/#.*/, '')));
}

/** Those that lead to files of the repository. */
function links(page) {
  const all = Array.from(withoutCode(page).matchAll(/\]\(([^)\s]+)\)/g), ([, link]) => link);
  return all.filter((link) => !/^\w+:/.test(link));
}

function leadsSomewhere(page, link) {
  const [path, heading] = link.split('#');
  const target = path === '' ? page : resolve(dirname(page), path);
  return existsSync(target) && (heading === undefined || headings(target).includes(heading));
}

/** As they are named by what shows Markdown: small letters, hyphens for spaces, no other signs. */
function headings(page) {
  return Array.from(withoutCode(page).matchAll(/^#+ (.*)$/gm), ([, text]) =>
    text
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

function withoutCode(page) {
  return readFileSync(page, 'utf8').replace(/^```.*?^```$/gms, '');
}
